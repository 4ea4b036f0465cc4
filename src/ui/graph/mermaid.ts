import { neutralize } from "../text.ts";
import { NODE_COLOURS, TEXT_COLOUR } from "./colours.ts";
import { actionLabel, type ResourceGraph } from "./resource-graph.ts";

/** A Mermaid flowchart for GitHub's ```mermaid blocks. */
export function renderMermaid({ nodes, edges }: ResourceGraph): string {
  const names = new Map(nodes.map(({ key }, index) => [key, `n${index}`]));
  const used = new Set(nodes.map(({ action }) => action));
  return [
    "flowchart LR",
    ...nodes.map(
      ({ key, address, action }) =>
        `  ${names.get(key)}["${escapeLabel(address)}<br/>${escapeLabel(actionLabel(action))}"]:::${action}`,
    ),
    ...edges.map(({ from, to }) => `  ${names.get(from)} --> ${names.get(to)}`),
    ...[...used].map(
      (action) =>
        `  classDef ${action} fill:${NODE_COLOURS[action].fill},stroke:${NODE_COLOURS[action].line},color:${TEXT_COLOUR}`,
    ),
    "",
  ].join("\n");
}

/** Mermaid's entity codes for characters that would end a label, start markup, or start such a code. */
function escapeLabel(text: string): string {
  return neutralize(text).replace(
    /[^\p{L}\p{N} /._~=±+-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
