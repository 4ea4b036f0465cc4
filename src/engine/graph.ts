import { typeOf } from "./address.ts";
import type { Address, AnyResourceType, DesiredResource, EngineContext } from "./resource.ts";
import { fieldOf, refsIn } from "./values.ts";

/** The dependencies between the desired resources. */
export interface Graph {
  /** Dependencies first. Ties are ordered by type, then by address. */
  readonly order: readonly Address[];
  /** The resources that have to exist before this one. */
  readonly needs: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** Detachable fields whose references would close a cycle. An update sets them after the create. */
  readonly detached: ReadonlyMap<Address, readonly string[]>;
  /** Resources with the same number refer to each other in a cycle. */
  readonly component: ReadonlyMap<Address, number>;
}

type Types = ReadonlyMap<string, AnyResourceType<EngineContext>>;

/**
 * Builds the graph from the references in the fields.
 *
 * @throws Error on a dangling reference or a cycle without a detachable field. Either is a bug in
 *   `src/stack`, because no stack file can express it.
 */
export function buildGraph(desired: readonly DesiredResource[], types: Types): Graph {
  const byAddress = new Map(desired.map((resource) => [resource.address, resource]));
  if (byAddress.size !== desired.length) throw new Error("two desired resources share an address");
  const all = new Map<Address, Set<Address>>();
  for (const resource of desired) {
    const targets = new Set(refsIn(resource.fields).map((ref) => ref.ref));
    for (const target of targets) {
      if (!byAddress.has(target)) {
        throw new Error(`${resource.address} refers to ${target}, which is not in the graph`);
      }
    }
    all.set(resource.address, targets);
  }

  const component = componentOf(all);
  const detached = new Map<Address, readonly string[]>();
  const needs = new Map<Address, ReadonlySet<Address>>();
  for (const resource of desired) {
    const rules = types.get(typeOf(resource.address))?.fields ?? {};
    const closing = (field: string) =>
      rules[field]?.detachable === true &&
      refsIn(fieldOf(resource.fields, field)).some(
        (ref) => component.get(ref.ref) === component.get(resource.address),
      );
    const fields = Object.keys(resource.fields);
    const loose = fields.filter(closing);
    if (loose.length > 0) detached.set(resource.address, loose);
    const kept = fields.filter((field) => !loose.includes(field));
    needs.set(
      resource.address,
      new Set(kept.flatMap((field) => refsIn(fieldOf(resource.fields, field)).map((r) => r.ref))),
    );
  }
  return { order: inOrder(needs, [...types.keys()]), needs, detached, component };
}

/** The dependents of each resource, by address. */
export function dependentsOf(
  graph: Pick<Graph, "needs">,
): ReadonlyMap<Address, readonly Address[]> {
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

/** All nodes that can be reached from this one, directly or indirectly. */
export function reach<Node>(
  from: Node,
  edges: ReadonlyMap<Node, Iterable<Node>>,
): ReadonlySet<Node> {
  const reached = new Set<Node>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of edges.get(node) ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

/**
 * Numbers the strongly connected components with Tarjan's algorithm. It is iterative, so that a chain
 * of ten thousand resources does not exhaust the call stack.
 */
function componentOf(edges: ReadonlyMap<Address, ReadonlySet<Address>>): Map<Address, number> {
  const index = new Map<Address, number>();
  const low = new Map<Address, number>();
  const component = new Map<Address, number>();
  const path: Address[] = [];
  let components = 0;
  const lower = (node: Address, value: number) =>
    low.set(node, Math.min(low.get(node) ?? value, value));

  for (const root of edges.keys()) {
    if (index.has(root)) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const next = frame.rest.next();
      if (!next.done) {
        const seen = index.get(next.value);
        if (seen === undefined) frames.push(enter(next.value));
        else if (!component.has(next.value)) lower(frame.node, seen);
        continue;
      }
      frames.pop();
      const own = low.get(frame.node) ?? 0;
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.node, own);
      if (own === index.get(frame.node)) {
        for (const member of path.splice(path.lastIndexOf(frame.node))) {
          component.set(member, components);
        }
        components += 1;
      }
    }
  }
  return component;

  function enter(node: Address) {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    path.push(node);
    return { node, rest: (edges.get(node) ?? new Set<Address>()).values() };
  }
}

function inOrder(
  needs: ReadonlyMap<Address, ReadonlySet<Address>>,
  typeNames: readonly string[],
): readonly Address[] {
  const rank = new Map(typeNames.map((name, position) => [name, position]));
  const wanted = [...needs.keys()].sort(
    (one, other) =>
      (rank.get(typeOf(one)) ?? 0) - (rank.get(typeOf(other)) ?? 0) || (one < other ? -1 : 1),
  );
  const waiting = new Map(wanted.map((address) => [address, needs.get(address)?.size ?? 0]));
  const dependents = dependentsOf({ needs });
  const order = wanted.filter((address) => waiting.get(address) === 0);
  for (let position = 0; position < order.length; position += 1) {
    const done = order[position] as Address;
    for (const dependent of dependents.get(done) ?? []) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left === 0) order.push(dependent);
    }
  }
  if (order.length < wanted.length) {
    const stuck = wanted.filter((address) => !order.includes(address));
    throw new Error(`a cycle of references that cannot be broken: ${stuck.join(", ")}`);
  }
  return order;
}
