import { invalidConfiguration, validationError } from "../load-balancing/load-balancer.ts";

/** An attribute of a load balancer, a target group or a listener. */
export interface Attribute {
  readonly initial: string;
  /** What the value must be, if it is not that. */
  problem(value: string): string | undefined;
}

/** By key, in the order of descriptions. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** An attribute with one of some values. */
export function oneOf(initial: string, ...values: readonly string[]): Attribute {
  return {
    initial,
    problem: (value) =>
      values.includes(value) ? undefined : `must be one of: ${values.join(", ")}`,
  };
}

export const off: Attribute = oneOf("false", "true", "false");
export const on: Attribute = oneOf("true", "true", "false");

/** An attribute that is a whole number, or one of some words. */
export function number(
  initial: string,
  least: number,
  most: number,
  ...words: readonly string[]
): Attribute {
  return {
    initial,
    problem: (value) => {
      if (words.includes(value)) return undefined;
      const isNumber = /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most;
      const or = words.map((word) => ` or '${word}'`).join("");
      return isNumber ? undefined : `must be a whole number between ${least} and ${most}${or}`;
    },
  };
}

/** An attribute that is a text. */
export function text(longest: number): Attribute {
  return {
    initial: "",
    problem: (value) =>
      value.length > longest ? `must have at most ${longest} characters` : undefined,
  };
}

interface Pair {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** "The attributes": at most 20 in the service's model. */
const MAX_ATTRIBUTES = 20;

/**
 * The attributes of a request, which are all valid for themselves.
 *
 * @param others keys that AWS has for other types of load balancers.
 * @throws AwsError ValidationError, InvalidConfigurationRequest.
 */
export function readAttributes(
  what: string,
  known: Attributes,
  others: readonly string[],
  pairs: readonly Pair[],
): Record<string, string> {
  if (pairs.length === 0 || pairs.length > MAX_ATTRIBUTES) {
    throw validationError(
      `The number of attributes must be between 1 and ${MAX_ATTRIBUTES}, got ${pairs.length}`,
    );
  }
  const keys = pairs.map(({ Key = "" }) => Key);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  if (twice !== undefined) {
    throw validationError(`${what} attribute key '${twice}' was specified more than once`);
  }
  return Object.fromEntries(
    pairs.map(({ Key: key = "", Value: value = "" }) => {
      if (others.includes(key)) {
        throw invalidConfiguration(
          `${what} attribute key '${key}' is not supported on load balancers with type 'application'`,
        );
      }
      const attribute = Object.hasOwn(known, key) ? known[key] : undefined;
      if (attribute === undefined) {
        throw validationError(`${what} attribute key '${key}' is not recognized`);
      }
      const problem = attribute.problem(value);
      if (problem !== undefined) {
        throw validationError(`The value of the attribute '${key}' ${problem}, got '${value}'`);
      }
      return [key, value];
    }),
  );
}

/** Without those that have their default values. */
export function withoutDefaults(
  known: Attributes,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(([key, value]) => value !== known[key]?.initial),
  );
}

/** All attributes, with the defaults of those that nobody has changed. */
export function describeAttributes(
  known: Attributes,
  values: Readonly<Record<string, string>>,
): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(known).map(([Key, { initial }]) => ({
    Key,
    Value: values[Key] ?? initial,
  }));
}

/** The value of one attribute. */
export function attributeOf(
  known: Attributes,
  values: Readonly<Record<string, string>>,
  key: string,
): string {
  return values[key] ?? known[key]?.initial ?? "";
}
