import type { IBufferCell, Terminal } from "@xterm/headless";

/** Pixels: the width of a letter of a 14 px monospace font, and the height of a line. */
const LETTER = 8.4;
const LINE = 19;
const PADDING = 18;
const BACKGROUND = "#1b1f27";
const TEXT = "#d7dae0";
/** The terminal's sixteen colours in a dark theme. */
const PALETTE: Readonly<Record<number, string>> = {
  1: "#f0717a",
  2: "#8fce6b",
  3: "#e5c07b",
  4: "#61afef",
  5: "#c98ae6",
  6: "#56b6c2",
  8: "#7f8794",
};

interface Run {
  readonly column: number;
  readonly style: string;
  text: string;
}

/** Renders the rows `from` to `to` of a terminal's buffer as an SVG with selectable text. */
export function pictureOf(terminal: Terminal, from: number, to: number, title: string): string {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: to - from }, (_, index) => runsOf(terminal, from + index));
  const width = Math.ceil(terminal.cols * LETTER + 2 * PADDING);
  const height = Math.ceil(rows.length * LINE + 2 * PADDING);
  const name = escapeXml(title);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${TEXT}">`,
    `  <title>${name}</title>`,
    `  <rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    ...rows.flatMap((runs, row) => runs.map((run) => runText(run, row))),
    "</svg>",
    "",
  ].join("\n");

  function runsOf({ cols }: Terminal, row: number): readonly Run[] {
    const line = active.getLine(row);
    const runs: Run[] = [];
    for (let column = 0; column < cols; column += 1) {
      const cell = line?.getCell(column);
      // The second half of a wide character has no text.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const style = styleOf(cell);
      const last = runs.at(-1);
      if (last !== undefined && last.style === style) last.text += cell.getChars() || " ";
      else runs.push({ column, style, text: cell.getChars() || " " });
    }
    return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text);
  }
}

function runText({ column, style, text }: Run, row: number): string {
  const spaces = text.length - text.trimStart().length;
  const shown = text.trimStart();
  const x = round(PADDING + (column + spaces) * LETTER);
  const y = round(PADDING + row * LINE + 14);
  // Columns stay aligned in any font.
  return `  <text x="${x}" y="${y}" textLength="${round(shown.length * LETTER)}" xml:space="preserve"${style}>${escapeXml(shown)}</text>`;
}

function styleOf(cell: IBufferCell): string {
  const colour = cell.isFgPalette() ? PALETTE[cell.getFgColor()] : undefined;
  return [
    colour === undefined ? "" : ` fill="${colour}"`,
    cell.isBold() ? ' font-weight="bold"' : "",
    cell.isDim() ? ' opacity="0.6"' : "",
  ].join("");
}

/** The text of such a picture without its style, one entry per row. */
export function wordsOf(picture: string): readonly string[] {
  const rows = new Map<string, string>();
  for (const [, y = "", text = ""] of picture.matchAll(/<text [^>]* y="([\d.]+)"[^>]*>([^<]*)</g)) {
    rows.set(y, `${rows.get(y) ?? ""} ${text}`.trim());
  }
  return [...rows.values()];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
