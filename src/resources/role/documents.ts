import { canonicalJson } from "../../engine/values.ts";

/** Some actions that the servers may call on some resources, by their ARNs. */
export interface Grant {
  readonly actions: readonly string[];
  readonly on: readonly string[];
}

/** A statement that somebody wrote by hand, and that a stack file cannot say: with a condition, or a denial. */
export interface OtherStatement {
  /** JSON. */
  readonly statement: string;
}

export type Permission = Grant | OtherStatement;

const VERSION = "2012-10-17";

/** The service whose machines may assume the role. */
export const serversService = "ec2.amazonaws.com";

/** Lets the servers, and nobody else, assume the role ("IAM roles for Amazon EC2", Amazon EC2 User Guide). */
export const serversTrust = canonicalJson({
  Version: VERSION,
  Statement: [
    { Effect: "Allow", Principal: { Service: serversService }, Action: "sts:AssumeRole" },
  ],
});

/** Who may assume a role: the servers' service alone, or the whole policy. */
export function trustOf(document: string | undefined): string {
  const statements = statementsIn(document);
  const [only] = statements;
  const isServers =
    statements.length === 1 &&
    only !== undefined &&
    canonicalJson({ ...only, Sid: undefined }) ===
      canonicalJson({
        Effect: "Allow",
        Principal: { Service: [serversService] },
        Action: ["sts:AssumeRole"],
      });
  return isServers ? serversService : canonicalJson(statements);
}

/** Whether a trust policy lets servers assume the role, whatever its conditions are. */
export function letsServersAssume(document: string): boolean {
  return statementsIn(document).some(
    ({ Effect: effect, Principal: principal, Action: actions }) =>
      effect === "Allow" &&
      [Object(principal)["Service"]].flat().includes(serversService) &&
      [actions].flat().some((action) => action === "sts:AssumeRole" || action === "sts:*"),
  );
}

/** The policy that says just this, and nothing more. */
export function policyOf(permissions: readonly Permission[]): string {
  return canonicalJson({
    Version: VERSION,
    Statement: permissions.map((permission) =>
      "statement" in permission
        ? (JSON.parse(permission.statement) as object)
        : { Effect: "Allow", Action: permission.actions, Resource: permission.on },
    ),
  });
}

/** What a policy says, in any of the ways to write it. */
export function permissionsIn(document: string | undefined): readonly Permission[] {
  return statementsIn(document).map((statement): Permission => {
    const { Sid: _, Effect: effect, Action: actions, Resource: on, ...rest } = statement;
    const isGrant = effect === "Allow" && Object.keys(rest).length === 0;
    return isGrant && isTexts(actions) && isTexts(on)
      ? { actions, on }
      : { statement: canonicalJson(statement) };
  });
}

/** Each statement with its lists as lists, as a single text means the same as a list of one. */
function statementsIn(document = "{}"): readonly Readonly<Record<string, unknown>>[] {
  const parsed: unknown = JSON.parse(document);
  const { Statement: given = [] } = Object(parsed) as { readonly Statement?: unknown };
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  return statements.map((statement) => {
    const fields = Object(statement) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        name === "Principal" && typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value).map(([kind, who]: [string, unknown]) => [kind, [who].flat()]),
            )
          : lists.has(name)
            ? [value].flat()
            : value,
      ]),
    );
  });
}

const lists: ReadonlySet<string> = new Set(["Action", "NotAction", "Resource", "NotResource"]);

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item: unknown) => typeof item === "string");
}

/** Each permission once, in one order. */
export function sortedPermissions(permissions: readonly Permission[]): readonly Permission[] {
  const sorted = permissions.map(
    (permission): Permission =>
      "statement" in permission
        ? permission
        : { actions: sortedSet(permission.actions), on: sortedSet(permission.on) },
  );
  const byText = new Map(sorted.map((permission) => [canonicalJson(permission), permission]));
  return [...byText.entries()]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, permission]) => permission);
}

function sortedSet(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

/** `wanted`, and what of `live` is not in it; `wanted` itself if there is nothing. */
export function withLivePermissions(
  wanted: readonly Permission[],
  live: readonly Permission[],
): readonly Permission[] {
  const going = missingIn(wanted, live);
  return going.length === 0 ? wanted : sortedPermissions([...wanted, ...going]);
}

/** Whether both allow the same actions on the same resources, however they are grouped. */
export function allowSame(one: readonly Permission[], other: readonly Permission[]): boolean {
  return missingIn(one, other).length === 0 && missingIn(other, one).length === 0;
}

/** The permissions of the second list that are not in the first: of a grant, only what the first lacks. */
export function missingIn(
  present: readonly Permission[],
  others: readonly Permission[],
): readonly Permission[] {
  const known = new Set(present.flatMap(singlesOf));
  return sortedPermissions(
    others.flatMap((permission): readonly Permission[] => {
      if ("statement" in permission)
        return known.has(permissionText(permission)) ? [] : [permission];
      const byResources = Map.groupBy(permission.actions, (action) =>
        canonicalJson(permission.on.filter((resource) => !known.has(single(action, resource)))),
      );
      return [...byResources]
        .map(([on, actions]) => ({ actions, on: JSON.parse(on) as readonly string[] }))
        .filter(({ on }) => on.length > 0);
    }),
  );
}

function singlesOf(permission: Permission): readonly string[] {
  if ("statement" in permission) return [permissionText(permission)];
  return permission.actions.flatMap((action) => permission.on.map((on) => single(action, on)));
}

function single(action: string, resource: string): string {
  return permissionText({ actions: [action], on: [resource] });
}

/**
 * One side of an update as a plan shows it. What both sides allow has the same texts on both, so that only the rest
 * differs.
 */
export function shownPermissions(
  side: readonly Permission[],
  wanted: readonly Permission[],
  live: readonly Permission[],
): readonly string[] {
  const common = missingIn(missingIn(live, wanted), wanted);
  return [...common, ...missingIn(common, side)].map(permissionText);
}

/** For people: "s3:GetObject on arn:aws:s3:::assets/*". */
export function permissionText(permission: Permission): string {
  return "statement" in permission
    ? permission.statement
    : `${permission.actions.join(", ")} on ${permission.on.join(", ")}`;
}

/** "IAM and AWS STS quotas": all inline policies of a role together. */
export const largestInline = 10_240;

/** Characters, as IAM counts them: white space is free. */
export function sizeOf(permissions: readonly Permission[]): number {
  return policyOf(permissions).replace(/\s/g, "").length;
}
