import {
  type ACMClient,
  type CertificateDetail,
  type CertificateSummary,
  DescribeCertificateCommand,
  type KeyAlgorithm,
  ListTagsForCertificateCommand,
  paginateListCertificates,
  type Tag,
} from "@aws-sdk/client-acm";
import type { OwnTagKey } from "../../aws/own-tag-keys.ts";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Live, Note, TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { plainName } from "../shared/dns-names.ts";
import { recordsAt, zoneIfAny } from "../shared/hosted-zones.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { isValidationRecord, recordsOf, type ValidationRecord } from "./records.ts";

export interface CertificateFields {
  /** The first is the certificate's own name. The order of the others means nothing. */
  readonly names: readonly string[];
  /** The hosted zone in which the stack has the validation records; null: somebody else makes them. */
  readonly zone: string | null;
  /** Validation records that the zone lacks. No stack file defines any. */
  readonly missingRecords?: readonly string[];
  /** Whether browsers will accept it, as far as its dates tell. */
  readonly validity?: "valid" | "expired" | "revoked";
  readonly tags: Readonly<Record<string, string>>;
}

export interface CertificateOutputs {
  readonly arn: string;
}

export type LiveCertificate = Live<CertificateFields, CertificateOutputs>;

/** Records in which hosted zone the stack makes the validation records. */
export const zoneKey = "reconcile:zone" satisfies OwnTagKey;

/**
 * The service cannot filter by tag: looks up all certificates, then their tags. Without a wish, it lists those with RSA
 * keys, and the stack's have one ("ListCertificates").
 */
export async function sweepCertificates(context: ResourceContext): Promise<LiveCertificate[]> {
  const live = await Promise.all(
    (await requested(context)).map(async ({ CertificateArn: arn = "" }) => {
      const tags = await tagsOf(context, arn);
      return addressIn(tags, context.stack, "certificate") === undefined
        ? undefined
        : lookAtCertificate(context, arn, tags);
    }),
  );
  return live.filter((each) => each !== undefined);
}

/** What carries tags, whoever it belongs to. */
export async function taggedCertificates(
  context: ResourceContext,
): Promise<readonly TaggedObject[]> {
  const arns = (await requested(context)).flatMap(({ CertificateArn }) => CertificateArn ?? []);
  return Promise.all(arns.map(async (id) => ({ id, tags: toRecord(await tagsOf(context, id)) })));
}

/** Imported certificates cannot be ours. */
async function requested(context: ResourceContext): Promise<readonly CertificateSummary[]> {
  const all = await listCertificates(context);
  return all.filter(({ Type: type }) => type === undefined || type === "AMAZON_ISSUED");
}

/** Those with RSA keys, or with keys of these types. */
export async function listCertificates(
  context: ResourceContext,
  keyTypes?: readonly KeyAlgorithm[],
): Promise<readonly CertificateSummary[]> {
  return lookUpCertificates(await context.clients.acm(), keyTypes);
}

const lookUpCertificates = sharedLookUp(
  (client: ACMClient, keyTypes: readonly KeyAlgorithm[] | undefined) =>
    everyPage(
      paginateListCertificates(
        { client },
        { MaxItems: 1000, ...(keyTypes && { Includes: { keyTypes: [...keyTypes] } }) },
      ),
      (page) => page.CertificateSummaryList,
    ),
);

/** "Filters", AWS Certificate Manager API Reference. */
export const everyKeyType: readonly KeyAlgorithm[] = [
  "RSA_1024",
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "EC_prime256v1",
  "EC_secp384r1",
  "EC_secp521r1",
];

/** Undefined if the certificate does not exist, or no longer. */
export async function tagsOf(
  context: ResourceContext,
  arn: string,
): Promise<readonly Tag[] | undefined> {
  const client = await context.clients.acm();
  const command = new ListTagsForCertificateCommand({ CertificateArn: arn });
  return (await unlessGone(() => client.send(command)))?.Tags;
}

/** Undefined if the certificate does not exist, or no longer. */
export async function describe(
  context: ResourceContext,
  arn: string,
): Promise<CertificateDetail | undefined> {
  const client = await context.clients.acm();
  const command = new DescribeCertificateCommand({ CertificateArn: arn });
  return (await unlessGone(() => client.send(command)))?.Certificate;
}

