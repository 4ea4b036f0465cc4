import type { CertificateDetail } from "@aws-sdk/client-acm";
import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { isSameName, plainName } from "../shared/dns-names.ts";

/** A CNAME record by which AWS sees that the domain is ours. Without dots at the ends. */
export interface ValidationRecord {
  readonly name: string;
  readonly value: string;
}

/**
 * Time to live of the records that the stack makes, in seconds. A record carries no tags, and AWS wants the same one for
 * every certificate of the account that names the domain, in any region. So this odd number tells whose it is: the console
 * makes them with 300 s, and other tools with 60 s or 1800 s.
 */
const OWN_TTL = 301;

/**
 * The records that validate the certificate's names. A name and its wildcard share one. Undefined as long as AWS has not
 * told all of them, some seconds after the request.
 */
export function recordsOf({
  DomainValidationOptions: options = [],
}: CertificateDetail): readonly ValidationRecord[] | undefined {
  if (options.length === 0) return undefined;
  const records = new Map<string, ValidationRecord>();
  for (const { ResourceRecord: record } of options) {
    if (record?.Name === undefined || record.Value === undefined) return undefined;
    const name = plainName(record.Name);
    records.set(name, { name, value: plainName(record.Value) });
  }
  return [...records.values()];
}

/** Whether a record set of Route 53 is this record, whoever made it. */
export function isValidationRecord(
  { Type: type, ResourceRecords: values = [] }: ResourceRecordSet,
  { value }: ValidationRecord,
): boolean {
  const [only] = values;
  return type === "CNAME" && values.length === 1 && isSameName(only?.Value ?? "", value);
}

export function creationOf({ name, value }: ValidationRecord): Change {
  return {
    Action: "CREATE",
    ResourceRecordSet: {
      Name: name,
      Type: "CNAME",
      TTL: OWN_TTL,
      // As AWS writes it: with the dot that ends a complete name.
      ResourceRecords: [{ Value: `${value}.` }],
    },
  };
}

/** Whether the stack, or another one, made this record set: without a weight and the like. Others are never deleted. */
export function isOwnRecord(found: ResourceRecordSet, record: ValidationRecord): boolean {
  if (found.SetIdentifier !== undefined) return false;
  return found.TTL === OWN_TTL && isValidationRecord(found, record);
}
