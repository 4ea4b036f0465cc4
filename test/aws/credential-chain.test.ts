import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { openEndpoint } from "./loopback.ts";

/** A profile whose role is assumed with the keys of another, no other configuration, and no wait between attempts. */
beforeEach(() => {
  const home = mkdtempSync(join(tmpdir(), "reconcile-chain-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"));
  writeFileSync(
    join(home, "config"),
    "[profile work]\nrole_arn = arn:aws:iam::000000000000:role/work\nsource_profile = base\n",
  );
  writeFileSync(
    join(home, "credentials"),
    "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n",
  );
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const request = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>";
const answers = {
  DescribeVpcs: "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>",
  GetCallerIdentity: `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>000000000000</Account></GetCallerIdentityResult>${request}</GetCallerIdentityResponse>`,
};

function role(credentials: string): string {
  return `<AssumeRoleResponse><AssumeRoleResult>${credentials}</AssumeRoleResult>${request}</AssumeRoleResponse>`;
}

function good(): string {
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return role(
    `<Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials>`,
  );
}

/** AWS, whose AssumeRole does as a test wants. */
async function surroundings(assumeRole: (response: ServerResponse) => void) {
  const aws = await openEndpoint(({ action }, response) => {
    if (action === "AssumeRole") return assumeRole(response);
    response.end(action === "DescribeVpcs" ? answers.DescribeVpcs : answers.GetCallerIdentity);
  });
  vi.stubEnv("AWS_ENDPOINT_URL", aws.url);
  const { ec2, sts, destroy } = createClients({ region: "ap-southeast-2", profile: "work" });
  onTestFinished(destroy);
  return {
    aws,
    destroy,
    asked: () => aws.received.map(({ action }) => action).sort(),
    ask: () => ec2.send(new DescribeVpcsCommand({})),
    identify: () => sts.send(new GetCallerIdentityCommand({})),
  };
}

test("a role is assumed once for all clients", async () => {
  const { ask, identify, asked } = await surroundings((response) => void response.end(good()));
  await Promise.all([ask(), identify()]);
  await Promise.all([ask(), identify()]);
  expect(asked().filter((action) => action === "AssumeRole")).toHaveLength(1);
  expect(asked()).toHaveLength(5);
});

test("a connection that breaks is tried three times, and told as what kept the credentials away", async () => {
  const { ask, asked, aws } = await surroundings((response) => void response.socket?.destroy());
  await expect(ask()).rejects.toMatchObject({
    code: "ECONNRESET",
    kind: "network",
    operation: "ec2:DescribeVpcs",
    message: expect.stringMatching(`^credentials could not be loaded: .*${aws.url}`),
  });
  expect(asked()).toEqual(["AssumeRole", "AssumeRole", "AssumeRole"]);
});

test("what passes is asked for again", async () => {
  let broken = 2;
  const { ask } = await surroundings((response) => {
    broken -= 1;
    if (broken >= 0) response.socket?.destroy();
    else response.end(good());
  });
  expect(await ask()).toMatchObject({ Vpcs: [] });
});

test("AWS's own refusal is told in its words, whatever broke before", async () => {
  let isBroken = true;
  const { ask } = await surroundings((response) => {
    if (isBroken) return void response.socket?.destroy();
    response
      .writeHead(403)
      .end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
      );
  });
  await expect(ask()).rejects.toMatchObject({ code: "ECONNRESET" });
  isBroken = false;
  await expect(ask()).rejects.toMatchObject({
    code: "AccessDenied",
    kind: "denied",
    message: expect.stringContaining("not authorized to perform: sts:AssumeRole"),
  });
});

test("an answer without credentials is not blamed on what broke before", async () => {
  let isBroken = true;
  const { ask } = await surroundings((response) => {
    if (isBroken) response.socket?.destroy();
    else response.end(role(""));
  });
  await expect(ask()).rejects.toMatchObject({ code: "ECONNRESET" });
  isBroken = false;
  await expect(ask()).rejects.toThrow("Invalid response from STS.assumeRole call");
});

test("nobody waits for a role once the clients are destroyed", async () => {
  const { ask, aws, destroy } = await surroundings(() => {});
  const refused = expect(ask()).rejects.toMatchObject({ name: "AbortError" });
  await aws.arrived(1);
  destroy();
  await refused;
  expect(aws.received).toHaveLength(1);
});
