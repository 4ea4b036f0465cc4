import { Box } from "ink";
import type { Row } from "../status/row.ts";
import { type Looking, statusRows } from "../status/status-rows.ts";
import type { StatusDocument } from "../view.ts";
import { OutputRows } from "./rows.tsx";
import { Toned, useSurroundings } from "./surroundings.tsx";

interface Props {
  readonly document: StatusDocument;
  readonly looking: Omit<Looking, "columns">;
}

/** Whether the tier serves, its servers and resources, what differs, what to know, and the URL. */
export function StatusSummary({ document, looking }: Props) {
  const { columns } = useSurroundings();
  return (
    <Box flexDirection="column">
      <RowLines rows={statusRows(document, { ...looking, columns })} />
      <OutputRows outputs={document.outputs} />
    </Box>
  );
}

/** Lines as they are: they are as long as the screen is wide already. */
export function RowLines({ rows }: { readonly rows: readonly Row[] }) {
  return [...rows.entries()].map(([line, spans]) => (
    <Box key={line} minHeight={1}>
      <Toned>
        {[...spans.entries()].map(([piece, { text, tone = "plain", bold = false }]) => (
          <Toned key={piece} tone={tone} bold={bold}>
            {text}
          </Toned>
        ))}
      </Toned>
    </Box>
  ));
}
