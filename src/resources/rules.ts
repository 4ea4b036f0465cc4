import type { FieldRule } from "../engine/resource.ts";

/** The user's tags can always be changed in place. */
export const tagsRule: FieldRule<Readonly<Record<string, string>>> = { onChange: "update" };

/** Follows from other fields; AWS does not return it. */
export const derivedRule: FieldRule<never> = { onChange: "update", writeOnly: true };

/**
 * Needed by a create, or by the update of certain fields; AWS does not return it.
 *
 * @param users `create`, or the names of the fields.
 */
export function writeOnlyRule(...users: readonly string[]): FieldRule<never> {
  return { onChange: "update", writeOnly: true, usedBy: users };
}

/**
 * Servers of the one VPC cannot stand behind a load balancer, or wear a group, of the other: moved
 * one by one, they would serve nothing meanwhile.
 */
export const vpcRule: FieldRule<string> = {
  onChange: "replace",
  instead:
    "A stack does not move to another VPC. Make it there under another name (stack:), point your users at the new URL, then destroy this one.",
};

/**
 * A set of ids. Sorting before the comparison does not do: references are sorted before it is known
 * what they stand for.
 */
export const setRule: FieldRule<readonly string[]> = { onChange: "update", equal: sameSet };

/** Both sets in one; `wanted` itself where it has all that the live one has. */
export function union(wanted: readonly string[], live: readonly string[]): readonly string[] {
  const going = live.filter((member) => !wanted.includes(member));
  return going.length === 0 ? wanted : [...wanted, ...going];
}

/** Whether both have the same members, in any order and however often. */
export function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one);
  return members.size === new Set(other).size && other.every((member) => members.has(member));
}
