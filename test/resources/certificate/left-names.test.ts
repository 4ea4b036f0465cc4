import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { describe, expect, test } from "vitest";
import { ownTags, type Tag } from "../../../src/aws/tags.ts";
import { removeLeftNames } from "../../../src/resources/certificate/left-names.ts";
import { openStage, ours, refusal, region } from "../answers.ts";
import type { LiveCertificate } from "./domain.ts";

const name = "shop.example.com";
const arn = "arn:aws:acm:eu-west-1:000000000000:certificate/0123abcd";
const live = {
  id: arn,
  fields: { names: [name], zone: "example.com" },
} as unknown as LiveCertificate;
const left = `afterpay-0123abcd-1234567890.${region}.elb.amazonaws.com`;

const tagged = (...targets: readonly string[]) =>
  ours("certificate/web", { "reconcile:targets": targets.join(" ") });

function alias(DNSName: string, rest: object = {}): ResourceRecordSet {
  return {
    Name: `${name}.`,
    Type: "A",
    AliasTarget: { HostedZoneId: "Z1", DNSName, EvaluateTargetHealth: false },
    ...rest,
  };
}

async function deletesOf(
  record: ResourceRecordSet,
  {
    exists = [] as readonly string[],
    certificate = live,
    tags = tagged(left) as readonly Tag[],
  } = {},
) {
  const stage = openStage({
    "acm:ListTagsForCertificate": ({ CertificateArn }) =>
      CertificateArn === arn ? { Tags: tags } : refusal("ResourceNotFoundException"),
    "route53:ListHostedZonesByName": {
      HostedZones: [{ Id: "/hostedzone/Z2", Name: "example.com.", CallerReference: "1" }],
      IsTruncated: false,
      MaxItems: 100,
    },
    "route53:ListResourceRecordSets": {
      ResourceRecordSets: [record],
      IsTruncated: false,
      MaxItems: 100,
    },
    "route53:ChangeResourceRecordSets": {
      ChangeInfo: { Id: "C1", Status: "PENDING", SubmittedAt: new Date(0) },
    },
    "elbv2:DescribeLoadBalancers": () =>
      exists.length === 0
        ? refusal("LoadBalancerNotFound")
        : { LoadBalancers: exists.map((DNSName) => ({ DNSName })) },
  });
  await removeLeftNames(stage.context, certificate);
  return {
    deleted: stage.asked("route53:ChangeResourceRecordSets").length,
    asked: stage.asked("elbv2:DescribeLoadBalancers"),
  };
}

describe("when a certificate goes, the record by which a name leads to a load balancer", () => {
  test.each([
    [left, left, "afterpay-0123abcd"],
    [left, `dualstack.${left.toUpperCase()}.`, "afterpay-0123abcd"],
    [`internal-${left}`, `internal-${left}.`, "afterpay-0123abcd"],
    // A pinned name, and AWS's own spelling of its number.
    [`Web-2-123.${region}.elb.amazonaws.com`, `web-2-123.${region}.elb.amazonaws.com`, "web-2"],
  ])("that was deleted goes, too: %s, recorded, in %s", async (recorded, target, asked) => {
    expect(await deletesOf(alias(target), { tags: tagged(recorded) })).toEqual({
      deleted: 1,
      asked: [{ Names: [asked] }],
    });
  });

  test("goes for each of the recorded ones", async () => {
    const tags = tagged(`newer.${region}.elb.amazonaws.com`, left);
    expect(await deletesOf(alias(left), { tags })).toMatchObject({ deleted: 1 });
  });

  test("goes for IPv6, too", async () => {
    expect(await deletesOf(alias(left, { Type: "AAAA" }))).toMatchObject({ deleted: 1 });
  });

  test("that exists stays", async () => {
    expect(await deletesOf(alias(left), { exists: [left] })).toMatchObject({ deleted: 0 });
    const capital = left.replace("afterpay", "Afterpay");
    expect(await deletesOf(alias(left), { exists: [capital] })).toMatchObject({ deleted: 0 });
  });

  test("goes if another load balancer has the name, with another number", async () => {
    const other = left.replace("1234567890", "987");
    expect(await deletesOf(alias(left), { exists: [other] })).toMatchObject({ deleted: 1 });
  });

  test.each<[string, ResourceRecordSet]>([
    ["of the stack that is not recorded", alias(left.replace("1234567890", "987"))],
    ["of another stack", alias(left.replace("afterpay", "afterpay2"))],
    ["of a longer name", alias(left.replace("afterpay", "other-afterpay"))],
    ["of another region", alias(left.replace(region, "us-east-1"))],
    ["of a name that looks like it", alias(`afterpay-0123abcd-1234567890.${region}.example.com`)],
    ["with a weight", alias(left, { SetIdentifier: "one", Weight: 1 })],
    [
      "as an address of somebody else's",
      { Name: `${name}.`, Type: "A", TTL: 60, ResourceRecords: [{ Value: "203.0.113.7" }] },
    ],
  ])("%s stays", async (_whose, record) => {
    expect(await deletesOf(record)).toEqual({ deleted: 0, asked: [] });
  });

  test.each<[string, readonly Tag[]]>([
    ["records none", ours("certificate/web")],
    ["records nothing any more", tagged("")],
    [
      "belongs to another stack",
      ownTags({ stack: "other", address: "certificate/web" }, { "reconcile:targets": left }),
    ],
    ["belongs to nobody", [{ Key: "reconcile:targets", Value: left }]],
  ])("stays if the certificate %s", async (_what, tags) => {
    expect(await deletesOf(alias(left), { tags })).toEqual({ deleted: 0, asked: [] });
  });

  test("stays if the certificate is gone", async () => {
    const certificate = { ...live, id: `${arn}0` };
    expect(await deletesOf(alias(left), { certificate })).toEqual({ deleted: 0, asked: [] });
  });

  test("is not looked for without a zone", async () => {
    const certificate = {
      ...live,
      fields: { ...live.fields, zone: null },
    };
    expect(await deletesOf(alias(left), { certificate })).toMatchObject({ deleted: 0 });
  });
});
