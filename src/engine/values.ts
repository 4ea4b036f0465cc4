import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isRef, type Ref } from "./resource.ts";
import { isWorded } from "./worded.ts";

/** Placeholder in a resolved value for a part that is known only after an apply. */
export const unknownValue = Symbol("known after apply");

/** Anything with fields of its own: neither a list, nor null, nor words. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) && !isWorded(value);
}

/** One field of a resource whose type the engine does not know. */
export function fieldOf(fields: object, name: string): unknown {
  return (fields as Readonly<Record<string, unknown>>)[name];
}

/** Every reference inside a value, at any depth. */
export function refsIn(value: unknown): readonly Ref[] {
  if (isRef(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (isPlainObject(value)) return Object.values(value).flatMap(refsIn);
  return [];
}

/** Replaces every reference with the result of `outputOf`, which may be `unknownValue`. */
export function resolveRefs(value: unknown, outputOf: (ref: Ref) => unknown): unknown {
  if (isRef(value)) return outputOf(value);
  if (Array.isArray(value)) return value.map((element: unknown) => resolveRefs(element, outputOf));
  if (isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, element]) => [key, resolveRefs(element, outputOf)]),
    );
  }
  return value;
}

/** Whether anything in the value, at any depth, is known only after an apply. */
export function containsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isPlainObject(value) && Object.values(value).some(containsUnknown);
}

/** Deep equality. A missing key equals an undefined one. */
export function sameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(withoutUndefined(one), withoutUndefined(other));
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, element]) => element !== undefined)
      .map(([key, element]) => [key, withoutUndefined(element)]),
  );
}

/** JSON that is the same for the same data, in whatever order its keys are. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, element: unknown) =>
    isPlainObject(element)
      ? Object.fromEntries(Object.entries(element).sort(([one], [other]) => (one < other ? -1 : 1)))
      : element,
  );
}

/** The first hexadecimal digits of a SHA-256. 8 digits distinguish the generations of one address. */
export function shortHash(text: string, digits = 8): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
