import type { FailureDescription } from "../engine/events.ts";
import { neutralize, neutralizeLines } from "./text.ts";

/** A failure in lines: what happened, the operation and AWS's code, what to do. Free of control characters. */
export function failureText(error: FailureDescription): string[] {
  const lines = neutralizeLines(error.message).split("\n");
  const said = [error.operation, error.code].filter((part) => part !== undefined);
  if (said.length > 0) lines.push(`(${neutralize(said.join(": "))})`);
  if (error.remedy !== undefined) lines.push(...neutralizeLines(error.remedy).split("\n"));
  return lines;
}
