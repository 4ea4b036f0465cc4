import {
  type Condition,
  type FilterPolicy,
  type FilterPolicyScope,
  isObject,
  isScalar,
  type Scalar,
} from "./filter-policy.ts";
import type { MessageAttribute } from "./message-attribute.ts";

/** What a filter policy looks at. */
export interface FilteredMessage {
  readonly text: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

/** Whether a subscription accepts a message: each key of its policy has a value that one of its conditions accepts. */
export function accepts(
  policy: FilterPolicy | undefined,
  scope: FilterPolicyScope,
  message: FilteredMessage,
): boolean {
  if (policy === undefined) return true;
  if (scope === "MessageAttributes") {
    return matches(policy, (key) => attributeValues(message.attributes[key]));
  }
  const body = parsed(message.text);
  return isObject(body) && matchesBody(policy, body);
}

/** @param valuesOf the values of a key; undefined: the message does not have it. */
function matches(
  policy: FilterPolicy,
  valuesOf: (key: string) => readonly Scalar[] | undefined,
): boolean {
  return Object.entries(policy).every(
    ([key, conditions]) =>
      isConditions(conditions) &&
      conditions.some((condition) => satisfies(valuesOf(key), condition)),
  );
}

/** "The filter policy matches an array if any of its elements match" ("Filter policy scope", Developer Guide). */
function matchesBody(policy: FilterPolicy, body: unknown): boolean {
  if (Array.isArray(body)) return body.some((each: unknown) => matchesBody(policy, each));
  if (!isObject(body)) return false;
  return Object.entries(policy).every(([key, inner]) => {
    const content = Object.hasOwn(body, key) ? body[key] : undefined;
    if (!isConditions(inner)) return matchesBody(inner, content);
    const values = content === undefined ? undefined : [content].flat().filter(isScalar);
    return inner.some((condition) => satisfies(values, condition));
  });
}

function isConditions(value: readonly Condition[] | FilterPolicy): value is readonly Condition[] {
  return Array.isArray(value);
}

/** "Amazon SNS ignores message attributes with the Binary data type." */
function attributeValues(attribute: MessageAttribute | undefined): readonly Scalar[] | undefined {
  if (attribute === undefined || attribute.type.startsWith("Binary")) return undefined;
  if (attribute.type === "String.Array") {
    const list = parsed(attribute.value);
    return [list].flat().filter(isScalar);
  }
  return attribute.type.startsWith("Number") ? [Number(attribute.value)] : [attribute.value];
}

function satisfies(values: readonly Scalar[] | undefined, condition: Condition): boolean {
  if (isScalar(condition)) return values?.includes(condition) === true;
  const [[operator = "", operand]] = Object.entries(condition) as [[string, unknown]];
  if (operator === "exists") return (values !== undefined) === operand;
  return values?.some((value) => satisfiesOperator(value, operator, operand)) === true;
}

function satisfiesOperator(value: Scalar, operator: string, operand: unknown): boolean {
  if (operator === "anything-but") return !isExcluded(value, operand);
  if (operator === "numeric") {
    return typeof value === "number" && isInRange(value, Array.isArray(operand) ? operand : []);
  }
  if (typeof value !== "string" || typeof operand !== "string") return false;
  switch (operator) {
    case "prefix":
      return value.startsWith(operand);
    case "suffix":
      return value.endsWith(operand);
    default:
      return value.toLowerCase() === operand.toLowerCase();
  }
}

function isExcluded(value: Scalar, operand: unknown): boolean {
  if (isObject(operand)) return satisfiesOperator(value, "prefix", operand["prefix"]);
  return [operand].flat().includes(value);
}

function isInRange(value: number, terms: readonly unknown[]): boolean {
  const [operator, bound, ...rest] = terms;
  if (operator === undefined) return true;
  return compares(value, operator, Number(bound)) && isInRange(value, rest);
}

function compares(value: number, operator: unknown, bound: number): boolean {
  switch (operator) {
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    default:
      return value === bound;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
