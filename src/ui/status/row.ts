import type { Paint } from "../text.ts";

/** The role of a text, which decides its colour. */
export type RowTone = "good" | "bad" | "doubtful" | "aside" | "plain";

export interface Span {
  readonly text: string;
  readonly tone?: RowTone;
  readonly bold?: boolean;
}

/** One line of a view: its pieces, in their order. The texts are free of control characters. */
export type Row = readonly Span[];

/** A line of one piece. */
export function row(text: string, tone: RowTone = "plain", bold = false): Row {
  return [{ text, tone, bold }];
}

const COLOURS = { good: "green", bad: "red", doubtful: "yellow", aside: "gray" } as const;

/** The line as text, in colour if colour is enabled. */
export function paintRow(spans: Row, paint: Paint): string {
  return spans
    .map(({ text, tone = "plain", bold = false }) => {
      const coloured = tone === "plain" ? text : paint(COLOURS[tone], text);
      return bold ? paint("bold", coloured) : coloured;
    })
    .join("");
}

/**
 * Words in lines of so many columns; a word that is longer stays whole.
 *
 * @param indent Of the first line.
 * @param hanging Of all further lines, so that none is taken for another statement.
 */
export function wrapped(
  text: string,
  columns: number,
  indent = 0,
  hanging = indent + 2,
): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    const lead = () => " ".repeat(lines.length === 0 ? indent : hanging);
    for (const word of paragraph.trim().split(/ +/)) {
      if (line !== "" && lead().length + line.length + 1 + word.length > columns) {
        lines.push(lead() + line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(lead() + line);
  }
  return lines;
}

/**
 * The command at the end of a remedy, to copy: "…, resume it: aws autoscaling resume-processes
 * --…".
 */
const COMMAND_AT_END = /^([\s\S]*:) (aws [a-z0-9-]+ [a-z0-9-]+ --\S.*)$/;

/**
 * A remedy in lines. A command at its end is a line of its own and never broken, so that it can be
 * copied.
 */
export function remedyLines(remedy: string, columns: number, indent: number): readonly string[] {
  const [, words, command] = COMMAND_AT_END.exec(remedy) ?? [];
  if (words === undefined || command === undefined || remedy.length + indent <= columns) {
    return wrapped(remedy, columns, indent, indent);
  }
  return [...wrapped(words, columns, indent, indent), `${" ".repeat(indent)}${command}`];
}

export interface TableRow {
  readonly cells: readonly string[];
  readonly tone?: RowTone;
  /** A sentence below a row, never cut. */
  readonly note?: string | undefined;
}

const GAP = 2;
const INDENT = 4;

/**
 * A table that fits the screen. Nothing is cut, since people copy ids. Columns without room continue in a
 * second line of the row, and so do their heads.
 */
export function tableRows(
  head: readonly string[],
  rows: readonly TableRow[],
  columns: number,
): readonly Row[] {
  const { widths, gap } = measured(head, rows, columns);
  const parts = broken(widths, gap, columns);
  const lines = (cells: readonly string[]) =>
    parts.map(({ from, to, indent }) => {
      const padded = cells
        .slice(from, to)
        .map((cell, index) => cell.padEnd(widths[from + index] ?? 0));
      return `${" ".repeat(indent)}${padded.join(" ".repeat(gap))}`.trimEnd();
    });
  return [
    ...lines(head).map((line) => row(line, "aside")),
    ...rows.flatMap(({ cells, tone, note }) => [
      // A second line may be empty: a resource that does not exist has no id.
      ...lines(cells).flatMap((line) => (line === "" ? [] : [row(line, tone)])),
      ...(note === undefined
        ? []
        : wrapped(note, columns, INDENT, INDENT).map((line) => row(line, tone))),
    ]),
  ];
}

interface Measure {
  readonly widths: readonly number[];
  readonly gap: number;
}

/**
 * The widths of the columns. If a narrower gap makes every row fit in one line, the gap is narrower. If that
 * is not enough, the last text of a row, such as "does not exist", may extend below the heads behind it.
 */
function measured(head: readonly string[], rows: readonly TableRow[], columns: number): Measure {
  const all = rows.map(({ cells }) => cells);
  const widthsOf = (counted: readonly (readonly string[])[]) =>
    head.map((name, index) =>
      Math.max(name.length, ...counted.map((cells) => cells[index]?.length ?? 0)),
    );
  const widths = widthsOf(all);
  const complete = widthsOf(all.map(withoutLastText));
  const usual = { widths, gap: GAP };
  return (
    [usual, { widths, gap: 1 }, { widths: complete, gap: 1 }].find((measure) =>
      [head, ...all].every((cells) => lengthOf(cells, measure) <= columns),
    ) ?? usual
  );
}

/** The cells of a row that others stand behind. A full row has them all. */
function withoutLastText(cells: readonly string[]): readonly string[] {
  if (cells.at(-1) !== "") return cells;
  const last = cells.findLastIndex((cell) => cell !== "");
  return cells.slice(0, last);
}

/** The length of a row in one line, without the blanks at its end. */
function lengthOf(cells: readonly string[], { widths, gap }: Measure): number {
  return cells.reduce(
    (length, cell, index) => (cell === "" ? length : startOf(index, widths, gap) + cell.length),
    0,
  );
}

function startOf(index: number, widths: readonly number[], gap: number): number {
  return widths.slice(0, index).reduce((start, width) => start + width + gap, 0);
}

interface LineOfColumns {
  readonly from: number;
  readonly to: number;
  readonly indent: number;
}

/** Distributes the columns over the lines of a row, as many per line as fit. */
function broken(widths: readonly number[], gap: number, columns: number): readonly LineOfColumns[] {
  const lines: LineOfColumns[] = [];
  let from = 0;
  let indent = 0;
  let used = 0;
  for (const [index, width] of widths.entries()) {
    const before = index === from ? indent : gap;
    if (index > from && used + before + width > columns) {
      lines.push({ from, to: index, indent });
      from = index;
      indent = INDENT;
      used = INDENT + width;
    } else {
      used += before + width;
    }
  }
  return [...lines, { from, to: widths.length, indent }];
}