/** The stack's certificate. Undefined if it does not belong to the stack, or does not exist. */
export async function lookAtCertificate(
  context: ResourceContext,
  arn: string,
  known?: readonly Tag[],
): Promise<LiveCertificate | undefined> {
  const [tags, found] = await Promise.all([known ?? tagsOf(context, arn), describe(context, arn)]);
  const address = addressIn(tags, context.stack, "certificate");
  if (address === undefined || found === undefined) return undefined;
  const zone = toRecord(tags)[zoneKey] ?? null;
  const records = recordsOf(found);
  const missing =
    zone === null || records === undefined ? [] : await missingIn(context, zone, records);
  const first = plainName(found.DomainName ?? "");
  return {
    id: arn,
    address,
    // A certificate has no name of its own in AWS.
    physicalName: first,
    ...statusOf(found, records),
    createdAt: found.CreatedAt?.getTime() ?? 0,
    fields: {
      names: [first, ...(found.SubjectAlternativeNames ?? []).map(plainName)],
      zone,
      missingRecords: missing.map(({ name }) => name).sort(),
      validity: validityOf(found),
      tags: userTagsOf(tags),
    },
    outputs: { arn },
    uses: [],
    ...notesOf(found, records),
  };
}

async function missingIn(
  context: ResourceContext,
  zone: string,
  records: readonly ValidationRecord[],
): Promise<readonly ValidationRecord[]> {
  const zoneId = await zoneIfAny(context, zone);
  if (zoneId === undefined) return records;
  const found = await Promise.all(
    records.map(async (record) => {
      const there = await recordsAt(context.clients, zoneId, record.name);
      return there.some((each) => isValidationRecord(each, record));
    }),
  );
  return records.filter((_, index) => found[index] === false);
}

/** "CertificateDetail", AWS Certificate Manager API Reference. */
function statusOf(
  { Status: status, FailureReason: reason }: CertificateDetail,
  records: readonly ValidationRecord[] | undefined,
): Pick<LiveCertificate, "status" | "statusReason"> {
  switch (status) {
    case "FAILED":
      return { status: "failed", statusReason: `AWS did not issue it: ${reason ?? "no reason"}` };
    case "VALIDATION_TIMED_OUT":
      return { status: "failed", statusReason: "nobody made its DNS records within 72 hours" };
    case "PENDING_VALIDATION":
      if (records === undefined) return { status: "partial", statusReason: RECORDS_UNKNOWN };
      return {
        status: "ready",
        statusReason: "pending: AWS issues it when it sees its DNS records",
      };
    default:
      return { status: "ready" };
  }
}

export const RECORDS_UNKNOWN = "AWS has not said yet which DNS records it wants";

function validityOf({ Status: status }: CertificateDetail): "valid" | "expired" | "revoked" {
  if (status === "EXPIRED" || status === "INACTIVE") return "expired";
  return status === "REVOKED" ? "revoked" : "valid";
}

function notesOf(
  { Status: status, RenewalSummary: renewal, NotAfter: end }: CertificateDetail,
  records: readonly ValidationRecord[] | undefined,
): { readonly notes?: readonly Note[] } {
  if (status === "PENDING_VALIDATION" && records !== undefined) {
    const lines = records.map(({ name, value }) => `${name} CNAME ${value}`);
    return {
      notes: [
        {
          summary: `the certificate is not issued yet, and no https listener can use it. AWS waits for the DNS ${lines.length === 1 ? "record" : "records"} ${lines.join(", ")}`,
          remedy:
            "Run apply. It says which record is missing, and completes the listeners when AWS has issued the certificate.",
        },
      ],
    };
  }
  if (status !== "ISSUED" || !renewal || renewal.RenewalStatus === "SUCCESS") return {};
  if (renewal.RenewalStatus === "PENDING_AUTO_RENEWAL") return {};
  const until = end === undefined ? "" : ` It is valid until ${end.toISOString().slice(0, 10)}.`;
  return {
    notes: [
      {
        summary: `AWS could not renew the certificate (${renewal.RenewalStatusReason ?? renewal.RenewalStatus}).${until}`,
        remedy: "Its validation records have to stay in DNS. Make those that are missing again.",
      },
    ],
  };
}
