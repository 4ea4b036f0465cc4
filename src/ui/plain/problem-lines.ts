import type { Problem } from "../../engine/plan-format.ts";
import { indented, neutralize, type Paint } from "../text.ts";
import type { FileProblem } from "../view.ts";
import { describeProblem } from "../wording.ts";

/** One problem of a file as compilers write it, so that editors find the place. */
export function problemLines(problem: FileProblem, paint: Paint): string[] {
  const place = `${neutralize(problem.file)}:${problem.line}:${problem.column}`;
  const severity =
    problem.severity === "error" ? paint("red", "error") : paint("yellow", "warning");
  const path = problem.path === "" ? "" : `${neutralize(problem.path)}: `;
  const lines = [`${place}: ${severity}: ${path}${indented(problem.message, 4)}`];
  if (problem.help !== undefined) lines.push(`    ${indented(problem.help, 4)}`);
  return lines;
}

/** One problem of a plan, or of what is live, and what to do about it. */
export function planProblemLines(problem: Problem, paint: Paint): string[] {
  const severity =
    problem.severity === "error" ? paint("red", "Error") : paint("yellow", "Warning");
  const lines = [`${severity}: ${describeProblem(problem)}`];
  if (problem.remedy !== "") lines.push(`  ${indented(problem.remedy, 2)}`);
  return lines;
}
