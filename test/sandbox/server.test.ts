import { request } from "node:http";
import { CreateSecurityGroupCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpRequestLike } from "../../src/sandbox/protocol/request.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { type SandboxServer, serveSandbox } from "../../src/sandbox/server.ts";
import { refusal } from "./clients.ts";

let sandbox: Sandbox;
let server: SandboxServer;

beforeEach(async () => {
  sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  server = await serveSandbox(sandbox, { port: 0 });
});
afterEach(() => server.close());

const signature =
  "AWS4-HMAC-SHA256 Credential=AKIASANDBOX/20261122/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0";

/** One request as any client could send it. */
function send(
  body: string,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      server.url,
      { method, headers: { authorization: signature, ...headers } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode, text }));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

test("the real SDK client works over HTTP, in the region of its signature", async () => {
  const ec2 = new EC2Client({
    region: "us-west-2",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  await ec2.send(new CreateSecurityGroupCommand({ GroupName: "web", Description: "a & b" }));
  expect(sandbox.inventory()["security-group"]).toContainEqual(
    expect.objectContaining({ region: "us-west-2", name: "web" }),
  );
  const odd = new DescribeVpcsCommand({ VpcIds: ['<odd> & "quoted"'] });
  expect((await refusal(ec2.send(odd))).message).toContain('<odd> & "quoted"');
  ec2.destroy();
});

test("a region that AWS does not have is refused in AWS's words", async () => {
  const ec2 = new EC2Client({
    region: "mars",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  const refused = await refusal(ec2.send(new DescribeVpcsCommand({})));
  expect(refused).toMatchObject({
    code: "SignatureDoesNotMatch",
    message: "Credential should be scoped to a valid region, not 'mars'.",
  });
  ec2.destroy();
});

test.each([
  ["an answer", "POST", "Action=DescribeVpcs&Version=2016-11-15"],
  ["an error", "POST", "Action=DescribeVpcs&Version=2016-11-15&MaxResults=many"],
  ["an error of the query protocol", "POST", "Action=Nothing&Version=2011-01-01"],
  ["what is no request of AWS's", "GET", undefined],
])("%s has a request id in its head, and the same one in its document", async (_, method, body) => {
  const response = await fetch(server.url, {
    method,
    headers: { authorization: signature },
    ...(body === undefined ? {} : { body }),
  });
  const id = response.headers.get("x-amzn-RequestId");
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const text = await response.text();
  if (body !== undefined) expect(text.toLowerCase()).toContain(`<requestid>${id}</requestid>`);
});

test("a request arrives whole, if any protocol uses its method", async () => {
  const arrived: HttpRequestLike[] = [];
  const whole = await serveSandbox(
    {
      methods: new Set(["PUT"]),
      handle: async (request) => {
        arrived.push(request);
        return { statusCode: 204, headers: {}, body: new Uint8Array() };
      },
    },
    { port: 0 },
  );
  const url = `${whole.url}/bucket/a%20b?tagging&part=1&part=2`;
  const put = await fetch(url, { method: "PUT", headers: { "X-Amz-Target": "A.B" }, body: "a" });
  const posted = await fetch(url, { method: "POST", body: "a" });
  await whole.close();
  expect([put.status, posted.status]).toEqual([204, 405]);
  expect(arrived).toMatchObject([
    {
      method: "PUT",
      path: "/bucket/a%20b",
      query: { tagging: "", part: ["1", "2"] },
      headers: { "x-amz-target": "A.B" },
      body: Buffer.from("a"),
    },
  ]);
});

test("it is served to this machine alone", () => {
  expect(new URL(server.url).hostname).toBe("127.0.0.1");
});

test("a port that is taken is named, with what to do", async () => {
  const { port } = new URL(server.url);
  await expect(serveSandbox(sandbox, { port: Number(port) })).rejects.toMatchObject({
    name: "SandboxError",
    message: expect.stringContaining(port),
    remedy: expect.stringContaining("--port"),
  });
});

describe("turns away", () => {
  const version = "Version=2016-11-15";
  const cases: [
    reason: string,
    status: number,
    code: string,
    body: string,
    headers?: Record<string, string>,
    method?: string,
  ][] = [
    ["an unknown action", 400, "InvalidAction", `Action=CreateTransitGatway&${version}`],
    [
      "an action that is not modelled",
      400,
      "UnsupportedOperation",
      `Action=CreateTransitGateway&${version}`,
    ],
    ["another version", 400, "NoSuchVersion", "Action=DescribeVpcs&Version=2010-01-01"],
    [
      "an unknown parameter",
      400,
      "UnknownParameter",
      `Action=DescribeVpcs&${version}&Colour.1=red`,
    ],
    [
      "an unknown part of a parameter",
      400,
      "UnknownParameter",
      `Action=DescribeVpcs&${version}&Filter.1.Nam=x`,
    ],
    [
      "a number that is none",
      400,
      "InvalidParameterValue",
      `Action=DescribeVpcs&${version}&MaxResults=many`,
    ],
    [
      "a broken form",
      400,
      "MalformedQueryString",
      `Action=DescribeVpcs&${version}&VpcId.1=%E0%A4%A`,
    ],
    [
      "a list index that is none",
      400,
      "MalformedQueryString",
      `Action=DescribeVpcs&${version}&VpcId.x=1`,
    ],
    [
      "a nesting without end",
      400,
      "MalformedQueryString",
      `Action=DescribeVpcs&${version}&Filter.${"1.".repeat(1000)}=x`,
    ],
    [
      "a request without a signature, as a web page would send it",
      403,
      "MissingAuthenticationToken",
      `Action=DescribeVpcs&${version}`,
      { authorization: "" },
    ],
    [
      "a name that was made to point here",
      403,
      "only accepts requests to localhost",
      `Action=DescribeVpcs&${version}`,
      { host: "evil.example:4566" },
    ],
    ["a method that no protocol uses", 405, "uses this method", "", {}, "TRACE"],
    ["a body of more than 16 mebibytes", 413, "too large", "x".repeat(16 * 1024 * 1024 + 1)],
  ];
  test.each(cases)("%s", async (_reason, status, code, body, headers, method) => {
    const answer = await send(body, headers, method);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(code);
  });
});
