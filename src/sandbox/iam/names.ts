import type { Region } from "../region.ts";
import { failedConstraint } from "./errors.ts";

/** Under this key a table has the object of a name: IAM compares names without regard to case. */
export function keyOf(name: string): string {
  return name.toLowerCase();
}

/** The constraints of `RoleName` (64), `InstanceProfileName` (128) and `PolicyName` (128), IAM API Reference. */
export function checkName(name: string, member: string, longest: number): string {
  if (name.length > longest) {
    throw failedConstraint(
      name,
      member,
      `Member must have length less than or equal to ${longest}`,
    );
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw failedConstraint(
      name,
      member,
      "Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    );
  }
  return name;
}

/** The constraint of `Path`: it begins and ends with a slash. The default is one slash. */
export function checkPath(path = "/", member = "path"): string {
  if (path.length > 512 || !/^(\/|\/[!-~]+\/)$/.test(path)) {
    throw failedConstraint(
      path,
      member,
      "Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)",
    );
  }
  return path;
}

/** The ARN of an object of the account, which has no region. */
export function arnOf(
  { partition, account }: Region,
  kind: "role" | "instance-profile" | "policy",
  { path, name }: { readonly path: string; readonly name: string },
): string {
  return `arn:${partition}:iam::${account}:${kind}${path}${name}`;
}

/** "Unique identifiers", IAM User Guide: a prefix for the kind, and capital letters and digits. */
export function uniqueId({ random }: Region, prefix: "AROA" | "AIPA" | "ANPA"): string {
  return `${prefix}${random.hex(17).toUpperCase()}`;
}
