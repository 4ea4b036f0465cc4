import { Box, Transform } from "ink";
import { hyperlink } from "../hyperlink.ts";
import { outputLinesFor } from "../output-lines.ts";
import type { Row } from "../status/row.ts";
import { Toned, useSurroundings } from "./surroundings.tsx";

/** The outputs with label and value. A URL is a link if the terminal supports links. */
export function OutputRows({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
  const { columns, links, types } = useSurroundings();
  const lines = outputLinesFor(outputs, columns, types);
  if (lines.length === 0) return undefined;
  return (
    <Box flexDirection="column" marginTop={1}>
      {lines.map(({ label, value, isBelow }) => (
        <Box key={label} flexDirection={isBelow ? "column" : "row"}>
          <Box width={label.length} flexShrink={0}>
            <Toned tone="aside">{label}</Toned>
          </Box>
          <Box width={value.length} flexShrink={0}>
            <Transform transform={(text) => (links ? hyperlink(text, value) : text)}>
              <Toned bold>{value}</Toned>
            </Transform>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

interface RowLinesProps {
  readonly rows: readonly Row[];
  /** For a picture that is redrawn: the terminal must not wrap any of its lines. */
  readonly cut?: boolean;
}

/** Unchanged lines. The terminal wraps or cuts a line that is longer than the screen. */
export function RowLines({ rows, cut = false }: RowLinesProps) {
  const { columns } = useSurroundings();
  return [...rows.entries()].map(([line, spans]) => {
    const length = spans.reduce((total, { text }) => total + text.length, 0);
    const size = length > columns && !cut ? { width: length, flexShrink: 0 } : {};
    return (
      <Box key={line} minHeight={1} {...size}>
        <Toned wrap={cut ? "truncate-end" : "wrap"}>
          {[...spans.entries()].map(([piece, { text, tone = "plain", bold = false }]) => (
            <Toned key={piece} tone={tone} bold={bold}>
              {text}
            </Toned>
          ))}
        </Toned>
      </Box>
    );
  });
}
