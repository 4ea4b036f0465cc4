import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "../../src/cli/run.ts";
import { pretendProcess } from "../scenarios/process.ts";
import { python } from "./account.ts";
import { type MotoServer, startMoto } from "./moto-server.ts";
import { inScratch } from "./sandbox-stage.ts";

const stack = (more = "") => `version: 1
stack: afterpay
image: { base: amazon-linux-2023 }
scaling: { min: 1, max: 1 }
${more}`;

/** One `reconcile plan` of a directory with those files, as a user in that environment runs it. */
async function plan(
  setting: Readonly<Record<string, string>>,
  options: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly told: string }> {
  return inScratch(async (directory) => {
    for (const [name, text] of Object.entries({ "afterpay.yaml": stack(), ...files })) {
      writeFileSync(join(directory, name), text.replaceAll("DIRECTORY", directory));
    }
    vi.stubEnv("AWS_CONFIG_FILE", join(directory, "config"));
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(directory, "credentials"));
    // The command sets it for the SDK: later tests are to find it as it was.
    vi.stubEnv("AWS_PROFILE", undefined);
    for (const [name, value] of Object.entries(setting)) vi.stubEnv(name, value);
    const { io, printed } = pretendProcess(directory, {});
    const code = await run(["plan", ...options], io);
    const { stdout, stderr } = printed();
    return { code, told: stdout + stderr };
  });
}

/** Nothing of this machine's own settings plays a part, nor does its network. */
beforeEach(() => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env).filter((each) => each.startsWith("AWS_"))) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  return () => vi.unstubAllEnvs();
});

const keys = { AWS_ACCESS_KEY_ID: "somebody", AWS_SECRET_ACCESS_KEY: "secret" };
const place = { AWS_REGION: "ap-southeast-2" };

let moto: MotoServer;

beforeAll(async () => {
  moto = await startMoto(python());
});

afterAll(() => moto.stop());

describe("the standard chain", () => {
  test("environment variables reach the endpoint that they name", async () => {
    const { code, told } = await plan({ ...keys, ...place, AWS_ENDPOINT_URL: moto.url });
    expect(code, told).toBe(0);
    expect(told).toContain("account 123456789012");
  });

  test("a profile brings its keys, its region and its endpoint", async () => {
    const { code, told } = await plan({}, ["--profile", "team"], {
      config: `[profile team]\nregion = eu-west-1\nendpoint_url = ${moto.url}\n`,
      credentials: "[team]\naws_access_key_id = somebody\naws_secret_access_key = secret\n",
    });
    expect(code, told).toBe(0);
    expect(told).toContain("eu-west-1");
  });

  const refusals = [
    {
      because: "no credentials at all",
      setting: { ...place },
      words: ["Set valid AWS credentials"],
    },
    {
      because: "no region at all",
      setting: { ...keys },
      words: ["no AWS region is set", "AWS_REGION"],
    },
    {
      because: "a profile that there is not",
      setting: { ...place },
      options: ["--profile", "nobody"],
      words: ["the profile nobody does not exist", "aws configure --profile nobody"],
    },
    {
      because: "credentials that have expired",
      setting: { ...place, AWS_PROFILE: "old" },
      files: {
        config: "[profile old]\ncredential_process = cat DIRECTORY/expired.json\n",
        "expired.json": JSON.stringify({
          Version: 1,
          AccessKeyId: "somebody",
          SecretAccessKey: "secret",
          Expiration: "2020-01-01T00:00:00Z",
        }),
      },
      words: [
        "the profile old gives no credentials",
        "aws configure export-credentials --profile old",
      ],
    },
    {
      because: "an SSO session that nobody has logged in to",
      setting: { ...place, AWS_PROFILE: "sso", HOME: "/nonexistent" },
      files: {
        config:
          "[profile sso]\nsso_session = us\nsso_account_id = 123456789012\nsso_role_name = team\n[sso-session us]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
      },
      words: ["aws sso login"],
    },
  ];

  test.each(refusals)("$because", async ({ setting, options, files, words }) => {
    const { code, told } = await plan(setting, options, files);
    expect(code, told).toBe(1);
    for (const each of words) expect(told).toContain(each);
    expect(told).not.toContain("    at ");
  });

  test("an endpoint at which nobody listens", async () => {
    const { code, told } = await plan({
      ...keys,
      ...place,
      AWS_ENDPOINT_URL: "http://127.0.0.1:9",
    });
    expect(code, told).toBe(1);
    expect(told).toContain("AWS_ENDPOINT_URL");
  });

  test("an endpoint where somebody answers who is not AWS", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(403, { "content-type": "text/html" });
      response.end("<html><head><title>Please log in</head></html>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
      const { code, told } = await plan({ ...keys, ...place, AWS_ENDPOINT_URL });
      expect(code, told).toBe(1);
      expect(told).toContain("is not AWS");
      expect(told).toContain("AWS_ENDPOINT_URL");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("a VPC of another account or region", async () => {
    const { code, told } = await plan({ ...keys, ...place, AWS_ENDPOINT_URL: moto.url }, [], {
      "afterpay.yaml": stack("network: { vpc: vpc-0123456789abcdef0 }\n"),
    });
    expect(code, told).toBe(1);
    expect(told).toContain("vpc-0123456789abcdef0");
    expect(told).toContain("the region and the account");
  });
});

describe("denied by an IAM policy, as moto enforces it", () => {
  const actions = [
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeImages",
    "autoscaling:DescribeAutoScalingGroups",
    "elasticloadbalancing:DescribeLoadBalancers",
  ];

  test.each(actions)("%s is named", async (action) => {
    await moto.reset();
    try {
      const script = join(import.meta.dirname, "limited_user.py");
      const { stdout } = await promisify(execFile)(python(), [script, moto.url, action]);
      await moto.enforcePolicies(0);
      const { id, secret } = JSON.parse(stdout) as { id: string; secret: string };
      const { code, told } = await plan({
        ...place,
        AWS_ACCESS_KEY_ID: id,
        AWS_SECRET_ACCESS_KEY: secret,
        AWS_ENDPOINT_URL: moto.url,
      });
      expect(code, told).toBe(1);
      expect(told).toContain(`Allow ${action} in the IAM policy`);
    } finally {
      await moto.enforcePolicies(Number.POSITIVE_INFINITY);
    }
  });
});
