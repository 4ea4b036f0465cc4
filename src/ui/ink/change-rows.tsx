import { Box } from "ink";
import type { Change } from "../../engine/plan-format.ts";
import { type FieldBlock, fieldBlocks, type LineRun } from "../field-blocks.ts";
import { neutralize } from "../text.ts";
import { SIGN } from "../wording.ts";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/** Sign, a space, and the longest action: "± replace ". */
const ACTION_WIDTH = 10;
const INDENT = 2;
const FIELD_INDENT = 6;
/** Of the line, at most this share goes to the names of fields. */
const NAME_SHARE = 0.34;

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
  const blocks = fieldBlocks(change);
  const longest = Math.max(0, ...blocks.map(({ path }) => path.length));
  const nameWidth = Math.min(longest, Math.floor(columns * NAME_SHARE));
  const room = columns - FIELD_INDENT - nameWidth - 2;
  return blocks.map((block) => (
    <Box key={block.key} flexDirection="column" paddingLeft={FIELD_INDENT}>
      {block.path.length > nameWidth ? <Toned tone="aside">{block.path}</Toned> : undefined}
      <Box>
        <Box width={nameWidth + 2} flexShrink={0}>
          <Toned tone="aside">{block.path.length > nameWidth ? "" : block.path}</Toned>
        </Box>
        <Box flexDirection="column" flexGrow={1} flexShrink={1}>
          <FieldRuns block={block} room={room} />
        </Box>
      </Box>
    </Box>
  ));
}

interface FieldRunsProps {
  readonly block: FieldBlock;
  readonly room: number;
}

/** The lines of a field; those of one kind are one piece of text, since a file may have thousands. */
function FieldRuns({ block, room }: FieldRunsProps) {
  return block.runs.map((run) => (
    <Difference key={run.key} run={run} note={noteOf(block, run, room)} />
  ));
}

/** In words where there is room, else by the sign that the resource has. */
function noteOf({ note }: FieldBlock, run: LineRun, room: number): string {
  if (note === "") return "";
  const isTight =
    run.kind === "changed" && run.before.length + run.after.length + 4 + note.length > room;
  return isTight ? ` (${SIGN.replace})` : ` ${note}`;
}

interface DifferenceProps {
  readonly run: LineRun;
  readonly note: string;
}

/** Nothing is cut: a value that is wider than the screen goes on in its next line. */
function Difference({ run, note }: DifferenceProps) {
  const aside = note === "" ? "" : <Toned tone="aside">{note}</Toned>;
  switch (run.kind) {
    case "set":
      return (
        <Toned>
          {run.after}
          {aside}
        </Toned>
      );
    case "changed":
      return (
        <Toned>
          <Toned tone="bad">{run.before}</Toned> → <Toned tone="good">{run.after}</Toned>
          {aside}
        </Toned>
      );
    case "note":
      return (
        <Toned tone="aside">
          {run.text}
          {note}
        </Toned>
      );
    case "added":
    case "removed":
    case "same":
      return (
        <Toned tone={LINE_TONE[run.kind]}>
          {run.lines.join("\n")}
          {aside}
        </Toned>
      );
  }
}

const LINE_TONE = { added: "good", removed: "bad", same: "plain" } as const;
