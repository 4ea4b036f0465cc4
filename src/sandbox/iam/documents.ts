import { malformedPolicy } from "./errors.ts";

/** One statement of a policy, with each list as a list. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly services: readonly string[];
  readonly hasCondition: boolean;
}

/** "Policies grammar", IAM User Guide. */
const ELEMENTS = new Set([
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource"],
  ...["NotResource", "Condition"],
]);

/** The statements of a policy for a role, which names no principal. @throws AwsError MalformedPolicyDocument. */
export function readPolicy(text: string): readonly Statement[] {
  return statementsOf(text).map((statement) => {
    if ("Principal" in statement || "NotPrincipal" in statement) {
      throw malformedPolicy("Policy document should not specify a principal.");
    }
    const read = toStatement(statement);
    if (read.actions.length + read.notActions.length === 0) {
      throw malformedPolicy("Policy statement must contain actions.");
    }
    if (read.resources.length + read.notResources.length === 0) {
      throw malformedPolicy("Policy statement must contain resources.");
    }
    for (const action of [...read.actions, ...read.notActions]) {
      if (action !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
        throw malformedPolicy(
          "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        );
      }
    }
    for (const resource of [...read.resources, ...read.notResources]) {
      if (resource !== "*" && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+/s.test(resource)) {
        throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`);
      }
    }
    return read;
  });
}

/** The statements of a trust policy, which names no resource. @throws AwsError MalformedPolicyDocument. */
export function readTrust(text: string): readonly Statement[] {
  return statementsOf(text).map((statement) => {
    if ("Resource" in statement || "NotResource" in statement) {
      throw malformedPolicy("Has prohibited field Resource");
    }
    if (!("Principal" in statement) && !("NotPrincipal" in statement)) {
      throw malformedPolicy("Missing required field Principal");
    }
    const read = toStatement(statement);
    const unknown = read.services.find(
      (service) => !/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(service),
    );
    if (unknown !== undefined) {
      throw malformedPolicy(`Invalid principal in policy: "SERVICE":"${unknown}"`);
    }
    if (!read.actions.every((action) => action.toLowerCase().startsWith("sts:"))) {
      throw malformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
    }
    return read;
  });
}

function statementsOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy("This policy contains invalid Json");
  }
  const { Version: version, Statement: given } = Object(document) as Record<string, unknown>;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    throw malformedPolicy("The policy must contain a valid version string");
  }
  const statements = (Array.isArray(given) ? given : [given]) as readonly unknown[];
  if (given === undefined || statements.length === 0) {
    throw malformedPolicy("Syntax errors in policy.");
  }
  return statements.map((statement) => {
    if (typeof statement !== "object" || statement === null) {
      throw malformedPolicy("Syntax errors in policy.");
    }
    if (Object.keys(statement).some((name) => !ELEMENTS.has(name))) {
      throw malformedPolicy("Syntax errors in policy.");
    }
    return statement as Readonly<Record<string, unknown>>;
  });
}

function toStatement(statement: Readonly<Record<string, unknown>>): Statement {
  const { Effect: effect, Principal: principal } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw malformedPolicy("Syntax errors in policy.");
  return {
    effect,
    actions: textsIn(statement["Action"]),
    notActions: textsIn(statement["NotAction"]),
    resources: textsIn(statement["Resource"]),
    notResources: textsIn(statement["NotResource"]),
    services: textsIn(Object(principal)["Service"]),
    hasCondition: "Condition" in statement,
  };
}

function textsIn(value: unknown): readonly string[] {
  const list: readonly unknown[] =
    value === undefined ? [] : Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== "string" || item === "") throw malformedPolicy("Syntax errors in policy.");
    return item;
  });
}

/** How answers have a policy: "URL-encoded compliant with RFC 3986". */
export function encoded(document: string): string {
  return encodeURIComponent(document);
}

/** "You can add as many inline policies as you want, but their total size is limited. White space does not count." */
export function sizeOf(document: string): number {
  return document.replace(/\s/g, "").length;
}
