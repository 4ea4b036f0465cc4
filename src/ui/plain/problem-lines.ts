import type { Problem } from "../../engine/plan-format.ts";
import { indented, neutralize, type Paint } from "../text.ts";
import type { FileProblem } from "../view.ts";
import { describeProblem } from "../wording.ts";

/** A problem of a file in the format of compilers, so that editors find the position. */
export function problemLines(problem: FileProblem, paint: Paint): string[] {
  const place = `${neutralize(problem.file)}:${problem.line}:${problem.column}`;
  const severity =
    problem.severity === "error" ? paint("red", "error") : paint("yellow", "warning");
  const path = problem.path === "" ? "" : `${neutralize(problem.path)}: `;
  const lines = [`${place}: ${severity}: ${path}${indented(problem.message, 4)}`];
  if (problem.help !== undefined) lines.push(`    ${indented(problem.help, 4)}`);
  return lines;
}

/** A problem of a plan or of a live resource, with its remedy. */
export function planProblemLines(problem: Problem, paint: Paint): string[] {
  const severity =
    problem.severity === "error" ? paint("red", "Error") : paint("yellow", "Warning");
  const lines = [`${severity}: ${describeProblem(problem)}`];
  if (problem.remedy !== "") lines.push(`  ${indented(problem.remedy, 2)}`);
  return lines;
}
