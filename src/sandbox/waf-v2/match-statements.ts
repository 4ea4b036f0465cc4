import type {
  GeoMatchStatement,
  IPSetReferenceStatement,
  LabelMatchStatement,
} from "@aws-sdk/client-wafv2";
import { failedConstraint, nonexistent, unavailable } from "./errors.ts";
import { checkModelled, requireMember } from "./members.ts";
import { checkArn } from "./named.ts";
import type { Place } from "./place.ts";
import { ipSets } from "./tables.ts";

/** @throws AwsError WAFNonexistentItemException, WAFUnavailableEntityException and others. */
export function checkIpSetReference(
  statement: IPSetReferenceStatement,
  { region, member }: Place,
): void {
  checkModelled("IPSetReferenceStatement", statement, ["ARN"]);
  const arn = requireMember(statement.ARN, `${member}.arn`);
  checkArn(region, "ipset", arn);
  const set = region.table(ipSets).latest(arn);
  if (set === undefined) throw nonexistent();
  if (region.now < set.availableAt) throw unavailable();
}

/** @throws AwsError ValidationException. */
export function checkGeoMatch(statement: GeoMatchStatement, { member }: Place): void {
  checkModelled("GeoMatchStatement", statement, ["CountryCodes"]);
  const codes = requireMember(statement.CountryCodes, `${member}.countryCodes`);
  const wrong = codes.find((code) => !/^[A-Z]{2}$/.test(code));
  if (codes.length === 0 || wrong !== undefined) {
    throw failedConstraint(
      `[${codes.join(", ")}]`,
      `${member}.countryCodes`,
      codes.length === 0
        ? "Member must have length greater than or equal to 1"
        : "Member must satisfy constraint: [Member must satisfy enum value set]",
    );
  }
}

/** @throws AwsError ValidationException. */
export function checkLabelMatch(statement: LabelMatchStatement, { member }: Place): void {
  const scope = requireMember(statement.Scope, `${member}.scope`);
  const key = requireMember(statement.Key, `${member}.key`);
  if (scope !== "LABEL" && scope !== "NAMESPACE") {
    throw failedConstraint(
      scope,
      `${member}.scope`,
      "Member must satisfy enum value set: [LABEL, NAMESPACE]",
    );
  }
  // "LabelMatchKey" of the service's model.
  if (key.length > 1024 || !/^[0-9A-Za-z_\-:]+$/.test(key)) {
    throw failedConstraint(
      key,
      `${member}.key`,
      "Member must satisfy regular expression pattern: ^[0-9A-Za-z_\\-:]+$",
    );
  }
}
