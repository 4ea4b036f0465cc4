import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { change, create, createZone, openDomain, remove, set } from "../route-53/domain.ts";
import { acmClient, described, issued, prove, recordsOf, request } from "./certificates.ts";

const hour = 60 * 60;
const day = 24 * hour;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open(options: Parameters<typeof openDomain>[0] = {}) {
  const domain = await openDomain(options);
  const acm = acmClient(domain.sandbox);
  const statusOf = async (arn: string) => (await described(acm, arn)).Status;
  return { domain, acm, statusOf };
}

test("a certificate is issued some time after the world sees its record", async () => {
  const { domain, acm, statusOf } = await open();
  const { id } = await createZone(domain);
  const arn = await request(acm);
  domain.pass(10);
  await prove(domain, acm, arn, id);
  // At least until Route 53 is in sync, and two minutes more.
  domain.pass(130);
  expect(await statusOf(arn)).toBe("PENDING_VALIDATION");
  domain.pass(60 + 1800);
  expect(await described(acm, arn)).toMatchObject({
    Status: "ISSUED",
    DomainValidationOptions: [{ ValidationStatus: "SUCCESS" }],
    Serial: expect.stringMatching(/^[0-9a-f]{2}(:[0-9a-f]{2}){15}$/),
    IssuedAt: expect.any(Date),
    NotBefore: new Date("2026-11-22T00:00:00Z"),
    NotAfter: new Date("2027-06-07T23:59:59Z"),
    KeyUsages: [{ Name: "DIGITAL_SIGNATURE" }, { Name: "KEY_ENCIPHERMENT" }],
    ExtendedKeyUsages: [{ OID: "1.3.6.1.5.5.7.3.1" }, { OID: "1.3.6.1.5.5.7.3.2" }],
    RenewalEligibility: "INELIGIBLE",
  });
});

test("the record of a name is the same for all certificates and regions, and for a wildcard", async () => {
  const { domain, acm } = await open();
  const one = await request(acm, { SubjectAlternativeNames: ["*.shop.example.com"] });
  const other = await request(acm, { DomainName: "*.shop.example.com" });
  const far = acmClient(domain.sandbox, "us-east-1");
  const elsewhere = await request(far);
  const others = acmClient((await openDomain({ account: "111111111111" })).sandbox);
  const foreign = await request(others);
  domain.pass(10);
  const [record, second] = await recordsOf(acm, one);
  expect(second).toBeUndefined();
  expect(await recordsOf(acm, other)).toEqual([record]);
  expect(await recordsOf(far, elsewhere)).toEqual([record]);
  expect(await recordsOf(others, foreign)).not.toEqual([record]);
});

test("a later certificate for the name needs no other record", async () => {
  const { domain, acm, statusOf } = await open();
  await issued(domain, acm);
  const next = await request(acm);
  domain.pass(10 + 1800);
  expect(await statusOf(next)).toBe("ISSUED");
});

test("every name must be proven", async () => {
  const { domain, acm } = await open();
  const { id } = await createZone(domain);
  const arn = await request(acm, { SubjectAlternativeNames: ["shop.example.net"] });
  domain.pass(10);
  const [inZone, outside] = await recordsOf(acm, arn);
  await change(domain, id, create(set(inZone?.Name ?? "", "CNAME", inZone?.Value ?? "")));
  domain.pass(hour);
  expect(await described(acm, arn)).toMatchObject({
    Status: "PENDING_VALIDATION",
    DomainValidationOptions: [
      { ValidationStatus: "SUCCESS" },
      { ValidationStatus: "PENDING_VALIDATION" },
    ],
  });
  domain.sandbox.setOutsideRecord(outside?.Name ?? "", "CNAME", [outside?.Value ?? ""]);
  domain.pass(hour);
  expect((await described(acm, arn)).Status).toBe("ISSUED");
});

