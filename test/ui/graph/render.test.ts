import { describe, expect, test } from "vitest";
import { renderDot } from "../../../src/ui/graph/dot.ts";
import { layOut } from "../../../src/ui/graph/layout.ts";
import { renderMermaid } from "../../../src/ui/graph/mermaid.ts";
import type { ResourceGraph } from "../../../src/ui/graph/resource-graph.ts";
import { renderSvg } from "../../../src/ui/graph/svg.ts";

function graph(
  nodes: Readonly<Record<string, ResourceGraph["nodes"][number]["action"]>>,
  ...edges: readonly (readonly [from: string, to: string])[]
): ResourceGraph {
  return {
    stack: "shop",
    nodes: Object.entries(nodes).map(([key, action]) => ({ key, address: key, action })),
    edges: edges.map(([from, to]) => ({ from, to })),
  };
}

const SHOP = graph(
  {
    "key-pair/shop": "keep",
    "security-group/balancer": "keep",
    "security-group/web": "update",
    "image/shop": "replace",
    "load-balancer/shop": "keep",
    "launch-template/shop": "update",
    "auto-scaling-group/shop": "update",
  },
  ["security-group/balancer", "security-group/web"],
  ["security-group/balancer", "load-balancer/shop"],
  ["security-group/web", "launch-template/shop"],
  ["key-pair/shop", "launch-template/shop"],
  ["image/shop", "launch-template/shop"],
  ["launch-template/shop", "auto-scaling-group/shop"],
  ["load-balancer/shop", "auto-scaling-group/shop"],
);
const EVIL = graph({ 'security-group/"]<script>&amp;--\\': "delete" });

test("Mermaid has a node a resource, an arrow a need, and the colours in use", () => {
  expect(
    renderMermaid(
      graph({ "image/a": "create", "launch-template/a": "keep" }, ["image/a", "launch-template/a"]),
    ),
  ).toBe(
    `flowchart LR
  n0["image/a<br/>+ create"]:::create
  n1["launch-template/a<br/>= unchanged"]:::keep
  n0 --> n1
  classDef create fill:#dcfce7,stroke:#15803d,color:#111827
  classDef keep fill:#f3f4f6,stroke:#6b7280,color:#111827
`,
  );
});

test("Mermaid's labels cannot be left by what stands in them", () => {
  const [, node] = renderMermaid(EVIL).split("\n");
  expect(node).toMatch(
    /^ {2}n0\["security-group\/#34;#93;#60;script#62;#38;amp#59;--#92;<br\/>- delete"\]:::delete$/,
  );
});

test("DOT quotes what stands in it", () => {
  expect(renderDot(EVIL)).toContain('"security-group/\\"]<script>&amp;--\\\\" [label=');
  expect(renderDot(SHOP)).toContain('  "image/shop" -> "launch-template/shop";');
});

describe("the layout", () => {
  const { places, routes } = layOut(SHOP);
  const layerOf = (key: string) => places.find(({ node }) => node?.key === key)?.layer ?? -1;

  test("puts everything right of what it needs", () => {
    for (const { from, to } of SHOP.edges) expect(layerOf(to)).toBeGreaterThan(layerOf(from));
  });

  test("puts no two in one place", () => {
    const taken = places.map(({ layer, row }) => `${layer} ${row}`);
    expect(new Set(taken).size).toBe(places.length);
  });

  test("leads every arrow through each layer between, one at a time", () => {
    for (const route of routes) {
      const layers = route.places.map(({ layer }) => layer);
      expect(layers).toEqual(layers.map((_, index) => (layers[0] ?? 0) + index));
    }
  });

  test("survives two that need each other", () => {
    const circle = layOut(graph({ "a/a": "keep", "b/b": "keep" }, ["a/a", "b/b"], ["b/b", "a/a"]));
    expect(circle.places).toHaveLength(2);
    expect(circle.routes).toHaveLength(2);
  });

  test("of nothing is an empty picture, not an error", () => {
    expect(renderSvg(graph({}))).toContain("<svg ");
  });
});

describe("the picture", () => {
  const svg = renderSvg(SHOP);

  test("has a box and a label for each, sign and word beside the colour", () => {
    expect(svg.match(/<rect /g)).toHaveLength(SHOP.nodes.length);
    for (const { address, action } of SHOP.nodes) {
      expect(svg).toContain(`>${address}</text>`);
      const word = action === "keep" ? "unchanged" : action;
      expect(svg).toMatch(new RegExp(`>[+~±=-] ${word}</text>`));
    }
    expect(svg.match(/<path d="M\d/g)).toHaveLength(SHOP.edges.length + 1);
  });

  test("keeps every box inside", () => {
    const [, width = 0, height = 0] = (/viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []).map(
      Number,
    );
    for (const [, x, y, boxWidth, boxHeight] of svg.matchAll(
      /<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g,
    )) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(y)).toBeGreaterThanOrEqual(0);
      expect(Number(x) + Number(boxWidth)).toBeLessThanOrEqual(width);
      expect(Number(y) + Number(boxHeight)).toBeLessThanOrEqual(height);
    }
  });

  test("can hold any name without becoming markup", () => {
    expect(renderSvg(EVIL)).not.toContain("<script");
    expect(renderSvg(EVIL)).toContain("&#60;script&#62;");
  });
});
