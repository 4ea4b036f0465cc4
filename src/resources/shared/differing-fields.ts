import { canonicalJson } from "../../engine/values.ts";

/** The named fields whose values differ. Both sides are normalised. */
export function differingFields<P extends object>(
  one: P,
  other: P,
  named: readonly (keyof P & string)[],
): (keyof P & string)[] {
  return named.filter((field) => canonicalJson(one[field]) !== canonicalJson(other[field]));
}
