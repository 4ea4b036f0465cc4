import type { Decision, Situation } from "./decision.ts";
import { type Draft, newDraft, type Wait, type Writes, writesAt } from "./draft.ts";
import { dependentsOf, reach } from "./graph.ts";
import type { Address, Live } from "./resource.ts";

/** A live object that goes, and the step for it. */
export interface Deletion {
  readonly draft: Draft;
  readonly live: Live;
  /** Why it goes decides what it waits for. */
  readonly kind: "pruned" | "earlier" | "leftover" | "first";
}

/** Everything that has to go, and why. */
export function deletesOf(
  decisions: ReadonlyMap<Address, Decision>,
  live: readonly Live[],
): readonly Deletion[] {
  const deletions: Deletion[] = [];
  const add = (object: Live, kind: Deletion["kind"]) =>
    deletions.push({
      kind,
      live: object,
      draft: newDraft("delete", object.address, {
        key: `delete ${object.address} ${object.id}`,
        live: object,
      }),
    });
  for (const { match, deleteFirst } of decisions.values()) {
    if (match.duplicates.length > 0) continue;
    for (const object of match.surplus) {
      if (object.status === "failed") add(object, "first");
      else add(object, object.status === "partial" ? "leftover" : "earlier");
    }
    if (match.previous && deleteFirst) add(match.previous, "first");
    else if (match.previous && !match.kept.includes(match.previous)) add(match.previous, "earlier");
  }
  for (const object of live) if (!decisions.has(object.address)) add(object, "pruned");
  return deletions;
}

/**
 * Adds to deletes and to what must wait for them the predecessors without which AWS would refuse;
 * returns those that are better, but give way where a name has to become free first.
 */
export function orderDeletes(
  { graph, users, live: objectsFound, holds }: Situation,
  deletes: readonly Deletion[],
  writes: Writes,
): readonly Wait[] {
  const deleting = new Map(deletes.map(({ draft, live }) => [live.id, draft]));
  const objects = new Map(objectsFound.map((object) => [object.id, object]));
  const dependents = dependentsOf(graph);
  const keysOf = (addresses: Iterable<Address>) =>
    [...addresses].flatMap((address) => writesAt(writes, address)).map(({ key }) => key);
  const freesNames = deletes.some(({ kind }) => kind === "first");
  const waits: Wait[] = [];
  for (const { draft, live, kind } of deletes) {
    const keys: string[] = [];
    for (const id of users.of(live.id)) {
      const other = deleting.get(id);
      const address = objects.get(id)?.address;
      if (address === undefined) continue;
      // Two that use each other are deleted in any order: each drops its own rules first.
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
      // The shorter the time between this and what takes its place, the better.
      keys.push(...keysOf(reach(live.address, graph.needs)));
    }
    // Where nothing that is made waits for a delete, no circle can be closed: no need to look for one.
    if (freesNames) waits.push({ draft, keys });
    else for (const key of keys) draft.after.add(key);
  }
  return waits;
}
