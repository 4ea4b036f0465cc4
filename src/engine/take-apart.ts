import { dependentsOf, reach } from "./graph.ts";
import type { Draft, Situation } from "./lower.ts";
import type { Address } from "./resource.ts";

/** A step and others that had better be done before it. */
export interface Wait {
  readonly draft: Draft;
  readonly keys: readonly string[];
}

type Writes = ReadonlyMap<Address, readonly Draft[]>;

/**
 * Splits each update that takes something away while others that it concerns change too: what is
 * added stays in `writes`, what goes is returned.
 */
export function takeApart(
  { decisions, live, graph, users }: Situation,
  writes: Map<Address, readonly Draft[]>,
): readonly Wait[] {
  const addresses = new Map(live.map((object) => [object.id, object.address]));
  const dependents = dependentsOf(graph);
  const whole: Writes = new Map(writes);
  const narrowings: Wait[] = [];
  for (const { resource, match, narrowing, action } of decisions.values()) {
    const { address } = resource;
    const { current } = match;
    if (action !== "update" || current === undefined || narrowing.length === 0) continue;
    const concerned = [current.id, ...current.uses].flatMap((id) => [...users.of(id)]);
    const others = new Set([
      ...concerned.flatMap((id) => addresses.get(id) ?? []),
      ...reach(address, dependents),
    ]);
    others.delete(address);
    // What only has to get healthy needs nothing else than it has now, and may take for ever.
    const waitedFor = [...others]
      .flatMap((other) => whole.get(other) ?? [])
      .filter(({ verb, changed }) => verb === "create" || changed.length > 0);
    if (waitedFor.length === 0) continue;
    const fields = narrowing.map(({ field }) => field);
    const losing = narrowing.filter(({ gains }) => !gains).map(({ field }) => field);
    const adding = (writes.get(address) ?? []).flatMap((draft) => {
      const changed = draft.changed.filter((field) => !losing.includes(field));
      const keeping = fields.filter((field) => changed.includes(field));
      return changed.length === 0 ? [] : [{ ...draft, changed, keeping }];
    });
    writes.set(address, adding);
    const draft: Draft = {
      key: `update ${address} narrowing ${fields.join(" ")}`,
      verb: "update",
      address,
      after: new Set(adding.map(({ key }) => key)),
      live: current,
      changed: fields,
      without: [],
      keeping: [],
    };
    narrowings.push({ draft, keys: waitedFor.map(({ key }) => key) });
  }
  forgetDropped(writes);
  return narrowings;
}

/** An update that only takes away is no step of its own any more: nothing can wait for it. */
function forgetDropped(writes: Writes): void {
  const drafts = [...writes.values()].flat();
  const left = new Set(drafts.map(({ key }) => key));
  for (const { after } of drafts) for (const key of after) if (!left.has(key)) after.delete(key);
}

/** What users must be ready for, and all else that their own change waits for. */
export function waitsForUsers({ decisions, graph }: Situation, writes: Writes): readonly Wait[] {
  const dependents = dependentsOf(graph);
  return [...decisions.values()]
    .filter(({ whenUsersCan }) => whenUsersCan.length > 0)
    .flatMap(({ resource: { address }, whenUsersCan }) => {
      const changing = (dependents.get(address) ?? []).filter((user) => writes.get(user)?.length);
      const needs = new Set(changing.flatMap((user) => [...(graph.needs.get(user) ?? [])]));
      needs.delete(address);
      const keys = [...needs].flatMap((need) => writes.get(need) ?? []).map(({ key }) => key);
      return (writes.get(address) ?? [])
        .filter(({ changed }) => changed.some((field) => whenUsersCan.includes(field)))
        .map((draft) => ({ draft, keys }));
    });
}

/** Adds these predecessors to those that there must be, save where that would close a circle. */
export function addWaits(drafts: readonly Draft[], waits: readonly Wait[]): void {
  if (waits.length === 0) return;
  const followers = followersOf(drafts);
  for (const { draft, keys } of waits) {
    const downstream = reach(draft.key, followers);
    for (const key of keys) {
      if (key === draft.key || downstream.has(key) || draft.after.has(key)) continue;
      if (!followers.has(key)) continue;
      draft.after.add(key);
      followers.get(key)?.push(draft.key);
    }
  }
}

/** By key, the steps that wait for it. */
export function followersOf(drafts: readonly Draft[]): ReadonlyMap<string, string[]> {
  const followers = new Map<string, string[]>(drafts.map(({ key }) => [key, []]));
  for (const { key, after } of drafts) for (const before of after) followers.get(before)?.push(key);
  return followers;
}
