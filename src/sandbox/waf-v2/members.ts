import { notModelled } from "../error.ts";
import { failedConstraint } from "./errors.ts";

/**
 * Refuses a structure that uses a member that is not modelled.
 *
 * @param what names the structure in the message.
 * @throws AwsError UnsupportedOperation.
 */
export function checkModelled(what: string, value: object, modelled: readonly string[]): void {
  const other = presentMembers(value).find((name) => !modelled.includes(name));
  if (other !== undefined) throw notModelled(`The parameter ${other} of ${what}`);
}

/** The members of a structure that have a value. */
export function presentMembers(value: object): string[] {
  return Object.entries(value).flatMap(([name, content]: [string, unknown]) =>
    content === undefined || content === null ? [] : [name],
  );
}

/** A required member of a nested structure. @throws AwsError ValidationException. */
export function requireMember<T>(value: T | undefined, member: string): T {
  if (value === undefined) throw failedConstraint(undefined, member, "Member must not be null");
  return value;
}
