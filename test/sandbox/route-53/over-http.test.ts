import { ACMClient } from "@aws-sdk/client-acm";
import { Route53Client } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";
import { type SandboxServer, serveSandbox } from "../../../src/sandbox/server.ts";
import { described, request } from "../certificate-manager/certificates.ts";
import { refusal } from "../clients.ts";
import { change, create, createZone, set, setsOf } from "./domain.ts";

let sandbox: Sandbox;
let server: SandboxServer;

beforeEach(async () => {
  sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  server = await serveSandbox(sandbox, { port: 0 });
});

afterEach(async () => {
  await server.close();
  await sandbox.close();
});

function configuration() {
  return {
    region: "eu-west-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    maxAttempts: 1,
  };
}

test("zones and their records", async () => {
  const route53 = new Route53Client(configuration());
  const { id } = await createZone({ route53 });
  const text = set("<&>.example.com", "TXT", '"<a> & \\"b\\""');
  await change({ route53 }, id, create(text));
  expect(await setsOf({ route53 }, id)).toEqual(["TXT \\074\\046\\076.example.com."]);
  expect(await refusal(change({ route53 }, id, create(text)))).toMatchObject({
    code: "InvalidChangeBatch",
    status: 400,
  });
});

test("certificates", async () => {
  const acm = new ACMClient(configuration());
  expect((await described(acm, await request(acm))).DomainName).toBe("shop.example.com");
});

test("by name, as people call it", async () => {
  const zone = (await sandbox.call("route53", "CreateHostedZone", {
    Name: "example.com",
    CallerReference: "once",
  })) as { HostedZone: { Id: string } };
  const found = await sandbox.call("route53", "GetHostedZone", { Id: zone.HostedZone.Id });
  expect(found).toMatchObject({ HostedZone: { Name: "example.com." } });
  await sandbox.call("acm", "RequestCertificate", {
    DomainName: "example.com",
    ValidationMethod: "DNS",
  });
  expect(await sandbox.call("acm", "ListCertificates", {})).toMatchObject({
    CertificateSummaryList: [{ DomainName: "example.com" }],
  });
});

test("what is not modelled is told apart", async () => {
  expect(await refusal(sandbox.call("route53", "CreateHealthCheck", {}))).toMatchObject({
    code: "UnsupportedOperation",
  });
  expect(await refusal(sandbox.call("acm", "ExportCertificate", {}))).toMatchObject({
    code: "UnsupportedOperation",
  });
  expect(await refusal(sandbox.call("acm", "ExportAll", {}))).toMatchObject({
    code: "InvalidAction",
  });
});
