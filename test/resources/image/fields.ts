import { lookUpBaseImage } from "../../../src/aws/base-images.ts";
import { renderBuildScript } from "../../../src/image/script.ts";
import { renderUserData } from "../../../src/image/user-data.ts";
import { image } from "../../../src/resources/image/index.ts";
import type { ImageFields } from "../../../src/resources/image/live.ts";
import type { Account } from "../account.ts";
import { lookUpNetwork } from "../security-group/network.ts";

/** An image of the newest Amazon Linux, with these commands and checks. */
export async function fieldsIn(
  account: Account,
  run: readonly string[] = [],
  verify: readonly string[] = [],
): Promise<ImageFields> {
  const [base, network] = await account.pass(
    Promise.all([
      lookUpBaseImage(account.clients, account.context.clock, {
        family: "amazon-linux-2023",
        release: "latest",
      }),
      lookUpNetwork(account.clients, { vpc: "default", zones: 1 }),
    ]),
  );
  const { script } = renderBuildScript({
    family: "amazon-linux-2023",
    release: base.release,
    updates: "all",
    packages: ["chrony", "mtr"],
    services: ["chronyd"],
    ipv6: "disabled",
    hardening: "strong",
    kernel: {},
    audit: false,
    allow: { changed: [], setuid: [], writable: [] },
    openFiles: 65535,
    files: [],
    run,
    verify,
    listeningPorts: [],
    timeoutSeconds: 1800,
  });
  const fields: ImageFields = {
    family: base.family,
    architecture: base.architecture,
    base: base.id,
    release: base.release,
    updates: "all",
    packages: "chrony mtr",
    services: "chronyd",
    ipv6: "disabled",
    hardening: "strong",
    openFiles: "65535",
    disk: "",
    files: "",
    ansible: "",
    run: run.join("\n"),
    sources: "",
    verify: "",
    allow: "",
    environment: "",
    application: "",
    script,
    userData: Buffer.from(renderUserData(script).userData).toString("base64"),
    builder: {
      instanceType: "t3.micro",
      vpcId: network.vpcId,
      subnetId: network.subnets[0]?.id ?? "",
      rootDeviceName: base.rootDeviceName,
      rootVolume: { size: null, type: "gp3", key: null },
      timeout: 1800,
    },
    tags: { team: "payments" },
  };
  return image.normalize(fields) as ImageFields;
}
