import { neutralize } from "../text.ts";
import { EDGE_COLOUR, NODE_COLOURS, TEXT_COLOUR } from "./colours.ts";
import { type Layout, layOut } from "./layout.ts";
import { actionLabel, type ResourceGraph } from "./resource-graph.ts";

/** Pixels. A box is as wide as the longest address in it at 7.3 a letter of a 12 px monospace. */
const LETTER = 7.3;
const BOX_HEIGHT = 44;
const PADDING = 14;
const COLUMN_GAP = 56;
const ROW_GAP = 20;
const MARGIN = 16;

type Place = Layout["places"][number];

/** A picture of the graph: pale boxes without a background, for any page. */
export function renderSvg(graph: ResourceGraph): string {
  const nodes = graph.nodes.map((node) => ({ ...node, address: neutralize(node.address) }));
  const layout = layOut({ ...graph, nodes });
  const boxWidth =
    Math.max(0, ...nodes.map(({ address }) => address.length)) * LETTER + 2 * PADDING;
  const column = boxWidth + COLUMN_GAP;
  const line = BOX_HEIGHT + ROW_GAP;
  const width = layout.layers * column - COLUMN_GAP + 2 * MARGIN;
  const height = layout.rows * line - ROW_GAP + 2 * MARGIN;
  const count = Map.groupBy(layout.places, ({ layer }) => layer);
  const left = (place: Place) => MARGIN + place.layer * column;
  /** A layer with fewer places is centred. */
  const top = (place: Place) =>
    MARGIN + (place.row + (layout.rows - (count.get(place.layer)?.length ?? 0)) / 2) * line;
  const centre = (place: Place) => top(place) + BOX_HEIGHT / 2;

  const edge = ({ places }: Layout["routes"][number]): string => {
    const [first, ...rest] = places;
    if (first === undefined) return "";
    let path = `M${round(left(first) + boxWidth)} ${round(centre(first))}`;
    let x = left(first) + boxWidth;
    let y = centre(first);
    for (const place of rest) {
      const [toX, toY] = [left(place), centre(place)];
      const middle = (x + toX) / 2;
      path += ` C${round(middle)} ${round(y)} ${round(middle)} ${round(toY)} ${round(toX)} ${round(toY)}`;
      if (place.node === undefined) path += ` H${round(toX + boxWidth)}`;
      x = toX + boxWidth;
      y = toY;
    }
    return `  <path d="${path}" fill="none" stroke="${EDGE_COLOUR}" stroke-width="1.5" marker-end="url(#arrow)"/>`;
  };

  const box = (place: Place): string => {
    if (place.node === undefined) return "";
    const { address, action } = place.node;
    const { fill, line: stroke } = NODE_COLOURS[action];
    const x = round(left(place) + boxWidth / 2);
    return [
      `  <rect x="${round(left(place))}" y="${round(top(place))}" width="${round(boxWidth)}" height="${BOX_HEIGHT}" rx="6" fill="${fill}" stroke="${stroke}"/>`,
      `  <text x="${x}" y="${round(top(place) + 18)}">${escapeXml(address)}</text>`,
      `  <text x="${x}" y="${round(top(place) + 35)}" fill="${stroke}">${escapeXml(actionLabel(action))}</text>`,
    ].join("\n");
  };

  const title = `Resources of stack ${neutralize(graph.stack)} and what they need`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-label="${escapeXml(title)}" font-family="ui-monospace, monospace" font-size="12" text-anchor="middle" fill="${TEXT_COLOUR}">`,
    `  <title>${escapeXml(title)}</title>`,
    `  <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="${EDGE_COLOUR}"/></marker>`,
    ...layout.routes.map(edge),
    ...layout.places.map(box).filter((text) => text !== ""),
    "</svg>",
    "",
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
