import type { PlannedWork } from "../engine/plan.ts";
import { refsIn } from "../engine/values.ts";
import type { GraphEdge, GraphNode, ResourceGraph } from "../ui/graph/resource-graph.ts";

/**
 * The graph of a plan. The edges of desired resources are their references; the edges of resources that will
 * be deleted are the uses in the account.
 */
export function graphOf({ document, desired, live }: PlannedWork): ResourceGraph {
  const wanted = new Map(desired.map((resource) => [resource.address as string, resource]));
  const nodes: GraphNode[] = [];
  const keyOfId = new Map<string, string>();
  const taken = new Set<string>();
  for (const { address, action, id } of document.changes) {
    const key = taken.has(address) ? `${address} ${id ?? nodes.length}` : address;
    taken.add(key);
    if (id !== undefined) keyOfId.set(id, key);
    nodes.push({ key, address, action });
  }
  const edges = new Map<string, GraphEdge>();
  const connect = (from: string | undefined, to: string | undefined) => {
    if (from === undefined || to === undefined || from === to) return;
    edges.set(JSON.stringify([from, to]), { from, to });
  };
  for (const { address, fields } of wanted.values()) {
    for (const { ref } of refsIn(fields)) connect(ref, address);
  }
  for (const object of live) {
    if (wanted.has(object.address)) continue;
    for (const used of object.uses) connect(keyOfId.get(used), keyOfId.get(object.id));
  }
  return {
    stack: document.stack,
    nodes,
    edges: [...edges.values()].filter(({ from, to }) => taken.has(from) && taken.has(to)),
  };
}
