import type { CertificateDetail } from "@aws-sdk/client-acm";
import { consistencyDeadline } from "../../aws/retry.ts";
import { addressIn, toRecord } from "../../aws/tags.ts";
import { OutsideError, type PendingItem, PendingOutside } from "../../engine/errors.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import { nameServersOf, zoneIfAny } from "../shared/hosted-zones.ts";
import { describe, tagsOf, zoneKey } from "./live.ts";
import { recordsOf, type ValidationRecord } from "./records.ts";

/** A record, and why the world does not see it. */
interface MissingRecord {
  readonly record: ValidationRecord;
  readonly why: string;
}

/**
 * Waits until AWS has issued the certificate, as long as nobody has to act: the world sees the records, and AWS looks at
 * them from time to time.
 *
 * @param user Of the load balancer, which stands for a certificate that is not the stack's.
 * @throws PendingOutside if somebody has to make a record, or AWS takes long.
 * @throws OutsideError if AWS refuses to issue it.
 */
export async function untilIssued(
  context: ResourceContext,
  user: PendingItem["address"],
  arn: string,
): Promise<void> {
  const begun = context.clock.now();
  const tags = await tagsOf(context, arn);
  const address = addressIn(tags, context.stack, "certificate") ?? user;
  const zone = toRecord(tags)[zoneKey];
  await waitFor({
    what: "AWS to issue the certificate",
    // It ends as pending long before that, also where this machine slept in between.
    deadline: validity,
    pace,
    context,
    probe: async (): Promise<Probe<void>> => {
      const detail = await describe(context, arn);
      if (detail?.Status === "ISSUED") return { done: undefined };
      const waited = context.clock.now() - begun;
      if (detail === undefined) {
        if (waited < consistencyDeadline) return { pending: "the certificate is not visible yet" };
        throw new OutsideError(`the certificate ${arn} does not exist`, {
          operation: "acm:DescribeCertificate",
          remedy: "Apply again: a new one is requested.",
        });
      }
      if (detail.Status !== "PENDING_VALIDATION") throw notIssued(detail, arn);
      const records = recordsOf(detail) ?? [];
      const missing = await missingRecords(context, records, zone);
      const patience = missing.length === 0 ? longestWait : zone === undefined ? 0 : ownRecords;
      if (waited >= patience)
        throw new PendingOutside(pendingItems(address, records, missing, zone));
      return {
        pending:
          missing.length === 0
            ? "the DNS records exist; AWS issues the certificate within minutes"
            : missing.map(({ why }) => why).join("; "),
      };
    },
  });
}

/** Whether a listener can use the certificate at once. */
export async function isIssued(context: ResourceContext, arn: string): Promise<boolean> {
  return (await describe(context, arn))?.Status === "ISSUED";
}

function notIssued({ Status: status, FailureReason: reason }: CertificateDetail, arn: string) {
  return new OutsideError(
    `AWS does not issue the certificate ${arn}: ${[status, reason].filter(Boolean).join(", ")}`,
    {
      operation: "acm:DescribeCertificate",
      remedy:
        reason === "CAA_ERROR"
          ? "The domain has CAA records that do not allow amazon.com to issue certificates. Allow it, and apply again: a new certificate is requested."
          : "Apply again: a new certificate is requested.",
    },
  );
}

async function missingRecords(
  context: ResourceContext,
  records: readonly ValidationRecord[],
  zone: string | undefined,
): Promise<readonly MissingRecord[]> {
  const servers = await context.nameServers?.();
  // Nobody knows what the world sees.
  if (servers === undefined) return records.map((record) => ({ record, why: notVisible(record) }));
  const { whyMissing } = await import("../../dns/missing-record.ts");
  const own = zone === undefined ? undefined : await ownZone(context, zone);
  const found = await Promise.all(
    records.map(async (record) => ({ record, why: await whyMissing(servers, record, own) })),
  );
  context.signal.throwIfAborted();
  return found.flatMap(({ record, why }) => (why === undefined ? [] : [{ record, why }]));
}

async function ownZone(context: ResourceContext, name: string) {
  const id = await zoneIfAny(context, name);
  return id === undefined ? undefined : { name, nameServers: await nameServersOf(context, id) };
}

function notVisible({ name }: ValidationRecord): string {
  return `AWS does not see the record ${name} yet`;
}

function pendingItems(
  address: PendingItem["address"],
  records: readonly ValidationRecord[],
  missing: readonly MissingRecord[],
  zone: string | undefined,
): readonly PendingItem[] {
  if (missing.length === 0) {
    const names = records.map(({ name }) => name).join(", ");
    return [
      {
        address,
        waitsFor: `AWS to issue the certificate. The world's name servers answer its DNS records (${names}), and AWS has not looked at them yet`,
        remedy: "Apply again later. AWS gives up after 72 hours.",
      },
    ];
  }
  return missing.map(({ record: { name, value }, why }) => ({
    address,
    waitsFor: `the DNS record ${name}: ${why.replace(` the record ${name}`, " it")}`,
    remedy:
      zone === undefined
        ? `Create this record where the domain's DNS is managed, then apply again:\n${name}. CNAME ${value}.`
        : `The record is in the hosted zone ${zone}. Make the world see it, then apply again.`,
  }));
}

const pace = 15_000;

/** Route 53 distributes a record within a minute, and a resolver may remember for some more that there was none. */
const ownRecords = 5 * 60_000;

/** "Up to 30 minutes", AWS says, and most often a few. */
const longestWait = 30 * 60_000;

/** AWS gives up after 72 hours ("DNS validation"). */
const validity = 72 * 60 * 60_000;
