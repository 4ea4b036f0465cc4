import { Box } from "ink";
import type { Change } from "../../engine/plan-format.ts";
import { type FieldBlock, fieldBlocks, type LineRun } from "../field-blocks.ts";
import { foldedWhole } from "../fold.ts";
import { neutralId } from "../shown-id.ts";
import { neutralize } from "../text.ts";
import { SIGN } from "../wording.ts";
import { Paragraph, Toned, useSurroundings } from "./surroundings.tsx";

/** Sign, a space, and the longest action: "± replace ". */
const ACTION_WIDTH = 10;
const INDENT = 2;
const FIELD_INDENT = 4;
/** The sign of a field, and a space. */
const FIELD_SIGN_WIDTH = 2;
/** Further lines of a wrapped value are indented to its text, so that none looks like a new value. */
const HANGING = 2;
/** The maximum share of the line for field names, and for usual ones on a narrow screen. */
const NAME_SHARE = 0.34;
const USUAL_NAME = { columns: 24, share: 0.42 };

/** One resource: sign, action, address and reason, and below it the differences. */
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
            {id === undefined ? "" : <Toned tone="aside"> ({neutralId(id)})</Toned>}:{" "}
            {neutralize(because)}
          </Paragraph>
        </Box>
      </Box>
      <FieldRows change={change} />
    </Box>
  );
}

function FieldRows({ change }: { readonly change: Change }) {
  const { columns, types } = useSurroundings();
  const blocks = fieldBlocks(change, types);
  const widest = Math.max(
    Math.floor(columns * NAME_SHARE),
    Math.min(USUAL_NAME.columns, Math.floor(columns * USUAL_NAME.share)),
  );
  // A longer name stands above its value and takes no room from the others.
  const beside = blocks.map(({ path }) => path.length).filter((length) => length <= widest);
  const nameWidth = Math.max(0, ...beside);
  const room = columns - FIELD_INDENT - FIELD_SIGN_WIDTH - nameWidth - 2;
  return blocks.map((block) => (
    <Box key={block.key} flexDirection="column" paddingLeft={FIELD_INDENT}>
      {block.path.length > nameWidth ? (
        <Box>
          <FieldSign sign={block.sign} />
          <Toned tone="aside">{block.path}</Toned>
        </Box>
      ) : undefined}
      <Box>
        {block.path.length > nameWidth ? (
          <Box width={FIELD_SIGN_WIDTH} flexShrink={0} />
        ) : (
          <FieldSign sign={block.sign} />
        )}
        <Box width={nameWidth + 2} flexShrink={0}>
          <Toned tone="aside">{block.path.length > nameWidth ? "" : block.path}</Toned>
        </Box>
        <Box flexDirection="column" flexGrow={1} flexShrink={1}>
          {block.runs.map((run) => (
            <Difference key={run.key} run={run} sign={block.sign} room={room} />
          ))}
        </Box>
      </Box>
    </Box>
  ));
}

const SIGN_TONE = {
  "+": "create",
  "~": "update",
  "-": "delete",
  "±": "replace",
  "·": "aside",
} as const;

function FieldSign({ sign }: Pick<FieldBlock, "sign">) {
  return (
    <Box width={FIELD_SIGN_WIDTH} flexShrink={0}>
      <Toned tone={SIGN_TONE[sign]}>{sign}</Toned>
    </Box>
  );
}

interface DifferenceProps extends Pick<FieldBlock, "sign"> {
  readonly run: LineRun;
  /** Columns beside the name. */
  readonly room: number;
}

/**
 * Values that are wider than the screen are wrapped, not cut. Lines of one kind form one piece of text,
 * because a file may have thousands.
 */
function Difference({ run, sign, room }: DifferenceProps) {
  switch (run.kind) {
    case "set":
      return (
        <Paragraph hang={HANGING}>
          <Toned tone={sign === "·" ? "plain" : "good"}>{run.after}</Toned>
        </Paragraph>
      );
    case "changed":
      return (
        <Paragraph hang={HANGING}>
          <Toned tone="bad">{run.before}</Toned> →{" "}
          <Toned tone={sign === "·" ? "plain" : "good"}>{run.after}</Toned>
        </Paragraph>
      );
    case "note":
      return (
        <Paragraph hang={HANGING} tone="aside">
          {run.text}
        </Paragraph>
      );
    case "added":
    case "removed":
    case "same":
      return (
        <Toned tone={lineTone(run)}>
          {run.lines.map((line) => foldedWhole(line, room, HANGING)).join("\n")}
        </Toned>
      );
  }
}

const LINE_TONE = { added: "good", removed: "bad", same: "plain" } as const;
const EXPOSED_TONE = { web: "doubtful", everything: "bad" } as const;

/** A rule that opens a port to the world never has the colour of good news. */
function lineTone(run: Extract<LineRun, { readonly lines: unknown }>) {
  return run.kind === "added" && run.exposure !== undefined
    ? EXPOSED_TONE[run.exposure]
    : LINE_TONE[run.kind];
}
