import { neutralize, neutralizeLines, type Paint } from "../text.ts";
import type { FileProblem } from "../view.ts";

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
