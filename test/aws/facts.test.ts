import { describe, expect, onTestFinished, test } from "vitest";
import { lookUpBaseImage, type WantedBase } from "../../src/aws/base-images.ts";
import { createClients } from "../../src/aws/clients.ts";
import { lookUpAccount } from "../../src/aws/facts.ts";
import { openAccount } from "../resources/account.ts";
import { openEndpoint } from "./loopback.ts";

describe("the account", () => {
  test("is its twelve digits", async () => {
    const account = await openAccount({ account: "123456789012" });
    expect(await account.pass(lookUpAccount(account.clients))).toBe("123456789012");
  });

  test("of expired credentials is an error that says to renew them", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind: "expired" }] });
    await expect(account.pass(lookUpAccount(account.clients))).rejects.toMatchObject({
      kind: "credentials",
      remedy: expect.stringContaining("expired"),
    });
  });

  test.each([
    ["too few digits", "<Account>12345678901</Account>", "12345678901"],
    ["too many digits", "<Account>1234567890123</Account>", "1234567890123"],
    ["something else", "<Account>\u001b[2J</Account>", "\\u001b[2J"],
    ["nothing", "", ""],
  ])("that is %s is an error: who answered is not AWS", async (_name, element, shown) => {
    const answer = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a</Arn>${element}</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
    const { url: endpoint } = await openEndpoint((_request, response) => {
      response.writeHead(200, { "content-type": "text/xml" }).end(answer);
    });
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const clients = createClients({ region: "ap-southeast-2", endpoint, credentials });
    onTestFinished(() => clients.destroy());
    await expect(lookUpAccount(clients)).rejects.toMatchObject({
      name: "AwsError",
      message: `UnreadableAnswer: the account id is "${shown}", but an AWS account id has twelve digits`,
      code: "UnreadableAnswer",
      kind: "other",
      operation: "sts:GetCallerIdentity",
      remedy:
        "The server that answered is not AWS. Check the connection, the proxy and AWS_ENDPOINT_URL, then run the same command again.",
    });
  });
});

describe("the base image", () => {
  async function open() {
    const account = await openAccount();
    const look = (wanted: WantedBase) =>
      account.pass(lookUpBaseImage(account.clients, account.context.clock, wanted));
    return { account, look };
  }

  test.each([
    ["amazon-linux-2023", /^al2023-ami-2023\.[\d.]+-kernel-6\.1-x86_64$/],
    ["debian-12", /^debian-12-amd64-\d+-\d+$/],
    ["ubuntu-24.04", /^ubuntu\/images\/hvm-ssd-gp3\/ubuntu-noble-24\.04-amd64-server-\d+/],
  ])("of %s is the family's own, and not a variant of it", async (family, name) => {
    const { account, look } = await open();
    account.takeCalls();
    const found = await look({ family, release: "latest" });
    expect(found).toMatchObject({ family, id: expect.stringMatching(/^ami-/) });
    expect(found.name).toMatch(name);
    expect(found.name).toContain(found.release);
    expect(found.rootDeviceName).toMatch(/^\/dev\//);
    expect(account.takeCalls()).toHaveLength(1);
  });

  test("is newer when a newer one is published, unless a release is pinned", async () => {
    const { account, look } = await open();
    const family = "amazon-linux-2023";
    const before = await look({ family, release: "latest" });
    account.sandbox.publishImage(family);
    await account.pass(account.context.clock.sleep(60_000));
    const after = await look({ family, release: "latest" });
    expect(after.release.localeCompare(before.release, "en", { numeric: true })).toBe(1);
    expect(await look({ family, release: before.release })).toEqual(before);
    const short = before.release.split(".").slice(0, 3).join(".");
    expect(await look({ family, release: short })).toEqual(before);
    expect(await look({ family, id: before.id })).toEqual({ ...before, release: before.id });
  });

  test.each([
    [
      "a release that is not there",
      { family: "debian-12", release: "19700101" },
      /no release 19700101/,
      /The newest are 20\d{6}-/,
    ],
    [
      "an id that is not there",
      { family: "debian-12", id: "ami-0123456789abcdef0" },
      /no image ami-0123/,
      /image\.base\.id/,
    ],
    [
      "an id that is none",
      { family: "debian-12", id: "ami-x" },
      /no image ami-x/,
      /image\.base\.id/,
    ],
  ])("refuses %s, and says what there is", async (_name, wanted, what, remedy) => {
    const { look } = await open();
    const looking = look(wanted);
    await expect(looking).rejects.toThrow(what);
    await expect(looking).rejects.toMatchObject({ remedy: expect.stringMatching(remedy) });
  });
});
