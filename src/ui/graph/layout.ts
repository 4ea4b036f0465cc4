import type { GraphEdge, GraphNode, ResourceGraph } from "./resource-graph.ts";

/** A place in a grid of layers. An edge that crosses a layer has an empty place there. */
interface Place {
  readonly node?: GraphNode;
  readonly layer: number;
  /** From the top of its layer. */
  row: number;
}

export interface Layout {
  readonly places: readonly Place[];
  /** The places that each edge passes, from the first layer to the last. */
  readonly routes: readonly { readonly edge: GraphEdge; readonly places: readonly Place[] }[];
  readonly layers: number;
  readonly rows: number;
}

/** Enough iterations for graphs of this size to become stable. */
const SWEEPS = 8;

/**
 * Lays out a graph in layers, each resource to the right of its dependencies (Sugiyama's method): layers
 * by the longest path, long edges split by empty places, rows by the mean of their neighbours.
 */
export function layOut({ nodes, edges }: ResourceGraph): Layout {
  const layerOf = layersOf(nodes, edges);
  const places: Place[] = [];
  const rows = new Map<number, number>();
  const add = (layer: number, node?: GraphNode): Place => {
    const row = rows.get(layer) ?? 0;
    rows.set(layer, row + 1);
    const place: Place = { layer, row, ...(node && { node }) };
    places.push(place);
    return place;
  };
  const placeOf = new Map(nodes.map((node) => [node.key, add(layerOf.get(node.key) ?? 0, node)]));
  const routes = edges.flatMap((edge) => {
    const from = placeOf.get(edge.from);
    const to = placeOf.get(edge.to);
    if (from === undefined || to === undefined) return [];
    const between: Place[] = [];
    for (let layer = from.layer + 1; layer < to.layer; layer += 1) between.push(add(layer));
    return [{ edge, places: [from, ...between, to] }];
  });
  order(places, routes);
  return {
    places,
    routes,
    layers: Math.max(0, ...rows.keys()) + 1,
    rows: Math.max(1, ...rows.values()),
  };
}

/** The longest path to each node. Ignores edges that close a cycle. */
function layersOf(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): ReadonlyMap<string, number> {
  const needs = Map.groupBy(edges, ({ to }) => to);
  const layers = new Map<string, number>();
  const open = new Set<string>();
  const visit = (key: string): number => {
    const known = layers.get(key);
    if (known !== undefined) return known;
    open.add(key);
    const before = (needs.get(key) ?? []).filter(({ from }) => !open.has(from));
    const layer = Math.max(-1, ...before.map(({ from }) => visit(from))) + 1;
    open.delete(key);
    layers.set(key, layer);
    return layer;
  };
  for (const { key } of nodes) visit(key);
  return layers;
}

/** Sorts every layer by the mean row of its neighbours, in both directions, so that few edges cross. */
function order(
  places: readonly Place[],
  routes: readonly { readonly places: readonly Place[] }[],
): void {
  const neighbours = new Map<Place, Place[]>(places.map((place) => [place, []]));
  for (const route of routes) {
    for (const [index, place] of route.places.entries()) {
      const next = route.places[index + 1];
      if (next === undefined) continue;
      neighbours.get(place)?.push(next);
      neighbours.get(next)?.push(place);
    }
  }
  const layers = [...Map.groupBy(places, ({ layer }) => layer)].sort(([a], [b]) => a - b);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forth = sweep % 2 === 0;
    for (const [layer, members] of forth ? layers : layers.toReversed()) {
      const middle = (place: Place) => {
        const side = (neighbours.get(place) ?? []).filter(
          (other) => other.layer === (forth ? layer - 1 : layer + 1),
        );
        if (side.length === 0) return place.row;
        return side.reduce((sum, { row }) => sum + row, 0) / side.length;
      };
      const sorted = members
        .map((place) => ({ place, middle: middle(place) }))
        .sort((a, b) => a.middle - b.middle || a.place.row - b.place.row);
      for (const [row, { place }] of sorted.entries()) place.row = row;
    }
  }
}
