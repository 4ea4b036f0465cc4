import type { CertificateDetail } from "@aws-sdk/client-acm";
import { beforeEach, describe, expect, test } from "vitest";
import type { Tag } from "../../../src/aws/tags.ts";
import type { NameServers } from "../../../src/dns/name-servers.ts";
import { Cancelled, OutsideError, PendingOutside } from "../../../src/engine/errors.ts";
import { isIssued, untilIssued } from "../../../src/resources/certificate/issue.ts";
import { openStage, ours, refusal, type Stage } from "../answers.ts";
import { byHand, cname, create, openDomain, recordOf, seeing } from "./domain.ts";

const shop = "shop.example.com";
const balancer = "application-load-balancer/web";
const arn = "arn:aws:acm:eu-west-1:000000000000:certificate/0123abcd";
const record = { name: "_a.shop.example.com", value: "_b.acm-validations.aws" };

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error("it succeeded"),
    (error: unknown) => error,
  );
}

describe("in an account, the wait for a certificate", () => {
  test("ends when AWS has issued it", async () => {
    const domain = await openDomain();
    const { id } = await create(domain);
    const context = seeing(domain, domain.context);
    await domain.pass(untilIssued(context, balancer, id));
    expect(domain.told.join()).toContain("the DNS records exist; AWS issues the certificate");
    const before = domain.sandbox.now();
    await domain.pass(untilIssued(context, balancer, id));
    expect(domain.sandbox.now() - before).toBeLessThan(1_000);
  });

  test("ends at once if somebody else has to make the record", async () => {
    const domain = await openDomain();
    const { id } = await create(domain, { zone: null });
    const before = domain.sandbox.now();
    const error = await failure(
      domain.pass(untilIssued(seeing(domain, domain.context), balancer, id)),
    );
    expect(error).toBeInstanceOf(PendingOutside);
    expect(domain.sandbox.now() - before).toBeLessThan(1_000);
    const { name, value } = recordOf(domain, shop);
    expect(error).toMatchObject({
      items: [
        {
          address: "certificate/web",
          waitsFor: `the DNS record ${name}: no name server has it`,
          remedy: `Create this record where the domain's DNS is managed, then apply again:\n${name}. CNAME ${value}.`,
        },
      ],
    });
  });

  test("goes on for five minutes if the zone has the record, and the world does not see it", async () => {
    const domain = await openDomain();
    const { id } = await create(domain);
    domain.sandbox.setDelegation("example.com", ["ns1.elsewhere.example"]);
    const before = domain.sandbox.now();
    const error = await failure(
      domain.pass(untilIssued(seeing(domain, domain.context), balancer, id)),
    );
    expect((domain.sandbox.now() - before) / 60_000).toBeCloseTo(5, 0);
    expect(error).toMatchObject({
      items: [
        {
          address: "certificate/web",
          waitsFor: expect.stringMatching(
            /^the DNS record _\w+\.shop\.example\.com: the name servers of example\.com are ns1\.elsewhere\.example, but the hosted zone of this account has ns-/,
          ),
          remedy:
            "The record is in the hosted zone example.com. Make the world see it, then apply again.",
        },
      ],
    });
  });

  test("is ended by Ctrl-C", async () => {
    const domain = await openDomain();
    const { id } = await create(domain);
    const work = failure(domain.pass(untilIssued(seeing(domain, domain.context), balancer, id)));
    domain.interrupt();
    expect(await work).toBeInstanceOf(Cancelled);
  });

  test("names each record that is missing, for a certificate of several names", async () => {
    const domain = await openDomain();
    const names = [shop, "www.example.com", "*.shop.example.com"];
    const { id } = await create(domain, { names, zone: null });
    const { name, value } = recordOf(domain, shop);
    await byHand(domain, ["CREATE", cname(name, value)]);
    // Until Route 53's name servers have it.
    await domain.pass(domain.context.clock.sleep(120_000));
    const error = await failure(
      domain.pass(untilIssued(seeing(domain, domain.context), balancer, id)),
    );
    const missing = recordOf(domain, "www.example.com");
    expect(error).toMatchObject({
      items: [{ waitsFor: expect.stringContaining(missing.name) }],
    });
  });
});

