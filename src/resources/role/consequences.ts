import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { service } from "../shared/consequence.ts";

/** IAM hands a change of a role to every server within seconds, whatever image it runs. */
export function consequences(
  { address, action, fields }: Change,
  { steps }: PlanDocument,
): readonly Consequence[] {
  if (action !== "update") return [];
  const lists = fields.filter(({ path }) => path === "allow" || path === "policies");
  const gained = lists.some(({ before, after }) => hasMore(after, before));
  const lost = lists.some(({ before, after }) => hasMore(before, after));
  const keepsUntilThen = steps.some(
    (step) => step.address === address && step.key.includes(" narrowing "),
  );
  return [
    ...(gained
      ? [service(`${address} allows more: every server gets it at once, before any rollout.`)]
      : []),
    ...(lost
      ? [
          service(
            keepsUntilThen
              ? `${address} allows less: the servers lose it after the rollout.`
              : `${address} allows less: every server loses it at once.`,
          ),
        ]
      : []),
    ...fields
      .filter(({ path }) => path === "boundary")
      .map(({ before, after }) => service(ofBoundary(address, before, after))),
  ];
}

/** Nobody knows which of two boundaries allows more. */
function ofBoundary(address: string, before: unknown, after: unknown): string {
  const isNone = (boundary: unknown) => boundary === undefined || boundary === null;
  if (isNone(after))
    return `${address} has no boundary any more: every server may do more at once.`;
  return isNone(before)
    ? `The new boundary of ${address} limits every server at once.`
    : `${address} has another boundary: every server may be allowed more or less at once.`;
}

/** Whether the first list has a member that the second lacks. */
function hasMore(one: unknown, other: unknown): boolean {
  const known: readonly unknown[] = Array.isArray(other) ? other : [];
  return Array.isArray(one) && one.some((member: unknown) => !known.includes(member));
}
