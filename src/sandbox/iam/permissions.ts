import type { Region } from "../region.ts";
import { literal, wildcardExpression } from "../wildcards.ts";
import { keyOf } from "./names.ts";
import { instanceProfiles, policies, type RoleRecord, roles } from "./tables.ts";

/**
 * Whether a server with this instance profile may call an action on a resource, as far as the sandbox knows: a
 * condition counts as met, and of AWS's own policies only those that give servers something to read are known.
 */
export function serverMay(
  region: Region,
  profileArn: string,
  action: string,
  resource: string,
): "allowed" | "denied" | "no role" {
  const { global } = region;
  const profile = global
    .table(instanceProfiles)
    .find(keyOf(profileArn.slice(profileArn.lastIndexOf("/") + 1)));
  const role = profile?.role == null ? undefined : global.table(roles).find(keyOf(profile.role));
  return role === undefined ? "no role" : roleMay(global, role, action, resource);
}

/** The same of a role. */
export function roleMay(
  region: Region,
  role: Readonly<RoleRecord>,
  action: string,
  resource: string,
): "allowed" | "denied" {
  const request = { action, resource };
  const own = Object.values(role.inline).map((document) => decisionOf(document, request));
  const managed = role.attached.map((arn) => managedDecision(region, arn, request));
  const decisions = [...own, ...managed];
  const isLimited =
    role.boundary !== null && managedDecision(region, role.boundary, request) !== "allow";
  return decisions.includes("allow") && !decisions.includes("deny") && !isLimited
    ? "allowed"
    : "denied";
}

interface Request {
  readonly action: string;
  readonly resource: string;
}

type Decision = "allow" | "deny" | undefined;

/** What AWS's own policies allow of what a server reads ("AWS managed policies reference"). */
const awsPolicies: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ["*"],
  PowerUserAccess: ["*"],
  AmazonSSMManagedInstanceCore: [
    "ssm:GetParameter*",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:*",
  ],
  AmazonSSMReadOnlyAccess: ["ssm:Get*"],
  ReadOnlyAccess: ["ssm:Get*"],
  SecretsManagerReadWrite: ["secretsmanager:*"],
};

function managedDecision(region: Region, arn: string, request: Request): Decision {
  const policy = region.global.table(policies).find(arn);
  if (policy !== undefined) return decisionOf(policy.document, request);
  const patterns = awsPolicies[arn.slice(arn.lastIndexOf("/") + 1)] ?? [];
  return patterns.some((pattern) => matches(pattern, request.action)) ? "allow" : undefined;
}

function decisionOf(document: string, { action, resource }: Request): Decision {
  const { Statement }: { Statement?: unknown } = JSON.parse(document) as object;
  const effects = [Statement].flat().flatMap((statement) => {
    const { Effect, Action, Resource } = Object(statement) as Record<string, unknown>;
    const applies =
      [Action].flat().some((pattern) => matches(String(pattern), action)) &&
      [Resource].flat().some((pattern) => matches(String(pattern), resource));
    return applies ? [Effect] : [];
  });
  if (effects.includes("Deny")) return "deny";
  return effects.includes("Allow") ? "allow" : undefined;
}

/** "`*` and `?` are wildcards"; actions are not distinguished by case. */
function matches(pattern: string, text: string): boolean {
  const pieces = pattern
    .toLowerCase()
    .split("*")
    .map((piece) => [...piece].map((each) => (each === "?" ? "." : literal(each))).join(""));
  return wildcardExpression(pieces, "[^]").test(text.toLowerCase());
}
