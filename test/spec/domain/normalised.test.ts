import { describe, expect, test } from "vitest";
import { LEAST, load } from "../stacks.ts";
import { BALANCER, type Case, CERTIFICATE, domainOf, each, mistakeIn } from "./domains.ts";

describe("a domain", () => {
  test("is what the file says, in the order of the file", () => {
    const names = ["www.example.com", "example.com", "*.example.com"];
    expect(domainOf({ names })).toEqual({ names });
    expect(domainOf({ names, zone: "example.com", certificate: CERTIFICATE })).toEqual({
      names,
      zone: "example.com",
      certificate: CERTIFICATE,
    });
  });

  test("has its names in lower case, and without the dot at the end", () => {
    expect(
      domainOf({ names: ["Shop.Example.COM.", "*.EXAMPLE.com"], zone: "Example.Com." }),
    ).toEqual({
      names: ["shop.example.com", "*.example.com"],
      zone: "example.com",
    });
  });

  test("is none where the file has none", () => {
    expect(load(`${LEAST}${BALANCER}`)).not.toHaveProperty("domain");
  });

  test("has at most ten names", () => {
    const names = (count: number) => Array.from({ length: count }, (_, n) => `a${n}.example.com`);
    expect(domainOf({ names: names(10) })?.names).toHaveLength(10);
    expect(mistakeIn({ names: names(11) })).toBe(
      "domain.names: the list has 11 items → use at most 10",
    );
    expect(mistakeIn({ names: [] })).toBe(
      "domain.names: the list is empty → add at least one item",
    );
  });
});

describe("a zone", () => {
  test.each([
    "Z0123456789ABCDEFGHIJ",
    "/hostedzone/Z0123456789ABC",
    "arn:aws:route53:::hostedzone/Z0123456789ABC",
  ])("%s is an id", (zone) => {
    expect(mistakeIn({ names: ["example.com"], zone })).toBe(
      `domain.zone: "${zone}" is the id of a zone, not its name → write the name of the zone, for example example.com`,
    );
  });

  test("has no wildcard", () => {
    expect(mistakeIn({ names: ["*.example.com"], zone: "*.example.com" })).toBe(
      'domain.zone: a zone name has no wildcard, but this is "*.example.com" → for example example.com',
    );
  });
});

describe("a certificate", () => {
  test.each([
    CERTIFICATE,
    "arn:aws-cn:acm:cn-north-1:111111111111:certificate/a",
    "arn:aws-us-gov:acm:us-gov-west-1:111111111111:certificate/a",
  ])("%s", (certificate) => {
    expect(domainOf({ names: ["example.com"], certificate })).toMatchObject({ certificate });
  });

  const acm = "import the certificate into ACM, and write the ARN that ACM gives it";
  const form = `use the ARN of a certificate of ACM: arn:aws:acm:, a region, an account, and :certificate/ with its id; for example ${CERTIFICATE.replace("eu-west-1", "ap-southeast-2")}`;

  test.each<Case>([
    [
      "arn:aws:iam::111111111111:server-certificate/shop",
      `this is a server certificate of IAM, and only certificates of ACM can be used → ${acm}`,
    ],
    [
      "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n",
      `this is a certificate or a key itself, not the ARN of a certificate → ${acm}`,
    ],
    [
      "01234567-89ab-cdef-0123-456789abcdef",
      '"01234567-89ab-cdef-0123-456789abcdef" is the id of a certificate, not its ARN → write the whole ARN: arn:aws:acm:, the region, the account, and :certificate/01234567-89ab-cdef-0123-456789abcdef',
    ],
    ...each(
      ["shop", "arn:aws:acm:eu-west-1:1:certificate/a", "arn:aws:acm::111111111111:certificate/a"],
      (arn) => `"${arn}" is not a valid certificate ARN → ${form}`,
    ),
  ])("%s is a mistake", (certificate, mistake) => {
    expect(mistakeIn({ names: ["example.com"], certificate })).toBe(
      `domain.certificate: ${mistake}`,
    );
  });
});