test("a record that the world does not see proves nothing", async () => {
  const { domain, acm, statusOf } = await open();
  domain.sandbox.setDelegation("example.com", ["ns1.example.net"]);
  const { arn } = await issued(domain, acm);
  domain.pass(day);
  expect(await statusOf(arn)).toBe("PENDING_VALIDATION");
  domain.sandbox.setDelegation("example.com", undefined);
  domain.pass(hour);
  expect(await statusOf(arn)).toBe("ISSUED");
});

test("a record that goes before ACM has seen it proves nothing", async () => {
  const { domain, acm, statusOf } = await open();
  const { id } = await createZone(domain);
  const arn = await request(acm);
  domain.pass(10);
  await prove(domain, acm, arn, id);
  domain.pass(60);
  const [record] = await recordsOf(acm, arn);
  await change(domain, id, remove(set(record?.Name ?? "", "CNAME", record?.Value ?? "")));
  domain.pass(hour);
  expect(await statusOf(arn)).toBe("PENDING_VALIDATION");
  await prove(domain, acm, arn, id);
  domain.pass(hour);
  expect(await statusOf(arn)).toBe("ISSUED");
});

test.each([
  [5, "ISSUED"],
  [6, "PENDING_VALIDATION"],
])("over a chain of %i CNAME records, a certificate is %s", async (length, status) => {
  const { domain, acm, statusOf } = await open();
  const arn = await request(acm);
  domain.pass(10);
  const [record] = await recordsOf(acm, arn);
  const names = Array.from({ length: length - 1 }, (_, index) => `step${index}.example.net`);
  const chain = [record?.Name ?? "", ...names, record?.Value ?? ""];
  for (const [index, name] of chain.slice(0, -1).entries()) {
    domain.sandbox.setOutsideRecord(name, "CNAME", [chain[index + 1] ?? ""]);
  }
  domain.pass(hour);
  expect(await statusOf(arn)).toBe(status);
});

test("ACM gives up after 72 hours", async () => {
  const { domain, acm, statusOf } = await open();
  const { id } = await createZone(domain);
  const arn = await request(acm);
  domain.pass(72 * hour - 1);
  expect(await statusOf(arn)).toBe("PENDING_VALIDATION");
  domain.pass(1);
  expect(await described(acm, arn)).toMatchObject({
    Status: "VALIDATION_TIMED_OUT",
    DomainValidationOptions: [{ ValidationStatus: "FAILED" }],
  });
  await prove(domain, acm, arn, id);
  domain.pass(day);
  expect(await statusOf(arn)).toBe("VALIDATION_TIMED_OUT");
});

describe("a request fails", () => {
  test.each([
    ["shop.invalid", "INVALID_PUBLIC_DOMAIN"],
    ["shop.eu-west-1.elb.amazonaws.com", "ADDITIONAL_VERIFICATION_REQUIRED"],
  ])("for %s with %s", async (DomainName, FailureReason) => {
    const { domain, acm } = await open();
    const arn = await request(acm, { DomainName });
    domain.pass(60);
    expect(await described(acm, arn)).toMatchObject({ Status: "FAILED", FailureReason });
  });

  test.each([
    ['0 issue "letsencrypt.org"', "FAILED"],
    ['0 issue "amazontrust.com"', "ISSUED"],
    ['0 iodef "mailto:admin@example.com"', "ISSUED"],
  ])("by the CAA record %s: %s", async (record, status) => {
    const { domain, acm } = await open();
    const { id } = await createZone(domain);
    await change(domain, id, create(set("example.com", "CAA", record)));
    const arn = await request(acm);
    domain.pass(10);
    await prove(domain, acm, arn, id);
    domain.pass(hour);
    const { Status, FailureReason } = await described(acm, arn);
    expect(Status).toBe(status);
    expect(FailureReason).toBe(status === "FAILED" ? "CAA_ERROR" : undefined);
  });
});

test("a certificate that nobody uses is not renewed", async () => {
  const { domain, acm } = await open();
  const { arn } = await issued(domain, acm);
  domain.pass(197 * day);
  const before = await described(acm, arn);
  expect(before.Status).toBe("ISSUED");
  expect(before.RenewalSummary).toBeUndefined();
  domain.pass(day);
  expect((await described(acm, arn)).Status).toBe("EXPIRED");
});