describe("as AWS answers, the wait for a certificate", () => {
  let detail: CertificateDetail | undefined;
  let tags: readonly Tag[];
  let stage: Stage;
  const pending: CertificateDetail = {
    CertificateArn: arn,
    Status: "PENDING_VALIDATION",
    DomainValidationOptions: [
      {
        DomainName: shop,
        ResourceRecord: { Name: `${record.name}.`, Type: "CNAME", Value: `${record.value}.` },
      },
    ],
  };
  const sees = (...values: readonly string[]): NameServers => ({
    cname: async () => values,
    nameServersOf: async () => [],
  });

  beforeEach(() => {
    detail = pending;
    tags = ours("certificate/web", { "reconcile:zone": "example.com" });
    stage = openStage({
      "acm:DescribeCertificate": () =>
        detail === undefined ? refusal("ResourceNotFoundException") : { Certificate: detail },
      "acm:ListTagsForCertificate": () => ({ Tags: tags }),
      "route53:ListHostedZonesByName": { HostedZones: [], IsTruncated: false, MaxItems: 100 },
    });
  });

  const wait = (servers?: NameServers) =>
    failure(
      untilIssued(
        { ...stage.context, ...(servers && { nameServers: async () => servers }) },
        balancer,
        arn,
      ),
    );

  test("goes on for half an hour if the world sees the records, and AWS does not look", async () => {
    const error = await wait(sees(record.value));
    expect(stage.passed()).toBe(30 * 60);
    expect(error).toBeInstanceOf(PendingOutside);
    expect(error).toMatchObject({
      items: [
        {
          address: "certificate/web",
          waitsFor: `AWS to issue the certificate. The world's name servers answer its DNS records (${record.name}), and AWS has not looked at them yet`,
          remedy: "Apply again later. AWS gives up after 72 hours.",
        },
      ],
    });
  });

  test("goes on for five minutes if nobody knows what the world sees", async () => {
    const error = await wait();
    expect(stage.passed()).toBe(5 * 60);
    expect(error).toMatchObject({
      items: [
        {
          waitsFor: `the DNS record ${record.name}: AWS does not see it yet`,
        },
      ],
    });
  });

  test("fails with what to do where CAA records forbid it", async () => {
    detail = { ...pending, Status: "FAILED", FailureReason: "CAA_ERROR" };
    const error = await wait(sees());
    expect(error).toBeInstanceOf(OutsideError);
    expect(error).toMatchObject({
      message: `AWS does not issue the certificate ${arn}: FAILED, CAA_ERROR`,
      remedy:
        "The domain has CAA records that do not allow amazon.com to issue certificates. Allow it, and apply again: a new certificate is requested.",
    });
    expect(stage.passed()).toBe(0);
  });

  test.each(["VALIDATION_TIMED_OUT", "REVOKED"] as const)("fails at once: %s", async (Status) => {
    detail = { ...pending, Status };
    expect(await wait(sees())).toMatchObject({
      message: `AWS does not issue the certificate ${arn}: ${Status}`,
      remedy: "Apply again: a new certificate is requested.",
    });
  });

  test.each<[boolean, CertificateDetail | undefined]>([
    [true, { ...pending, Status: "ISSUED" }],
    [false, pending],
    [false, { ...pending, Status: "EXPIRED" }],
    [false, undefined],
  ])("is not needed if it is issued: %s", async (issued, found) => {
    detail = found;
    expect(await isIssued(stage.context, arn)).toBe(issued);
  });

  test("fails for a certificate that stays away", async () => {
    detail = undefined;
    expect(await wait(sees())).toMatchObject({ message: `the certificate ${arn} does not exist` });
    expect(stage.passed()).toBeGreaterThan(30);
  });

  test("stands for the load balancer where the certificate is not the stack's", async () => {
    tags = [];
    const error = await wait(sees());
    expect(stage.passed()).toBe(0);
    expect(error).toMatchObject({ items: [{ address: balancer }] });
  });
});
