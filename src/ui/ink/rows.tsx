import { Box } from "ink";
import { cutInTheMiddle, neutralize } from "../text.ts";
import { outputLines } from "../wording.ts";
import { Toned, useSurroundings } from "./surroundings.tsx";

/** What a user needs next, label and value; values are never cut, so that they can be copied. */
export function OutputRows({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
  const rows = outputLines(outputs);
  if (rows.length === 0) return undefined;
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return (
    <Box flexDirection="column" marginTop={1}>
      {rows.map(([label, value]) => (
        <Box key={label}>
          <Box width={width} flexShrink={0}>
            <Toned tone="aside">{neutralize(label)}</Toned>
          </Box>
          <Box flexShrink={1}>
            <Toned bold wrap="hard">
              {neutralize(value)}
            </Toned>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

interface TableProps {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const GAP = 2;
/** A column is not cut narrower than this: less tells nothing. */
const NARROWEST = 6;

/** A table that fits the screen: the widest columns give way first, cut in the middle. */
export function Table({ head, rows }: TableProps) {
  const { columns } = useSurroundings();
  const clean = rows.map((row) => row.map(neutralize));
  const widths = narrowed(
    head.map((_, index) => Math.max(...[head, ...clean].map((row) => row[index]?.length ?? 0))),
    columns - GAP * (head.length - 1),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cutInTheMiddle(cell, widths[index] ?? 0).padEnd(widths[index] ?? 0))
      .join(" ".repeat(GAP))
      .trimEnd();
  return (
    <Box flexDirection="column" marginTop={1}>
      <Toned tone="aside">{line(head)}</Toned>
      {clean.map((row) => (
        <Toned key={row.join(" ")} wrap="truncate-end">
          {line(row)}
        </Toned>
      ))}
    </Box>
  );
}

function narrowed(widths: readonly number[], room: number): readonly number[] {
  const fitted = [...widths];
  for (;;) {
    const excess = fitted.reduce((sum, width) => sum + width, 0) - room;
    const widest = Math.max(...fitted);
    if (excess <= 0 || widest <= NARROWEST) return fitted;
    fitted[fitted.indexOf(widest)] = widest - 1;
  }
}
