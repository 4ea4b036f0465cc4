import { notModelled } from "../error.ts";
import { invalidParameter } from "./errors.ts";

export type FilterPolicyScope = "MessageAttributes" | "MessageBody";

/** A filter policy: conditions by key. Only a policy for bodies is nested. Plain JSON. */
export interface FilterPolicy {
  readonly [key: string]: readonly Condition[] | FilterPolicy;
}

/** A value, or an operator with its operand. */
export type Condition = Scalar | Readonly<Record<string, unknown>>;

export type Scalar = string | number | boolean | null;

/** "Filter policy constraints", Developer Guide. */
const MAX_KEYS = 5;
const MAX_COMBINATIONS = 150;

/**
 * @param where What begins a message about the policy: Subscribe names the attributes, SetSubscriptionAttributes does not.
 * @throws AwsError InvalidParameter.
 */
export function readFilterPolicy(
  text: string,
  scope: FilterPolicyScope,
  where: string,
): FilterPolicy {
  const fail = (problem: string) => invalidParameter(`${where}FilterPolicy: ${problem}`);
  const policy = parse(text, fail);
  const paths = readKeys(policy, fail);
  if (scope === "MessageAttributes" && paths.some(({ depth }) => depth > 1)) {
    throw invalidParameter(
      "Filter policy scope MessageAttributes does not support nested filter policy",
    );
  }
  if (paths.length > MAX_KEYS) throw fail(`Filter policy can not have more than ${MAX_KEYS} keys`);
  // "Each value of a nested key counts once for each level."
  const combinations = paths.reduce((total, { count, depth }) => total * count * depth, 1);
  if (combinations > MAX_COMBINATIONS) throw fail("Filter policy is too complex");
  return policy;
}

type Fail = (problem: string) => Error;

function parse(text: string, fail: Fail): FilterPolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw fail(`failed to parse JSON. ${error instanceof Error ? error.message : ""}`);
  }
  if (!isObject(policy)) throw fail("Filter policy must be a JSON object");
  // `readKeys` checks what it contains.
  return policy as FilterPolicy;
}

interface Path {
  readonly depth: number;
  /** How many conditions it has. */
  readonly count: number;
}

/** The keys that have conditions. */
function readKeys(policy: object, fail: Fail, depth = 1): Path[] {
  return Object.entries(policy).flatMap(([key, value]: [string, unknown]) => {
    if (key === "$or") throw notModelled("The operator $or of filter policies");
    if (isObject(value)) return readKeys(value, fail, depth + 1);
    if (!Array.isArray(value)) throw fail(`"${key}" must be an object or an array`);
    if (value.length === 0) throw fail("Empty arrays are not allowed");
    const conditions: readonly unknown[] = value;
    for (const condition of conditions) checkCondition(condition, fail);
    return [{ depth, count: conditions.length }];
  });
}

function checkCondition(condition: unknown, fail: Fail): void {
  if (isScalar(condition)) return;
  if (!isObject(condition)) {
    throw fail("Match value must be String, number, true, false, or null");
  }
  const [operator = "", another] = Object.keys(condition);
  if (another !== undefined) throw fail("Only one key allowed in match expression");
  checkOperand(operator, Object.values(condition)[0], fail);
}

function checkOperand(operator: string, operand: unknown, fail: Fail): void {
  switch (operator) {
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
      if (typeof operand !== "string") throw fail(`${operator} match pattern must be a string`);
      return;
    case "exists":
      if (typeof operand !== "boolean") {
        throw fail("exists match pattern must be either true or false.");
      }
      return;
    case "anything-but":
      checkExclusion(operand, fail);
      return;
    case "numeric":
      checkRange(operand, fail);
      return;
    case "cidr":
    case "wildcard":
      throw notModelled(`The operator ${operator} of filter policies`);
    default:
      throw fail(`Unrecognized match type ${operator}`);
  }
}

function checkExclusion(operand: unknown, fail: Fail): void {
  if (!isObject(operand)) {
    const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    if (values.length === 0) throw fail("Empty arrays are not allowed");
    if (!values.every((value) => typeof value === "string" || typeof value === "number")) {
      throw fail("Inside anything but list, start|null|boolean is not supported.");
    }
    return;
  }
  const [operator = ""] = Object.keys(operand);
  if (operator !== "prefix") throw fail(`Unsupported anything-but pattern: ${operator}`);
  checkOperand(operator, Object.values(operand)[0], fail);
}

/** `["=", 5]`, `[">", 0]`, or a range: `[">", 0, "<=", 100]`. */
function checkRange(operand: unknown, fail: Fail): void {
  const terms: readonly unknown[] = Array.isArray(operand) ? operand : [];
  const [operator, value, upper, limit, ...rest] = terms;
  if (typeof operator !== "string") {
    throw fail(`Invalid member in numeric match: ${terms.length === 0 ? "]" : String(operator)}`);
  }
  if (!["=", "<", "<=", ">", ">="].includes(operator)) {
    throw fail(`Unrecognized numeric range operator: ${operator}`);
  }
  if (typeof value !== "number") {
    throw fail(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
  }
  if (upper === undefined) return;
  if (!operator.startsWith(">")) throw fail("Too many elements in numeric expression");
  if (typeof upper !== "string") throw fail(`Bad value in numeric range: ${String(upper)}`);
  if (!upper.startsWith("<")) throw fail(`Bad numeric range operator: ${upper}`);
  if (typeof limit !== "number") throw fail(`Value of ${upper} must be numeric`);
  if (value >= limit) throw fail("Bottom must be less than top");
  if (rest.length > 0) throw fail("Too many terms in numeric range expression");
}

/** @throws AwsError InvalidParameter. */
export function readFilterPolicyScope(text: string, where: string): FilterPolicyScope {
  if (text === "MessageAttributes" || text === "MessageBody") return text;
  throw invalidParameter(
    `${where}FilterPolicyScope: Invalid value [${text}]. Please use either MessageBody or MessageAttributes`,
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
