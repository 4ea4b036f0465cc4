import type { Action, Change, PlanDocument } from "../../engine/plan-format.ts";
import type { PresentedTypes } from "../../engine/presentation.ts";
import type { DesiredResource, Live } from "../../engine/resource.ts";
import { consequencesOf } from "../consequences.ts";
import { type FieldBlock, type FieldSign, fieldBlocks, type LineRun } from "../field-blocks.ts";
import { hourlyCost } from "../hourly-cost.ts";
import { placeWords } from "../place.ts";
import { neutralId } from "../shown-id.ts";
import { neutralize, type Paint } from "../text.ts";
import { doing, noChanges, nothingToPlan, planSummary, SIGN } from "../wording.ts";
import { planProblemLines } from "./problem-lines.ts";

const ACTION_COLOUR = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  keep: "dim",
} as const satisfies Record<Action, string>;

/** What the plan itself does not contain. */
interface PlanBackground {
  readonly types: PresentedTypes;
  readonly desired: readonly DesiredResource[];
  readonly live: readonly Live[];
  readonly isSandbox: boolean;
}

/** What differs and why, the consequences, the cost, and the problems. */
export function planLines(
  document: PlanDocument,
  { types, desired, live, isSandbox }: PlanBackground,
  paint: Paint,
): string[] {
  const changes = doing(document, types);
  const lines = [
    `Stack ${neutralize(document.stack)} in ${placeWords({ ...document, isSandbox })}`,
    "",
  ];
  for (const change of changes) {
    const told = changeLines(change, types, paint);
    // Changes of one line each, as in a destroy, form a list without blank lines.
    lines.push(...told, ...(told.length > 1 ? [""] : []));
  }
  if (lines.at(-1) !== "") lines.push("");
  const kept = document.summary.keep;
  if (changes.length === 0) {
    lines.push(kept === 0 ? nothingToPlan(document.problems) : noChanges(kept));
  }
  for (const { kind, text } of consequencesOf(document, types, desired, live)) {
    const mark = kind === "lost" ? paint("red", "!") : "•";
    lines.push(`${mark} ${neutralize(text)}`);
  }
  const cost = hourlyCost(document, types, desired, live);
  if (cost !== undefined) lines.push(`• ${cost}`);
  if (changes.length > 0) {
    if (lines.at(-1) !== "") lines.push("");
    lines.push(`Plan: ${planSummary(document.summary)}.`);
  }
  for (const problem of document.problems) {
    lines.push("", ...planProblemLines(problem, paint));
  }
  return lines;
}

function changeLines(change: Change, types: PresentedTypes, paint: Paint): string[] {
  const colour = ACTION_COLOUR[change.action];
  const id = change.id === undefined ? "" : paint("dim", ` (${neutralId(change.id)})`);
  const head = `${paint(colour, `${SIGN[change.action]} ${change.action}`)} ${paint("bold", neutralize(change.address))}${id}: ${neutralize(change.because)}`;
  const blocks = fieldBlocks(change, types);
  const width = Math.min(LONGEST_NAME, Math.max(0, ...blocks.map(({ path }) => path.length)));
  return [head, ...blocks.flatMap((block) => blockLines(block, width, paint))];
}

/** A longer name gets its own line, so that it does not move all values to the right. */
const LONGEST_NAME = 28;

/** The sign and the name before the first line of the value. Nothing is cut. */
function blockLines(block: FieldBlock, width: number, paint: Paint): string[] {
  const { path, runs } = block;
  const sign = paint(SIGN_COLOUR[block.sign], block.sign);
  const lines = runs.flatMap((run) => runLines(run, block.sign, paint));
  const isLong = path.length > width;
  const indented = lines.map((line, index) => {
    const [mark, name] = index === 0 && !isLong ? [sign, path] : [" ", ""];
    return `  ${mark} ${name.padEnd(width)}  ${line}`;
  });
  return isLong ? [`  ${sign} ${path}`, ...indented] : indented;
}

const SIGN_COLOUR = {
  "+": "green",
  "~": "yellow",
  "-": "red",
  "±": "magenta",
  "·": "dim",
} as const;
const EXPOSED_COLOUR = { web: "yellow", everything: "red" } as const;

function runLines(run: LineRun, sign: FieldSign, paint: Paint): readonly string[] {
  switch (run.kind) {
    case "set":
      return [sign === "·" ? run.after : paint("green", run.after)];
    case "changed":
      return [`${paint("red", run.before)} → ${paint("green", run.after)}`];
    case "note":
      return [paint("dim", run.text)];
    case "added":
      // A rule that opens a port to the world never has the colour of good news.
      return run.lines.map((line) =>
        paint(run.exposure === undefined ? "green" : EXPOSED_COLOUR[run.exposure], line),
      );
    case "removed":
      return run.lines.map((line) => paint("red", line));
    case "same":
      return run.lines;
  }
}
