import type { Problem } from "../../engine/plan-format.ts";
import { neutralize, neutralizeLines, type Paint } from "../text.ts";
import type { FileProblem } from "../view.ts";
import { describeProblem } from "../wording.ts";

/** One problem of a file as compilers write it, so that editors find the place. */
export function problemLines(problem: FileProblem, paint: Paint): string[] {
  const place = `${neutralize(problem.file)}:${problem.line}:${problem.column}`;
  const severity =
    problem.severity === "error" ? paint("red", "error") : paint("yellow", "warning");
  const path = problem.path === "" ? "" : `${neutralize(problem.path)}: `;
  const lines = [`${place}: ${severity}: ${path}${neutralizeLines(problem.message)}`];
  if (problem.help !== undefined) lines.push(`    ${neutralizeLines(problem.help)}`);
  return lines;
}

/** One problem of a plan, or of what is live, and what to do about it. */
export function planProblemLines(problem: Problem, paint: Paint): string[] {
  const severity =
    problem.severity === "error" ? paint("red", "Error") : paint("yellow", "Warning");
  const lines = [`${severity}: ${describeProblem(problem)}`];
  if (problem.remedy !== "") lines.push(`  ${neutralizeLines(problem.remedy)}`);
  return lines;
}
