import { Box, Transform } from "ink";
import { hyperlink } from "../hyperlink.ts";
import { outputLinesFor } from "../output-lines.ts";
import { Toned, useSurroundings } from "./surroundings.tsx";

/** The outputs with label and value. A URL is a link if the terminal supports links. */
export function OutputRows({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
  const { columns, links } = useSurroundings();
  const lines = outputLinesFor(outputs, columns);
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
