import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ImportCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
} from "@aws-sdk/client-acm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openDomain } from "../route-53/domain.ts";
import { acmClient, described, issued, request } from "./certificates.ts";
import { ellipticCertificate, ownCertificate } from "./imported.ts";

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

describe("a list", () => {
  test("has certificates with usual keys only, unless asked for others", async () => {
    const { acm } = await open();
    const usual = await request(acm);
    const elliptic = await request(acm, { KeyAlgorithm: "EC_prime256v1" });
    const listed = async (input: ListCertificatesCommand["input"]) =>
      (await acm.send(new ListCertificatesCommand(input))).CertificateSummaryList?.map(
        ({ CertificateArn }) => CertificateArn,
      );
    expect(await listed({})).toEqual([usual]);
    expect(await listed({ Includes: { keyTypes: ["RSA_2048", "EC_prime256v1"] } })).toEqual([
      usual,
      elliptic,
    ]);
    expect(await listed({ CertificateStatuses: ["ISSUED"] })).toEqual([]);
    expect(await listed({ CertificateStatuses: ["PENDING_VALIDATION"] })).toEqual([usual]);
  });

  test("comes in pages", async () => {
    const { acm } = await open();
    const made = [await request(acm), await request(acm), await request(acm)];
    const first = await acm.send(new ListCertificatesCommand({ MaxItems: 2 }));
    const second = await acm.send(new ListCertificatesCommand({ NextToken: first.NextToken }));
    expect(first.CertificateSummaryList).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
    const all = [first, second].flatMap((page) => page.CertificateSummaryList ?? []);
    expect(all.map(({ CertificateArn }) => CertificateArn)).toEqual(made);
    expect(all[0]).toMatchObject({
      DomainName: "shop.example.com",
      SubjectAlternativeNameSummaries: ["shop.example.com"],
      Status: "PENDING_VALIDATION",
      Type: "AMAZON_ISSUED",
      KeyAlgorithm: "RSA-2048",
      InUse: false,
    });
  });
});

test("tags are added and removed", async () => {
  const { acm } = await open();
  const CertificateArn = await request(acm, { Tags: [{ Key: "a", Value: "1" }] });
  const tags = async () =>
    (await acm.send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags;
  await acm.send(
    new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: "b", Value: "2" }] }),
  );
  const removed = (Key: string, Value?: string) =>
    acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key, Value }] }));
  await removed("a", "other");
  expect(await tags()).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ]);
  await removed("a", "1");
  await removed("b");
  expect(await tags()).toEqual([]);
});

test("a certificate is deleted, and named by its ARN only", async () => {
  const { acm } = await open();
  const CertificateArn = await request(acm);
  await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  const find = (arn: string) =>
    refusal(acm.send(new DescribeCertificateCommand({ CertificateArn: arn })));
  expect((await find(CertificateArn)).code).toBe("ResourceNotFoundException");
  expect((await find("shop")).code).toBe("ValidationException");
  expect((await find("arn:aws:acm:eu-west-1:000000000000:acme-endpoint/1")).code).toBe(
    "InvalidArnException",
  );
});

test("certificates belong to a region", async () => {
  const { domain, acm } = await open();
  const arn = await request(acm);
  const elsewhere = acmClient(domain.sandbox, "eu-west-1");
  expect((await refusal(described(elsewhere, arn))).code).toBe("ResourceNotFoundException");
});

describe("an imported certificate", () => {
  test("is issued, and says what it is for", async () => {
    const { domain, acm } = await open();
    const { CertificateArn = "" } = await acm.send(new ImportCertificateCommand(ownCertificate));
    const { DomainValidationOptions, ...certificate } = await described(acm, CertificateArn);
    expect(DomainValidationOptions).toBeUndefined();
    expect(certificate).toMatchObject({
      Type: "IMPORTED",
      Status: "ISSUED",
      DomainName: "shop.example.com",
      SubjectAlternativeNames: ["shop.example.com", "www.example.com"],
      KeyAlgorithm: "RSA-2048",
      ImportedAt: new Date(domain.sandbox.now()),
      NotBefore: new Date("2024-01-01T00:00:00Z"),
      NotAfter: new Date("2124-01-01T00:00:00Z"),
      RenewalEligibility: "INELIGIBLE",
    });
  });

  test("is refused with the key of another, or as something else", async () => {
    const { acm } = await open();
    const { PrivateKey } = ellipticCertificate;
    const send = (input: Partial<typeof ownCertificate>) =>
      refusal(acm.send(new ImportCertificateCommand({ ...ownCertificate, ...input })));
    expect((await send({ PrivateKey })).message).toMatch(/does not match/);
    expect((await send({ Certificate: Buffer.from("none") })).code).toBe("ValidationException");
  });
});

test("a certificate is in the inventory", async () => {
  const { domain, acm } = await open();
  const { arn } = await issued(domain, acm, { Tags: [{ Key: "a", Value: "1" }] });
  expect(domain.sandbox.inventory()["certificate"]).toEqual([
    {
      region: "ap-southeast-2",
      id: arn,
      name: "shop.example.com",
      state: "ISSUED",
      tags: { a: "1" },
    },
  ]);
});
