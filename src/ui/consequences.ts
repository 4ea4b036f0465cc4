import type { Change, PlanDocument } from "../engine/plan-format.ts";
import type { Consequence, PresentedTypes } from "../engine/presentation.ts";
import type { DesiredResource, Live } from "../engine/resource.ts";
import { typeAt } from "./types.ts";

/**
 * What a plan replaces and how, what is unavailable during the update, and what cannot be undone, as the
 * resource types know it. Losses come first.
 *
 * @param desired The desired resources, if known.
 * @param live The live resources, if known.
 */
export function consequencesOf(
  document: PlanDocument,
  types: PresentedTypes,
  desired: readonly DesiredResource[] = [],
  live: readonly Live[] = [],
): readonly Consequence[] {
  const wanted = new Map(desired.map(({ address, fields }) => [address, fields]));
  const found = document.changes.flatMap((change) => {
    if (change.action === "keep") {
      const isDefined = desired.length === 0 || wanted.has(change.address);
      return isDefined ? ofWaiting(change, document) : ofStaying(change);
    }
    const type = typeAt(change.address, types);
    return type?.consequences?.(change, document, wanted.get(change.address), live) ?? [];
  });
  return [
    ...found.filter(({ kind }) => kind === "lost"),
    ...found.filter(({ kind }) => kind !== "lost"),
  ];
}

/** A resource that stays although the stack file does not define it. */
function ofStaying({ address, because }: Change): readonly Consequence[] {
  return [{ kind: "service", text: `${address} stays: ${because}.` }];
}

/** A resource that matches the stack file and is not healthy yet. An apply changes nothing and waits. */
function ofWaiting({ address, because }: Change, { steps }: PlanDocument): readonly Consequence[] {
  if (!steps.some((step) => step.address === address && step.verb === "update")) return [];
  const text = `${address} is not healthy yet (${because}). An apply waits until it is.`;
  return [{ kind: "service", text }];
}
