import { dependentsOf, type Graph, reach } from "./graph.ts";
import type { Match } from "./match.ts";
import type { Action, FieldChange, Step, Verb } from "./plan-format.ts";
import type { Address, Caution, DesiredResource, Live, Target } from "./resource.ts";
import { addWaits, followersOf, takeApart, type Wait, waitsForUsers } from "./take-apart.ts";
import type { Users } from "./users.ts";
import { fieldOf, refsIn } from "./values.ts";

/** What becomes of one wanted resource. */
export interface Decision {
  readonly resource: DesiredResource;
  /** Normalised; unknown where another resource must be made first. */
  readonly fields: object;
  readonly match: Match;
  readonly target?: Target;
  readonly action: Action;
  /** The live object that is kept, updated, replaced or gone on with. */
  readonly id?: string;
  readonly because: string;
  readonly changes: readonly FieldChange[];
  /** Fields to update. */
  readonly changed: readonly string[];
  /** Those of them that lose something that others may still need. */
  readonly narrowing: readonly Narrowing[];
  /** Those of them for whose change its users must be ready. */
  readonly whenUsersCan: readonly string[];
  readonly caution?: Caution;
  /** Fields that differ and may not, with what to do instead. */
  readonly forbidden: readonly { readonly field: string; readonly instead: string }[];
  /** A replacement whose name is still taken. */
  readonly deleteFirst: boolean;
}

/** A field that loses something; `gains` something, too. */
export interface Narrowing {
  readonly field: string;
  readonly gains: boolean;
}

/** A step with what it works on. */
export interface Work {
  readonly step: Step;
  /** What is updated or deleted. */
  readonly live?: Live;
  /** Fields that an update sets. */
  readonly changed: readonly string[];
  /** Fields that are left to the update that follows: what they refer to may not be there yet. */
  readonly without: readonly string[];
  /** Fields of which this update takes nothing away: a later one does. */
  readonly keeping: readonly string[];
}

/** A step whose predecessors are still being found. */
export interface Draft extends Omit<Work, "step"> {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
  readonly after: Set<string>;
}

/** What is to become of everything, and how it hangs together. */
export interface Situation {
  readonly decisions: ReadonlyMap<Address, Decision>;
  readonly live: readonly Live[];
  readonly graph: Graph;
  readonly users: Users;
  /** Whether nothing at the second address can be deleted while something at the first uses it. */
  readonly holds: (user: Address, used: Address) => boolean;
}

/**
 * Lowers decisions to creates, updates and deletes, each with its predecessors:
 *
 * - what is made or changed comes after what it refers to;
 * - what is taken away from something in use goes after all that the use depends on was changed;
 * - what is deleted comes after what uses it was changed or deleted, as the account shows it;
 * - an earlier generation goes only when all that was built on the new one is done;
 * - where a name is still taken, the delete comes first.
 */
export function lowerToSteps(input: Situation): readonly Work[] {
  const writes = new Map<Address, readonly Draft[]>();
  for (const decision of input.decisions.values()) {
    writes.set(decision.resource.address, writesOf(decision, input.graph));
  }
  const narrowings = takeApart(input, writes);
  const readiness = waitsForUsers(input, writes);
  const deletes = deletesOf(input.decisions, input.live);
  orderWrites(input.decisions, input.graph, writes);
  for (const { draft } of narrowings) {
    writes.set(draft.address, [...(writes.get(draft.address) ?? []), draft]);
  }
  const orderly = orderDeletes(input, deletes, writes);
  const all = [...[...writes.values()].flat(), ...deletes.map(({ draft }) => draft)];
  addWaits(all, [...orderly, ...narrowings, ...readiness]);
  refuseCircle(all);
  return all.map(({ key, verb, address, after, ...work }) => ({
    step: { key, verb, address, after: [...after] },
    ...work,
  }));
}

/** @throws Error for steps that wait for one another: a bug, and better told before half of them is done. */
function refuseCircle(drafts: readonly Draft[]): void {
  const missing = new Map(drafts.map(({ key, after }) => [key, after.size]));
  const followers = followersOf(drafts);
  const open = drafts.filter(({ after }) => after.size === 0).map(({ key }) => key);
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    missing.delete(key);
    for (const next of followers.get(key) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) open.push(next);
    }
  }
  if (missing.size > 0)
    throw new Error(`steps wait for one another: ${[...missing.keys()].join(", ")}`);
}

