import { neutralize } from "../text.ts";
import { EDGE_COLOUR, NODE_COLOURS, TEXT_COLOUR } from "./colours.ts";
import { actionLabel, type ResourceGraph } from "./resource-graph.ts";

/** A digraph in Graphviz's language. */
export function renderDot({ stack, nodes, edges }: ResourceGraph): string {
  return [
    `digraph ${quote(stack)} {`,
    "  rankdir=LR;",
    `  node [shape=box, style="rounded,filled", fontname="sans-serif", fontcolor="${TEXT_COLOUR}"];`,
    `  edge [color="${EDGE_COLOUR}"];`,
    ...nodes.map(({ key, address, action }) => {
      const { fill, line } = NODE_COLOURS[action];
      const label = quote(address, actionLabel(action));
      return `  ${quote(key)} [label=${label}, fillcolor="${fill}", color="${line}"];`;
    }),
    ...edges.map(({ from, to }) => `  ${quote(from)} -> ${quote(to)};`),
    "}",
    "",
  ].join("\n");
}

/** Joins the lines into a label. */
function quote(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    neutralize(line).replaceAll("\\", "\\\\").replaceAll('"', '\\"'),
  );
  return `"${escaped.join("\\n")}"`;
}
