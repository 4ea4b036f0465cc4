import { request } from "node:http";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { expect, onTestFinished, test } from "vitest";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../src/sandbox/server.ts";

async function serve() {
  const sandbox = await createSandbox();
  const server = await serveSandbox(sandbox, { port: 0 });
  onTestFinished(() => server.close());
  return server;
}

test("any client gets the same answers over HTTP", async () => {
  const { url } = await serve();
  const client = new EC2Client({
    endpoint: url,
    region: "ap-southeast-2",
    credentials: { accessKeyId: "anyone", secretAccessKey: "anything" },
  });
  onTestFinished(() => client.destroy());
  const { Vpcs } = await client.send(new DescribeVpcsCommand({}));
  expect(Vpcs?.map(({ CidrBlock }) => CidrBlock)).toEqual(["172.31.0.0/16"]);
});

test("an error of AWS arrives as one, with AWS's code", async () => {
  const { url } = await serve();
  const client = new EC2Client({
    endpoint: url,
    region: "ap-southeast-2",
    maxAttempts: 1,
    credentials: { accessKeyId: "anyone", secretAccessKey: "anything" },
  });
  onTestFinished(() => client.destroy());
  const call = client.send(new DescribeVpcsCommand({ VpcIds: ["vpc-00000000000000000"] }));
  await expect(call).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
});

test("a port that is taken says so", async () => {
  const { url } = await serve();
  const port = Number(new URL(url).port);
  const second = serveSandbox(await createSandbox(), { port });
  await expect(second).rejects.toThrow(/is taken/);
});

test.each([
  ["a page of another site that got our address by DNS", { host: "evil.example" }, "", 403],
  ["a request that is larger than any of AWS's", {}, "x".repeat(2_000_000), 413],
])("%s is refused", async (_reason, headers, body, status) => {
  const { url } = await serve();
  const code = await new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end(body);
  });
  expect(code).toBe(status);
});
