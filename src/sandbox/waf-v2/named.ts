import type { Scope } from "@aws-sdk/client-wafv2";
import { notModelled } from "../error.ts";
import type { Region } from "../region.ts";
import type { TableType } from "../table.ts";
import { failedConstraint, invalidArn, nonexistent, staleLock } from "./errors.ts";

/** What this sandbox knows of the things that ARNs of this service name. */
export type Kind = "webacl" | "ipset";

/** A new id or lock token. */
export function newUuid(region: Region): string {
  return [8, 4, 4, 4, 12].map((digits) => region.random.hex(digits)).join("-");
}

/** The ARN of a thing of scope REGIONAL. */
export function arnOf(region: Region, kind: Kind, name: string, id: string): string {
  const { partition, name: regionName, account } = region;
  return `arn:${partition}:wafv2:${regionName}:${account}:regional/${kind}/${name}/${id}`;
}

/** What an ARN of this region and account names. Undefined for other texts. @throws AwsError for scope CLOUDFRONT. */
export function kindOf(region: Region, arn: string): Kind | undefined {
  const [scheme, partition, service, regionName, account, resource = ""] = arn.split(":");
  if (scheme !== "arn" || partition !== region.partition || service !== "wafv2") return undefined;
  const [scope, kind, name, id, ...more] = resource.split("/");
  if (scope === "global") throw notModelled("The scope CLOUDFRONT");
  if (regionName !== region.name || account !== region.account || scope !== "regional") {
    return undefined;
  }
  const isWhole = name !== undefined && id !== undefined && more.length === 0;
  return isWhole && (kind === "webacl" || kind === "ipset") ? kind : undefined;
}

/** @throws AwsError WAFInvalidParameterException. */
export function checkArn(region: Region, kind: Kind, arn: string): void {
  if (arn.length < 20) {
    throw failedConstraint(
      arn,
      "resourceArn",
      "Member must have length greater than or equal to 20",
    );
  }
  if (kindOf(region, arn) !== kind) throw invalidArn(arn);
}

/** @throws AwsError for a scope that does not exist or is not modelled. */
export function checkScope(scope: Scope | undefined): void {
  if (scope === "REGIONAL") return;
  if (scope === "CLOUDFRONT") throw notModelled("The scope CLOUDFRONT");
  throw failedConstraint(
    scope,
    "scope",
    "Member must satisfy enum value set: [REGIONAL, CLOUDFRONT]",
  );
}

/** "EntityName" of the service's model. @throws AwsError ValidationException. */
export function checkName(name: string | undefined, member = "name"): asserts name is string {
  if (name === undefined) throw failedConstraint(name, member, "Member must not be null");
  if (name.length < 1 || name.length > 128 || !/^[\w-]+$/.test(name)) {
    throw failedConstraint(
      name,
      member,
      "Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ^[\\w\\-]+$]",
    );
  }
}

/** "EntityDescription" of the service's model. @throws AwsError ValidationException. */
export function readDescription(description: string | undefined): string {
  if (description === undefined) return "";
  const pattern = /^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]+[\w+=:#@/\-,.]$/;
  if (description.length > 256 || !pattern.test(description)) {
    throw failedConstraint(
      description,
      "description",
      `Member must satisfy constraint: [Member must have length less than or equal to 256, Member must satisfy regular expression pattern: ${pattern.source}]`,
    );
  }
  return description;
}

/** What requests name a thing by. */
export interface Named {
  readonly Name?: string | undefined;
  readonly Scope?: Scope | undefined;
  readonly Id?: string | undefined;
}

/** "EntityId" and "LockToken" of the service's model. */
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The ARN of what a request names. @throws AwsError ValidationException. */
export function namedArn(region: Region, kind: Kind, { Name, Scope, Id = "" }: Named): string {
  checkScope(Scope);
  checkName(Name);
  checkUuid(Id, "id");
  return arnOf(region, kind, Name, Id);
}

function checkUuid(value: string, member: string): void {
  if (UUID.test(value)) return;
  throw failedConstraint(
    value,
    member,
    `Member must satisfy regular expression pattern: ${UUID.source}`,
  );
}

/** The real thing, for a request that changes it. @throws AwsError WAFNonexistentItemException and others. */
export function requireChangeable<T extends object>(
  region: Region,
  type: TableType<T>,
  kind: Kind,
  named: Named,
): T {
  const found = region.table(type).use(namedArn(region, kind, named));
  if (found === undefined) throw nonexistent();
  return found;
}

/** @throws AwsError WAFOptimisticLockException when the thing has changed since the request's author read it. */
export function checkLock(current: { readonly lockToken: string }, token = ""): void {
  checkUuid(token, "lockToken");
  if (current.lockToken !== token) throw staleLock();
}
