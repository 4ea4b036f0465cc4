import type { Action, Change, PlanDocument } from "../../engine/plan-format.ts";
import type { DesiredResource } from "../../engine/resource.ts";
import { consequencesOf } from "../consequences.ts";
import { type FieldLine, fieldLines } from "../field-lines.ts";
import { placeWords } from "../place.ts";
import { neutralize, type Paint, plural } from "../text.ts";
import { doing, nothingToPlan, planSummary, SIGN } from "../wording.ts";
import { planProblemLines } from "./problem-lines.ts";

const ACTION_COLOUR = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  keep: "gray",
} as const satisfies Record<Action, string>;

/** What a plan itself does not tell. */
interface PlanBackground {
  readonly desired: readonly DesiredResource[];
  readonly isSandbox: boolean;
}

/** What differs and why, what comes of it, and what stands in the way. */
export function planLines(
  document: PlanDocument,
  { desired, isSandbox }: PlanBackground,
  paint: Paint,
): string[] {
  const changes = doing(document);
  const lines = [
    `Stack ${neutralize(document.stack)} in ${placeWords({ ...document, isSandbox })}`,
    "",
  ];
  for (const change of changes) {
    const told = changeLines(change, paint);
    // A line alone needs no air around it: a destruction is a list.
    lines.push(...told, ...(told.length > 1 ? [""] : []));
  }
  if (lines.at(-1) !== "") lines.push("");
  const kept = document.summary.keep;
  if (changes.length === 0) {
    lines.push(
      kept === 0
        ? nothingToPlan(document.problems)
        : `Nothing differs: ${plural(kept, "resource is", "resources are")} as the file says.`,
    );
  }
  for (const { kind, text } of consequencesOf(document, desired)) {
    const mark = kind === "lost" ? paint("red", "!") : "•";
    lines.push(`${mark} ${neutralize(text)}`);
  }
  if (changes.length > 0) {
    if (lines.at(-1) !== "") lines.push("");
    lines.push(`Plan: ${planSummary(document.summary)}.`);
  }
  for (const problem of document.problems) {
    lines.push("", ...planProblemLines(problem, paint));
  }
  return lines;
}

function changeLines(change: Change, paint: Paint): string[] {
  const colour = ACTION_COLOUR[change.action];
  const id = change.id === undefined ? "" : paint("gray", ` (${neutralize(change.id)})`);
  const head = `${paint(colour, `${SIGN[change.action]} ${change.action}`)} ${paint("bold", neutralize(change.address))}${id}: ${neutralize(change.because)}`;
  const rows = change.fields.flatMap((field) =>
    fieldLines(field).map((line) => ({ line, forces: field.forcesReplace })),
  );
  const width = Math.max(0, ...rows.map(({ line }) => line.path.length));
  return [
    head,
    ...rows.map(({ line, forces }) => {
      const note = forces && change.action === "replace" ? "  (needs replacement)" : "";
      return `    ${line.path.padEnd(width)}  ${differenceText(line, paint)}${note}`;
    }),
  ];
}

function differenceText(line: FieldLine, paint: Paint): string {
  switch (line.kind) {
    case "set":
      return line.after;
    case "changed":
      return `${paint("red", line.before)} → ${paint("green", line.after)}`;
    case "added":
      return paint("green", `+ ${line.member}`);
    case "removed":
      return paint("red", `- ${line.member}`);
  }
}