function writesOf(decision: Decision, graph: Graph): readonly Draft[] {
  const { address } = decision.resource;
  const { current } = decision.match;
  if (decision.match.duplicates.length > 0) return [];
  const detached = graph.detached.get(address) ?? [];
  const draft = (verb: Verb, rest: Partial<Draft> = {}): Draft => ({
    key: `${verb} ${address}`,
    verb,
    address,
    after: new Set(),
    changed: [],
    without: [],
    keeping: [],
    ...rest,
  });
  // Comes last: its references may be to what is only made once this resource is there.
  const completion = (changed: readonly string[], first: Draft | undefined) =>
    changed.length === 0
      ? []
      : [
          draft("update", {
            key: `update ${address} ${changed.join(" ")}`,
            changed,
            ...(current && { live: current }),
            ...(first && { after: new Set([first.key]) }),
          }),
        ];
  switch (decision.action) {
    case "create":
    case "replace": {
      const create = draft("create", { without: detached });
      return [create, ...completion(detached, create)];
    }
    case "update": {
      const live = current && { live: current };
      const last = decision.changed.filter((field) => detached.includes(field));
      const waiting = decision.whenUsersCan.filter((field) => !last.includes(field));
      const direct = decision.changed.filter((field) => ![...last, ...waiting].includes(field));
      const made: Draft[] = [];
      for (const changed of [direct, waiting].filter(({ length }) => length > 0)) {
        const [first] = made;
        const second = first && {
          key: `update ${address} ${changed.join(" ")}`,
          after: new Set([first.key]),
        };
        made.push(draft("update", { ...live, changed, without: last, ...second }));
      }
      return [...made, ...completion(last, made.at(-1))];
    }
    case "keep":
      return current?.status === "settling" ? [draft("update", { live: current })] : [];
    case "delete":
      return [];
  }
}

interface Deletion {
  readonly draft: Draft;
  readonly live: Live;
  /** Why it goes decides what it waits for. */
  readonly kind: "pruned" | "earlier" | "leftover" | "first";
}

function deletesOf(
  decisions: ReadonlyMap<Address, Decision>,
  live: readonly Live[],
): readonly Deletion[] {
  const deletions: Deletion[] = [];
  const add = (object: Live, kind: Deletion["kind"]) =>
    deletions.push({
      kind,
      live: object,
      draft: {
        key: `delete ${object.address} ${object.id}`,
        verb: "delete",
        address: object.address,
        after: new Set(),
        live: object,
        changed: [],
        without: [],
        keeping: [],
      },
    });
  for (const { match, deleteFirst } of decisions.values()) {
    if (match.duplicates.length > 0) continue;
    for (const object of match.surplus) {
      if (object.status === "failed") add(object, "first");
      else add(object, object.status === "partial" ? "leftover" : "earlier");
    }
    if (match.previous && deleteFirst) add(match.previous, "first");
    else if (match.previous && !match.kept.includes(match.previous)) add(match.previous, "earlier");
    for (const object of deleteFirst ? match.kept.filter((kept) => kept !== match.previous) : []) {
      add(object, "earlier");
    }
  }
  for (const object of live) if (!decisions.has(object.address)) add(object, "pruned");
  return deletions;
}

function orderWrites(
  decisions: ReadonlyMap<Address, Decision>,
  graph: Graph,
  writes: ReadonlyMap<Address, readonly Draft[]>,
): void {
  for (const { resource } of decisions.values()) {
    const { address } = resource;
    for (const draft of writes.get(address) ?? []) {
      for (const need of graph.needs.get(address) ?? []) {
        const circle = graph.component.get(need) === graph.component.get(address);
        for (const write of writes.get(need) ?? []) {
          if (!circle || !isCompletion(write, graph)) draft.after.add(write.key);
        }
      }
      if (!isCompletion(draft, graph)) continue;
      for (const field of draft.changed) {
        for (const ref of refsIn(fieldOf(resource.fields, field))) {
          for (const write of writes.get(ref.ref) ?? []) {
            if (write !== draft && !isCompletion(write, graph)) draft.after.add(write.key);
          }
        }
      }
    }
  }
}

/** Sets fields that close a circle: nothing within the circle may wait for it. */
function isCompletion(draft: Draft, graph: Graph): boolean {
  const detached = graph.detached.get(draft.address) ?? [];
  return draft.verb === "update" && draft.changed.some((field) => detached.includes(field));
}

/**
 * Adds to deletes and to what must wait for them the predecessors without which AWS would refuse;
 * returns those that are better, but give way where a name has to become free first.
 */
function orderDeletes(
  { graph, users, live: objectsFound, decisions, holds }: Situation,
  deletes: readonly Deletion[],
  writes: ReadonlyMap<Address, readonly Draft[]>,
): readonly Wait[] {
  const deleting = new Map(deletes.map(({ draft, live }) => [live.id, draft]));
  const objects = new Map(objectsFound.map((object) => [object.id, object]));
  const dependents = dependentsOf(graph);
  const keysOf = (addresses: Iterable<Address>) =>
    [...addresses].flatMap((address) => writes.get(address) ?? []).map(({ key }) => key);
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
      for (const write of writes.get(live.address) ?? []) write.after.add(draft.key);
      // The shorter the time between this and what takes its place, the better.
      if (decisions.has(live.address)) keys.push(...keysOf(reach(live.address, graph.needs)));
    }
    // Where nothing that is made waits for a delete, no circle can be closed: no need to look for one.
    if (freesNames) waits.push({ draft, keys });
    else for (const key of keys) draft.after.add(key);
  }
  return waits;
}
