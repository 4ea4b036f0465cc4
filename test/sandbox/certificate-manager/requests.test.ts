import {
  DeleteCertificateCommand,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from "@aws-sdk/client-acm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openDomain } from "../route-53/domain.ts";
import { acmClient, described, request } from "./certificates.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open(options: Parameters<typeof openDomain>[0] = {}) {
  const domain = await openDomain(options);
  return { domain, acm: acmClient(domain.sandbox) };
}

describe("a request", () => {
  test("makes a certificate that waits for its validation", async () => {
    const { domain, acm } = await open();
    const arn = await request(acm, { SubjectAlternativeNames: ["www.example.com"] });
    expect(arn).toMatch(/^arn:aws:acm:ap-southeast-2:000000000000:certificate\/[0-9a-f-]{36}$/);
    expect(await described(acm, arn)).toEqual({
      CertificateArn: arn,
      DomainName: "shop.example.com",
      SubjectAlternativeNames: ["shop.example.com", "www.example.com"],
      DomainValidationOptions: ["shop.example.com", "www.example.com"].map((DomainName) => ({
        DomainName,
        ValidationStatus: "PENDING_VALIDATION",
        ValidationMethod: "DNS",
      })),
      Subject: "CN=shop.example.com",
      Issuer: "Amazon",
      CreatedAt: new Date(domain.sandbox.now()),
      Status: "PENDING_VALIDATION",
      KeyAlgorithm: "RSA-2048",
      SignatureAlgorithm: "SHA256WITHRSA",
      InUseBy: [],
      Type: "AMAZON_ISSUED",
      KeyUsages: [],
      ExtendedKeyUsages: [],
      RenewalEligibility: "INELIGIBLE",
      Options: { CertificateTransparencyLoggingPreference: "ENABLED", Export: "DISABLED" },
    });
  });

  test("is not seen at once", async () => {
    const { domain, acm } = await open({ consistency: { maxMilliseconds: 3000 }, seed: 7 });
    const arn = await request(acm);
    expect(await refusal(described(acm, arn))).toMatchObject({
      code: "ResourceNotFoundException",
      message: `Could not find certificate ${arn}.`,
    });
    domain.pass(3);
    expect((await described(acm, arn)).CertificateArn).toBe(arn);
  });

  test("has its validation records after some seconds", async () => {
    const { domain, acm } = await open();
    const arn = await request(acm);
    domain.pass(4);
    const recordOf = async () => (await described(acm, arn)).DomainValidationOptions?.[0];
    expect((await recordOf())?.ResourceRecord).toBeUndefined();
    domain.pass(6);
    expect((await recordOf())?.ResourceRecord).toEqual({
      Name: expect.stringMatching(/^_[0-9a-f]{32}\.shop\.example\.com\.$/),
      Type: "CNAME",
      Value: expect.stringMatching(/^_[0-9a-f]{32}\.[a-z]{10}\.acm-validations\.aws\.$/),
    });
  });

  test("with the same token within an hour is the same", async () => {
    const { domain, acm } = await open();
    const IdempotencyToken = "shop";
    const first = await request(acm, { IdempotencyToken });
    domain.pass(3599);
    expect(await request(acm, { IdempotencyToken })).toBe(first);
    expect(await request(acm, { IdempotencyToken: "other" })).not.toBe(first);
    domain.pass(1);
    expect(await request(acm, { IdempotencyToken })).not.toBe(first);
  });

  test("with the token of a deleted certificate makes a new one", async () => {
    const { acm } = await open();
    const first = await request(acm, { IdempotencyToken: "shop" });
    await acm.send(new DeleteCertificateCommand({ CertificateArn: first }));
    expect(await request(acm, { IdempotencyToken: "shop" })).not.toBe(first);
  });

  const eleven = Array.from({ length: 10 }, (_, index) => `shop${index}.example.com`);
  const long = `${"a".repeat(53)}.example.com`;
  test.each<[string, Partial<RequestCertificateCommandInput>, string]>([
    ["no domain", { DomainName: "shop" }, "ValidationException"],
    ["an asterisk inside", { DomainName: "shop.*.example.com" }, "ValidationException"],
    ["65 characters", { DomainName: long }, "InvalidDomainValidationOptionsException"],
    ["eleven names", { SubjectAlternativeNames: eleven }, "LimitExceededException"],
    ["a token of other characters", { IdempotencyToken: "a-b" }, "ValidationException"],
    ["a key of imported ones only", { KeyAlgorithm: "RSA_4096" }, "InvalidParameterException"],
    ["a reserved tag", { Tags: [{ Key: "aws:x", Value: "" }] }, "InvalidTagException"],
    [
      "51 tags",
      { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `${index}`, Value: "" })) },
      "TooManyTagsException",
    ],
    ["validation by mail", { ValidationMethod: "EMAIL" }, "UnsupportedOperation"],
    ["export", { Options: { Export: "ENABLED" } }, "UnsupportedOperation"],
  ])("is refused with %s", async (_, more, code) => {
    const { acm } = await open();
    expect((await refusal(request(acm, more))).code).toBe(code);
  });

  test("can have a long name beside its first one, and ten names", async () => {
    const { acm } = await open();
    const names = ["shop.example.com", long, ...eleven.slice(2)];
    const arn = await request(acm, { SubjectAlternativeNames: names });
    expect((await described(acm, arn)).SubjectAlternativeNames).toEqual(names);
  });

  test("needs a domain name", async () => {
    const { acm } = await open();
    const command = new RequestCertificateCommand({ DomainName: undefined });
    expect((await refusal(acm.send(command))).code).toBe("ValidationException");
  });
});
