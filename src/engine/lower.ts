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
  /** Fields that are left to the update that follows: what they refer to may not be there yet. */
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
  if (decision.match.duplicates.length > 0) return [];
  const detached = graph.detached.get(address) ?? [];
  const draft = (verb: Verb, rest: Partial<Draft> = {}): Draft => ({
    key: `${verb} ${address}`,
    verb,
    address,
    after: new Set(),
    changed: [],
    without: [],
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
      const direct = decision.changed.filter((field) => !detached.includes(field));
      const last = decision.changed.filter((field) => detached.includes(field));
      const first =
        direct.length > 0
          ? draft("update", { ...live, changed: direct, without: last })
          : undefined;
      return [...(first ? [first] : []), ...completion(last, first)];
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
