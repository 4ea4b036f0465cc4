import type { FailureDescription } from "../engine/events.ts";
import { neutralize, neutralizeLines } from "./text.ts";

/** One line of a failure. */
export interface FailureLine {
  readonly text: string;
  /** Background to the cause, which a view may show less prominently. */
  readonly aside: boolean;
}

/**
 * A failure in lines: what happened, the operation and AWS's code, what to do, then what the console shows.
 * Free of control characters.
 */
export function failureLines(error: FailureDescription): readonly FailureLine[] {
  const lines = neutralizeLines(error.message).split("\n");
  const said = [error.operation, error.code].filter((part) => part !== undefined);
  if (said.length > 0) lines.push(`(${neutralize(said.join(": "))})`);
  if (error.remedy !== undefined) lines.push(...neutralizeLines(error.remedy).split("\n"));
  const { consoleOutput = [] } = error;
  const background =
    consoleOutput.length === 0
      ? []
      : ["console output:", ...consoleOutput.map((line) => `  ${neutralize(line)}`)];
  return [
    ...lines.map((text) => ({ text, aside: false })),
    ...background.map((text) => ({ text, aside: true })),
  ];
}
