import { Box } from "ink";
import type { StatusDocument } from "../../engine/status-format.ts";
import { liveRows, type SeenChange } from "../status/live-rows.ts";
import { type Looking, statusRows } from "../status/status-rows.ts";
import type { Look } from "../view.ts";
import { OutputRows, RowLines } from "./rows.tsx";
import { useSurroundings } from "./surroundings.tsx";

interface Props {
  readonly document: StatusDocument;
  readonly looking: Pick<Looking, "now" | "isSandbox">;
}

/** The status: health, servers, resources, differences, warnings and the URL. */
export function StatusSummary({ document, looking }: Props) {
  const { columns, types } = useSurroundings();
  return (
    <Box flexDirection="column">
      <RowLines rows={statusRows(document, { ...looking, columns, types })} />
      <OutputRows outputs={document.outputs} />
    </Box>
  );
}

interface WatchedProps {
  readonly look: Look;
  readonly seen: readonly SeenChange[];
  readonly isSandbox: boolean;
}

/** A watched status, with the changes since the first look. */
export function Watched({ look, seen, isSandbox }: WatchedProps) {
  const { columns, rows, types } = useSurroundings();
  const looking = { now: look.readAt, columns, isSandbox, types };
  return (
    <Box flexDirection="column">
      <RowLines rows={liveRows(look, seen, looking, rows)} cut />
    </Box>
  );
}
