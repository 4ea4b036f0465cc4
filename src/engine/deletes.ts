import type { Situation } from "./decision.ts";
import { type Draft, newDraft, type Ordering, type Writes, writesAt } from "./draft.ts";
import { dependentsOf, reach } from "./graph.ts";
import type { Address, Live } from "./resource.ts";

/** A live object that the plan deletes, and its step. */
export interface Deletion {
  readonly draft: Draft;
  readonly live: Live;
  /** The reason of the delete, which decides what the step waits for. */
  readonly kind: "pruned" | "earlier" | "leftover" | "first";
}

/** All deletes of the plan, with their reasons. */
export function deletesOf({
  decisions,
  live,
  retained,
}: Pick<Situation, "decisions" | "live" | "retained">): readonly Deletion[] {
  const deletions: Deletion[] = [];
  const add = (object: Live, kind: Deletion["kind"]) => {
    if (retained.has(object.id)) return;
    deletions.push({
      kind,
      live: object,
      draft: newDraft("delete", object.address, {
        key: `delete ${object.address} ${object.id}`,
        live: object,
      }),
    });
  };
  for (const { match, deleteFirst, keepsName, isSpare } of decisions.values()) {
    if (match.duplicates.length > 0) continue;
    for (const object of match.surplus) {
      // Any of several may have what AWS gives to only one at a time.
      const isExclusive = deleteFirst && !keepsName && object.status !== "partial";
      if (object.status === "failed" || isExclusive) add(object, "first");
      // A create may find and complete any of several that are spare.
      else add(object, object.status === "partial" && !isSpare ? "leftover" : "earlier");
    }
    if (match.previous && deleteFirst) add(match.previous, "first");
    else if (match.previous && !match.kept.includes(match.previous)) add(match.previous, "earlier");
  }
  for (const object of live) if (!decisions.has(object.address)) add(object, "pruned");
  return deletions;
}

/**
 * Orders the deletes. Adds the predecessors without which AWS would reject a call. Returns the
 * predecessors that are only better: these give way if a name has to become free first.
 */
export function orderDeletes(
  { graph, users, live: objectsFound, holds }: Situation,
  deletes: readonly Deletion[],
  writes: Writes,
  narrowings: ReadonlySet<string>,
): readonly Ordering[] {
  const deleting = new Map(deletes.map(({ draft, live }) => [live.id, draft]));
  const objects = new Map(objectsFound.map((object) => [object.id, object]));
  const dependents = dependentsOf(graph);
  const keysOf = (addresses: Iterable<Address>) =>
    [...addresses].flatMap((address) => writesAt(writes, address)).map(({ key }) => key);
  const freesNames = deletes.some(({ kind }) => kind === "first");
  const waits: Ordering[] = [];
  for (const { draft, live, kind } of deletes) {
    const keys: string[] = [];
    for (const id of users.of(live.id)) {
      const other = deleting.get(id);
      const address = objects.get(id)?.address;
      if (address === undefined) continue;
      // Two objects that use each other can be deleted in any order: each delete first removes the
      // rules that name it.
      if (other && !users.of(id).has(live.id)) {
        if (holds(address, live.address)) draft.after.add(other.key);
        else keys.push(other.key);
      }
      if (kind !== "first") keys.push(...keysOf([address]));
    }
    if (kind === "earlier")
      keys.push(...keysOf([live.address, ...reach(live.address, dependents)]));
    if (kind === "first") {
      for (const write of writesAt(writes, live.address)) write.after.add(draft.key);
      // The time between the delete and the create of its replacement should be short. Until the delete, it serves, and
      // needs what a narrowing removes.
      keys.push(...keysOf(reach(live.address, graph.needs)).filter((key) => !narrowings.has(key)));
    }
    // If no create waits for a delete, no cycle is possible, and nothing has to look for one.
    if (freesNames) waits.push({ draft, keys });
    else for (const key of keys) draft.after.add(key);
  }
  return waits;
}
