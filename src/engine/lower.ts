import type { Graph } from "./graph.ts";
import type { Match } from "./match.ts";
import type { Action, FieldChange, Step, Verb } from "./plan-format.ts";
import type { Address, DesiredResource, Live, Target } from "./resource.ts";
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
  /** Fields that differ and may not. */
  readonly forbidden: readonly string[];
  /** A replacement whose name is still taken. */
  readonly deleteFirst: boolean;
}

/** A step with what it works on. */
export interface Work {
  readonly step: Step;
  /** What is updated or deleted. */
  readonly live?: Live;
  /** Fields that an update sets. */
  readonly changed: readonly string[];
  /** Fields that a create leaves to the update that follows it. */
  readonly without: readonly string[];
}

interface Draft extends Omit<Work, "step"> {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
  readonly after: Set<string>;
}

/**
 * Lowers decisions to creates, updates and deletes, each with its predecessors:
 *
 * - what is made or changed comes after what it refers to;
 * - what is deleted comes after what uses it was changed or deleted, as the account shows it;
 * - an earlier generation goes only when all that was built on the new one is done;
 * - where a name is still taken, the delete comes first.
 */
export function lowerToSteps(input: {
  readonly decisions: ReadonlyMap<Address, Decision>;
  readonly live: readonly Live[];
  readonly graph: Graph;
  readonly users: Users;
}): readonly Work[] {
  const drafts = new Map<string, Draft>();
  const writes = new Map<Address, readonly Draft[]>();
  for (const decision of input.decisions.values()) {
    const made = writesOf(decision, input.graph);
    for (const draft of made) drafts.set(draft.key, draft);
    writes.set(decision.resource.address, made);
  }
  const deletes = deletesOf(input.decisions, input.live);
  for (const { draft } of deletes) drafts.set(draft.key, draft);

  orderWrites(input.decisions, input.graph, writes);
  orderDeletes(input, deletes, writes);
  return [...drafts.values()].map(({ key, verb, address, after, ...work }) => ({
    step: { key, verb, address, after: [...after] },
    ...work,
  }));
}

function writesOf(decision: Decision, graph: Graph): readonly Draft[] {
  const { address } = decision.resource;
  const { current } = decision.match;
  const draft = (verb: Verb, rest: Partial<Draft> = {}): Draft => ({
    key: `${verb} ${address}`,
    verb,
    address,
    after: new Set(),
    changed: [],
    without: [],
    ...rest,
  });
  if (decision.match.duplicates.length > 0) return [];
  switch (decision.action) {
    case "update":
      return [draft("update", { ...(current && { live: current }), changed: decision.changed })];
    case "keep":
      return current?.status === "settling" ? [draft("update", { live: current })] : [];
    case "create":
    case "replace": {
      const without = graph.detached.get(address) ?? [];
      const create = draft("create", { without });
      if (without.length === 0) return [create];
      return [create, draft("update", { changed: without, after: new Set([create.key]) })];
    }
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
    const needed = [...(graph.needs.get(resource.address) ?? [])].flatMap(
      (need) => writes.get(need) ?? [],
    );
    for (const draft of writes.get(resource.address) ?? []) {
      for (const need of needed) draft.after.add(need.key);
      // A reference that closes a cycle waits for the other's create alone.
      for (const field of draft.verb === "update" ? draft.changed : []) {
        for (const ref of refsIn(fieldOf(resource.fields, field))) {
          for (const other of writes.get(ref.ref) ?? []) {
            if (other.verb === "create") draft.after.add(other.key);
          }
        }
      }
    }
  }
}

function orderDeletes(
  input: { readonly graph: Graph; readonly users: Users; readonly live: readonly Live[] },
  deletes: readonly Deletion[],
  writes: ReadonlyMap<Address, readonly Draft[]>,
): void {
  const deleting = new Map(deletes.map(({ draft, live }) => [live.id, draft]));
  const objects = new Map(input.live.map((object) => [object.id, object]));
  const dependents = dependentsOf(input.graph);
  for (const { draft, live, kind } of deletes) {
    for (const id of input.users.of(live.id)) {
      const other = deleting.get(id);
      // Two that use each other are deleted in any order: each drops its own rules first.
      if (other && !input.users.of(id).has(live.id)) draft.after.add(other.key);
      const address = objects.get(id)?.address;
      if (kind === "first" || address === undefined) continue;
      for (const write of writes.get(address) ?? []) draft.after.add(write.key);
    }
    if (kind === "earlier") {
      for (const address of [live.address, ...reach(live.address, dependents)]) {
        for (const write of writes.get(address) ?? []) draft.after.add(write.key);
      }
    }
    if (kind === "first") {
      for (const write of writes.get(live.address) ?? []) write.after.add(draft.key);
    }
  }
}

function dependentsOf(graph: Graph): ReadonlyMap<Address, readonly Address[]> {
  const dependents = new Map<Address, Address[]>();
  for (const [address, needs] of graph.needs) {
    for (const need of needs) {
      const list = dependents.get(need);
      if (list === undefined) dependents.set(need, [address]);
      else list.push(address);
    }
  }
  return dependents;
}

function reach(
  from: Address,
  edges: ReadonlyMap<Address, readonly Address[]>,
): ReadonlySet<Address> {
  const reached = new Set<Address>();
  const open = [from];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    for (const next of edges.get(address) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}
