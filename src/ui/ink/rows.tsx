import { Box } from "ink";
import { neutralize } from "../text.ts";
import { outputLines } from "../wording.ts";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/**
 * What a user needs next, label and value. Values are neither cut nor wrapped here: a line that the
 * terminal itself folds is copied, and followed as a link, as the one line that it is.
 */
export function OutputRows({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
  const rows = outputLines(outputs).map((row) => row.map(neutralize));
  if (rows.length === 0) return undefined;
  const width = Math.max(...rows.map(([label = ""]) => label.length)) + 2;
  return (
    <Box flexDirection="column" marginTop={1}>
      {rows.map(([label = "", value = ""]) => (
        <Box key={label}>
          <Box width={width} flexShrink={0}>
            <Toned tone="aside">{label}</Toned>
          </Box>
          <Box width={value.length} flexShrink={0}>
            <Toned bold>{value}</Toned>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

interface TableRow {
  readonly cells: readonly string[];
  /** What needs a sentence: stands below, whole. */
  readonly note?: string | undefined;
}

interface TableProps {
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
}

const GAP = 2;
const INDENT = 2;

/**
 * A table that fits the screen. Nothing is cut: ids are there to be copied. Columns that find no room
 * go on in a second line of the row, and so do their heads.
 */
export function Table({ head, rows }: TableProps) {
  const { columns } = useSurroundings();
  const clean = rows.map(({ cells, note }) => ({
    cells: cells.map(neutralize),
    note: note === undefined ? undefined : neutralize(note),
  }));
  const widths = head.map((name, index) =>
    Math.max(name.length, ...clean.map(({ cells }) => cells[index]?.length ?? 0)),
  );
  const rests = broken(widths, columns);
  const lines = (cells: readonly string[]) =>
    rests.map(({ from, to, indent }) => {
      const padded = cells
        .slice(from, to)
        .map((cell, index) => cell.padEnd(widths[from + index] ?? 0));
      return `${" ".repeat(indent)}${padded.join(" ".repeat(GAP))}`.trimEnd();
    });
  return (
    <Box flexDirection="column" marginTop={1}>
      <Toned tone="aside">{lines(head).join("\n")}</Toned>
      {clean.map(({ cells, note }) => (
        <Box key={cells.join(" ")} flexDirection="column">
          <Toned>{lines(cells).join("\n")}</Toned>
          {note === undefined ? undefined : (
            <Box paddingLeft={INDENT}>
              <Paragraph>{note}</Paragraph>
            </Box>
          )}
        </Box>
      ))}
    </Box>
  );
}

interface LineOfColumns {
  readonly from: number;
  readonly to: number;
  readonly indent: number;
}

/** Which columns stand in which line of a row: as many in each as there is room for. */
function broken(widths: readonly number[], columns: number): readonly LineOfColumns[] {
  const lines: LineOfColumns[] = [];
  let from = 0;
  let indent = 0;
  let used = 0;
  for (const [index, width] of widths.entries()) {
    const gap = index === from ? indent : GAP;
    if (index > from && used + gap + width > columns) {
      lines.push({ from, to: index, indent });
      from = index;
      indent = INDENT;
      used = INDENT + width;
    } else {
      used += gap + width;
    }
  }
  return [...lines, { from, to: widths.length, indent }];
}
