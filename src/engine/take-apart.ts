import type { Situation } from "./decision.ts";
import type { Deletion } from "./deletes.ts";
import { type Draft, newDraft, type Ordering, type Writes, writesAt } from "./draft.ts";
import { dependentsOf, reach } from "./graph.ts";
import type { Address } from "./resource.ts";

/** The step that removes the old values. */
export interface NarrowingStep extends Ordering {
  /** Ids of the live objects that may still need the old values. */
  readonly concerned: ReadonlySet<string>;
  readonly directsRequests: boolean;
  readonly bringsRequests: boolean;
}

/**
 * Orders the removal of old values and the deletes of earlier generations. Requests go to the new generation before
 * the earlier one is deleted, and before an object leaves those that sent it requests. Whatever else the earlier one
 * needs (the rule that lets requests in) goes after it.
 */
export function orderNarrowings(
  narrowings: readonly NarrowingStep[],
  deletes: readonly Deletion[],
): readonly Ordering[] {
  const directing = narrowings.filter((each) => each.directsRequests);
  return narrowings.map(({ draft, keys, concerned, directsRequests, bringsRequests }) => {
    if (bringsRequests)
      return { draft, keys: [...keys, ...directing.map((each) => each.draft.key)] };
    const earlier = deletes
      .filter(({ kind, live }) => kind === "earlier" && concerned.has(live.id))
      .map((deletion) => deletion.draft);
    if (!directsRequests) return { draft, keys: [...keys, ...earlier.map(({ key }) => key)] };
    for (const each of earlier) each.after.add(draft.key);
    return { draft, keys };
  });
}

/**
 * Splits each update that removes a value while resources that depend on it change, too, and each create that cannot
 * set a whole value yet. The step that adds values stays in `writes`; the step that removes the old ones, or completes
 * the value, is returned.
 */
export function takeApart(
  { decisions, live, graph, users }: Situation,
  writes: Map<Address, readonly Draft[]>,
): readonly NarrowingStep[] {
  const addresses = new Map(live.map((object) => [object.id, object.address]));
  const dependents = dependentsOf(graph);
  const whole: Writes = new Map(writes);
  const narrowings: NarrowingStep[] = [];
  const directing = [...decisions.values()]
    .filter(({ narrowing }) => narrowing.some((each) => each.directsRequests))
    .map(({ resource }) => resource.address);
  for (const { resource, match, narrowing } of decisions.values()) {
    const { address } = resource;
    if (narrowing.length === 0) continue;
    const creates = writesAt(whole, address).some(({ verb }) => verb === "create");
    const before = creates ? match.previous : match.current;
    const known = before === undefined ? [] : [before.id, ...before.uses];
    const concerned = new Set(known.flatMap((id) => [...users.of(id)]));
    const others = new Set([
      ...[...concerned].flatMap((id) => addresses.get(id) ?? []),
      ...reach(address, dependents),
    ]);
    const directsRequests = narrowing.some((each) => each.directsRequests);
    const bringsRequests = narrowing.some((each) => each.bringsRequests);
    if (bringsRequests) for (const other of directing) others.add(other);
    others.delete(address);
    // A step that only waits for health needs no new values, and may never end. Requests go only to healthy servers.
    const waitedFor = [...others]
      .flatMap((other) => writesAt(whole, other))
      .filter(({ verb, changed }) => directsRequests || verb === "create" || changed.length > 0);
    // A create never sets the whole value.
    if (waitedFor.length === 0 && !creates) continue;
    const fields = narrowing.map(({ field }) => field);
    const losing = narrowing.filter(({ gains }) => !gains).map(({ field }) => field);
    const adding = writesAt(writes, address).flatMap((draft) => {
      if (draft.verb === "create") return [{ ...draft, keeping: fields }];
      const changed = draft.changed.filter((field) => !losing.includes(field));
      return changed.length === 0 ? [] : [{ ...draft, changed, keeping: fields }];
    });
    writes.set(address, adding);
    const draft = newDraft("update", address, {
      key: `update ${address} ${creates ? "completing" : "narrowing"} ${fields.join(" ")}`,
      after: new Set(adding.map(({ key }) => key)),
      changed: fields,
    });
    narrowings.push({
      draft,
      keys: waitedFor.map(({ key }) => key),
      concerned,
      directsRequests,
      bringsRequests,
    });
  }
  forgetDropped(writes);
  return narrowings;
}

/** Removes waits for dropped steps: an update that only removes values is no longer in `writes`. */
function forgetDropped(writes: Writes): void {
  const drafts = [...writes.values()].flat();
  const left = new Set(drafts.map(({ key }) => key));
  for (const { after } of drafts) for (const key of after) if (!left.has(key)) after.delete(key);
}

/**
 * Changes that have to wait until the users are ready, with the steps that the users' own changes
 * wait for.
 */
export function waitsForUsers(
  { decisions, graph }: Situation,
  writes: Writes,
): readonly Ordering[] {
  const dependents = dependentsOf(graph);
  return [...decisions.values()].flatMap(({ resource: { address }, whenUsersCan }) => {
    const users = dependents.get(address) ?? [];
    const changing = users.filter((user) => writesAt(writes, user).length > 0);
    const needs = new Set(changing.flatMap((user) => [...(graph.needs.get(user) ?? [])]));
    const keys = [...needs].flatMap((need) => writesAt(writes, need)).map(({ key }) => key);
    return writesAt(writes, address)
      .filter(({ changed }) => changed.some((field) => whenUsersCan.includes(field)))
      .map((draft) => ({ draft, keys }));
  });
}
