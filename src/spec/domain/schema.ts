import { z } from "zod";
import { quote } from "../finding.ts";
import type { Written } from "../section.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";
import { hostName } from "./host-name.ts";

/** The names that ACM allows in one certificate, unless it raised the quota for the account. */
const MOST_NAMES = 10;

/** A certificate that is not in ACM, or not named as a certificate of ACM is. */
function otherCertificate(written: string): Mistake | undefined {
  const forms = "import the certificate into ACM, and write the ARN that ACM gives it";
  // Not repeated to the person: it may be the private key.
  if (written.includes("-----BEGIN")) {
    return new Mistake(
      "this is a certificate or a key itself, not the ARN of a certificate",
      forms,
    );
  }
  if (/^arn:[^:]*:iam:.*server-certificate\//.test(written)) {
    return new Mistake(
      "this is a server certificate of IAM, and only certificates of ACM can be used",
      forms,
    );
  }
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(written)) {
    return new Mistake(
      `${quote(written)} is the id of a certificate, not its ARN`,
      `write the whole ARN: arn:aws:acm:, the region, the account, and :certificate/${written}`,
    );
  }
  return undefined;
}

/** A zone's id, alone or in the forms of Route 53's API and of ARNs. */
function idOfZone(written: string): Mistake | undefined {
  return /^(arn:[^:]*:route53:::|\/)?(hostedzone\/)?Z[0-9A-Z]{8,31}$/.test(written)
    ? new Mistake(
        `${quote(written)} is the id of a zone, not its name`,
        "write the name of the zone, for example example.com",
      )
    : undefined;
}

export const domainSchema = z
  .strictObject({
    names: z
      .array(hostName({ what: "a host name", example: "shop.example.com", wildcard: true }))
      .min(1)
      .max(MOST_NAMES)
      .meta({
        description: `The names of the site, at most ${MOST_NAMES}. The first one is the certificate's name, and can have at most 64 characters. \`*\` as the whole first part stands for any one name there: \`*.example.com\`. Other names mean another certificate; browsers get a certificate error for a name that is removed.`,
        examples: [["shop.example.com", "www.shop.example.com"]],
      }),
    zone: hostName({
      what: "a zone name",
      example: "example.com",
      wildcard: false,
      check: idOfZone,
    })
      .optional()
      .meta({
        description:
          "A public Route 53 zone of this account, by its name. Every name must be in it. The stack makes the DNS records there: those that prove to ACM that the names are yours, and those that lead the names to the load balancer. It never overwrites a record of others. Default: the records are printed, for you to make where your DNS is. Until you have made them, an apply does everything else and ends with `pending`; the next apply finishes it.",
      }),
    certificate: text({
      what: "a certificate ARN",
      pattern: /^arn:aws[a-z-]*:acm:[a-z]{2,}(-[a-z]+)+-\d+:\d{12}:certificate\/[A-Za-z0-9-]+$/,
      allowed:
        "the ARN of a certificate of ACM: arn:aws:acm:, a region, an account, and :certificate/ with its id",
      longest: 200,
      example:
        "arn:aws:acm:ap-southeast-2:111111111111:certificate/01234567-89ab-cdef-0123-456789abcdef",
      check: otherCertificate,
    })
      .optional()
      .meta({
        description:
          "An existing certificate of ACM, by its ARN, instead of requesting one. It must be in the stack's region and be valid for the names. The stack never changes it. Default: the stack requests a certificate for the names, which ACM renews by itself as long as the DNS records stay.",
      }),
  })
  .meta({
    description:
      "The site's own names, and the certificate for https. It needs an application load balancer with an https listener. If omitted, the site has only the load balancer's own DNS name, without https.",
    examples: [{ names: ["shop.example.com"] }],
  })
  .optional();

export type DomainFile = Written<typeof domainSchema>;
