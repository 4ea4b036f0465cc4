import { Box } from "ink";
import { liveRows, type Seen } from "../status/live-rows.ts";
import type { Row } from "../status/row.ts";
import { type Looking, statusRows } from "../status/status-rows.ts";
import type { Look, StatusDocument } from "../view.ts";
import { OutputRows } from "./rows.tsx";
import { Toned, useSurroundings } from "./surroundings.tsx";

interface Props {
  readonly document: StatusDocument;
  readonly looking: Omit<Looking, "columns">;
}

/** The status: health, servers, resources, differences, warnings and the URL. */
export function StatusSummary({ document, looking }: Props) {
  const { columns } = useSurroundings();
  return (
    <Box flexDirection="column">
      <RowLines rows={statusRows(document, { ...looking, columns })} />
      <OutputRows outputs={document.outputs} />
    </Box>
  );
}

interface WatchedProps {
  readonly look: Look;
  readonly seen: readonly Seen[];
  readonly isSandbox: boolean;
}

/** A watched status, with the changes since the first look. */
export function Watched({ look, seen, isSandbox }: WatchedProps) {
  const { columns, rows } = useSurroundings();
  const looking = { now: look.readAt, columns, isSandbox };
  return (
    <Box flexDirection="column">
      <RowLines rows={liveRows(look, seen, looking, rows)} cut />
    </Box>
  );
}

interface RowLinesProps {
  readonly rows: readonly Row[];
  /** For a picture that is redrawn: the terminal must not wrap any of its lines. */
  readonly cut?: boolean;
}

/** Unchanged lines. The terminal wraps or cuts a line that is longer than the screen. */
function RowLines({ rows, cut = false }: RowLinesProps) {
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
