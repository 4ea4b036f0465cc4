import { Box } from "ink";
import type { Change } from "../../engine/plan-format.ts";
import { type FieldLine, fieldLines } from "../field-lines.ts";
import { contrast, cutInTheMiddle, neutralize } from "../text.ts";
import { SIGN } from "../wording.ts";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/** Sign, a space, and the longest action: "± replace ". */
const ACTION_WIDTH = 10;
const INDENT = 2;
const FIELD_INDENT = 6;
/** Of the line, at most this share goes to the names of fields. */
const NAME_SHARE = 0.34;
/** Less of a value than this tells nothing. */
const SHORTEST_VALUE = 8;

/** One resource: sign, action, address and reason, and under it what differs. */
export function ChangeRows({ change }: { readonly change: Change }) {
  const { action, address, id, because } = change;
  return (
    <Box flexDirection="column">
      <Box paddingLeft={INDENT}>
        <Box width={ACTION_WIDTH} flexShrink={0}>
          <Toned tone={action}>
            {SIGN[action]} {action}
          </Toned>
        </Box>
        <Box flexGrow={1} flexShrink={1}>
          <Paragraph>
            <Toned bold>{neutralize(address)}</Toned>
            {id === undefined ? "" : <Toned tone="aside"> ({neutralize(id)})</Toned>}:{" "}
            {neutralize(because)}
          </Paragraph>
        </Box>
      </Box>
      <FieldRows change={change} />
    </Box>
  );
}

function FieldRows({ change }: { readonly change: Change }) {
  const { columns } = useSurroundings();
  const rows = change.fields.flatMap((field) =>
    fieldLines(field).map((line) => ({ line, forces: field.forcesReplace })),
  );
  const longest = Math.max(0, ...rows.map(({ line }) => line.path.length));
  const nameWidth = Math.min(longest, Math.floor(columns * NAME_SHARE));
  const room = columns - FIELD_INDENT - nameWidth - 2;
  return rows.map(({ line, forces }, position) => {
    const note = forces && change.action === "replace" ? replacementNote(line, room) : "";
    const repeated = rows[position - 1]?.line.path === line.path;
    return (
      <Box key={JSON.stringify(line)} paddingLeft={FIELD_INDENT}>
        <Box width={nameWidth + 2} flexShrink={0}>
          <Toned tone="aside" wrap="truncate-middle">
            {repeated ? "" : cutInTheMiddle(line.path, nameWidth)}
          </Toned>
        </Box>
        <Box flexGrow={1} flexShrink={1}>
          <Difference line={line} room={room} note={note} />
        </Box>
      </Box>
    );
  });
}

/** In words where there is room, else by the sign that the resource has. */
function replacementNote(line: FieldLine, room: number): string {
  const words = " (needs replacement)";
  return line.kind === "changed" && line.before.length + line.after.length + 3 + words.length > room
    ? ` (${SIGN.replace})`
    : words;
}

interface DifferenceProps {
  readonly line: FieldLine;
  readonly room: number;
  readonly note: string;
}

/** One line, whatever the width: values are cut until they fit. */
function Difference({ line, room, note }: DifferenceProps) {
  const rest = Math.max(SHORTEST_VALUE, room - note.length);
  const aside = note === "" ? "" : <Toned tone="aside">{note}</Toned>;
  switch (line.kind) {
    case "set":
      return (
        <Toned wrap="truncate-middle">
          {cutInTheMiddle(line.after, rest)}
          {aside}
        </Toned>
      );
    case "changed": {
      const [before, after] = shareOut(line.before, line.after, rest - " → ".length);
      return (
        <Toned wrap="truncate-middle">
          <Toned tone="bad">{before}</Toned> → <Toned tone="good">{after}</Toned>
          {aside}
        </Toned>
      );
    }
    case "added":
    case "removed": {
      const added = line.kind === "added";
      return (
        <Toned tone={added ? "good" : "bad"} wrap="truncate-middle">
          {added ? "+" : "-"} {cutInTheMiddle(line.member, rest - 2)}
          {aside}
        </Toned>
      );
    }
  }
}

/** Room for two values: a short one leaves the rest of its half to the other. */
function shareOut(before: string, after: string, room: number): readonly [string, string] {
  if (before.length + after.length <= room) return [before, after];
  const half = Math.max(SHORTEST_VALUE, Math.floor(room / 2));
  return contrast(before, after, Math.max(half, room - Math.min(before.length, after.length)));
}
