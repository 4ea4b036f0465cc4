import type { PendingItem } from "../../engine/errors.ts";
import type { EngineEvent } from "../../engine/events.ts";
import type { PresentedTypes } from "../../engine/presentation.ts";
import { type FailureLine, failureLines } from "../failure-text.ts";
import { pendingEnd, pendingLines } from "../pending-lines.ts";
import { neutralId } from "../shown-id.ts";
import { describeSeconds, neutralize, type Paint, plural } from "../text.ts";
import { NO_TYPES } from "../types.ts";
import type { RunContext } from "../view.ts";
import {
  countWords,
  doneSummary,
  keptWords,
  NOT_DONE,
  NOT_TRIED,
  resumeWords,
  stepPart,
  stepWords,
  VERB_DONE,
  VERB_UNDER_WAY,
} from "../wording.ts";

type StepFailed = Extract<EngineEvent, { event: "step-failed" }>;
type StepSkipped = Extract<EngineEvent, { event: "step-skipped" }>;
type Finished = Extract<EngineEvent, { event: "finished" }>;

/**
 * Prints the events of an apply as they happen, and at the end the result and what to do next.
 *
 * @param whole Prints a line that is copied, and never wraps it.
 */
export function createProgress(
  out: (line?: string) => void,
  whole: (line: string) => void,
  paint: Paint,
  showOutputs: (outputs: Readonly<Record<string, string>>) => void,
) {
  let begin: number | undefined;
  let planned = new Map<string, string>();
  let next: RunContext["next"];
  let types = NO_TYPES;
  const failed: StepFailed[] = [];
  const reasons = new Map<string, string>();
  const skipped: StepSkipped[] = [];
  const started = new Set<string>();
  const step = (event: EngineEvent & { address: string }, text: string) => {
    const elapsed = Math.max(0, Date.parse(event.at) - (begin ?? Date.parse(event.at)));
    out(`${paint("dim", minutesAndSeconds(elapsed))}  ${neutralize(event.address)}: ${text}`);
  };

  const shade = ({ text, aside }: FailureLine) => (aside ? paint("dim", text) : text);

  const leftWords = (event: StepSkipped) =>
    `${stepWords(event, types)}${started.has(event.key) ? `: started, ${event.because}` : ""}`;

  const showPending = (pending: readonly PendingItem[]) => {
    for (const { head, remedy, copied } of pendingLines(pending)) {
      out();
      out(`${paint("yellow", "Pending")}: ${head}`);
      out(`  → ${remedy}`);
      for (const line of copied) whole(`    ${line}`);
    }
  };

  const finished = (event: Finished) => {
    const { pending = [] } = event;
    out();
    const took = `in ${describeSeconds(event.seconds)}, with ${plural(event.apiCalls, "API call")}`;
    if (event.ok) {
      out(`${paint("green", "Done")}: ${doneSummary(event.summary)} ${took}.`);
      showOutputs(event.outputs);
      showPending(pending);
      if (pending.length > 0) {
        out();
        out(pendingEnd(pending));
      }
      return;
    }
    const headline = event.interrupted ? "Interrupted" : "Failed";
    out(`${paint("red", headline)}: ${doneSummary(event.summary, false)} ${took}.`);
    for (const { address, verb, error } of failed) {
      out();
      out(`${paint("red", "Error")}: ${neutralize(address)} could not be ${VERB_DONE[verb]}:`);
      for (const line of failureLines(error)) out(`  ${shade(line)}`);
    }
    if (event.error !== undefined) {
      const [first, ...rest] = failureLines(event.error);
      out();
      out(`${paint("red", "Error")}: ${first?.text ?? ""}`);
      for (const line of rest) out(`  ${shade(line)}`);
    }
    if (skipped.length > 0) {
      out();
      out(event.interrupted ? NOT_DONE : NOT_TRIED);
      for (const each of skipped) out(`  ${neutralize(leftWords(each))}`);
    }
    const left = [...planned].filter(
      ([key]) =>
        !failed.some((other) => other.key === key) && !skipped.some((other) => other.key === key),
    );
    if (left.length > 0) {
      out();
      out(NOT_DONE);
      for (const [, what] of left) out(`  ${what}`);
    }
    showPending(pending);
    out();
    const begun = skipped.some(({ key }) => started.has(key));
    const [before, command, after] = resumeWords(next);
    out(
      `${keptWords(begun)} ${before}${command === "" ? "" : `\`${neutralize(command)}\``}${after}`,
    );
  };

  return {
    about(subject: RunContext) {
      ({ next, types } = subject);
    },
    event(event: EngineEvent) {
      switch (event.event) {
        case "planned":
          begin = Date.parse(event.at);
          planned = new Map(
            event.steps.map((each) => [each.key, neutralize(stepWords(each, types))]),
          );
          out();
          break;
        case "step-started":
          started.add(event.key);
          step(event, `${VERB_UNDER_WAY[event.verb]}${aside(event, types)} …`);
          break;
        case "step-progress": {
          if (event.note) {
            step(event, paint("yellow", `note: ${neutralize(event.message)}`));
            break;
          }
          const { done = 0, total } = event;
          const count = total === undefined ? "" : ` (${countWords(done, total)})`;
          step(event, paint("dim", `${neutralize(event.message)}${count}`));
          break;
        }
        case "step-retried":
          // The same reason over and over would fill the screen.
          if (reasons.get(event.key) === event.reason) break;
          reasons.set(event.key, event.reason);
          step(event, paint("yellow", `retrying: ${neutralize(event.reason)}`));
          break;
        case "step-done": {
          planned.delete(event.key);
          const id = event.id === undefined ? "" : ` ${neutralId(event.id)}`;
          step(
            event,
            `${paint("green", VERB_DONE[event.verb])}${id} in ${describeSeconds(event.seconds)}${aside(event, types)}`,
          );
          break;
        }
        case "step-failed":
          failed.push(event);
          step(event, paint("red", `failed: ${neutralize(firstLine(event.error.message))}`));
          break;
        case "step-skipped":
          skipped.push(event);
          break;
        case "finished":
          finished(event);
          break;
      }
    },
  };
}

/** The line of a delete has the id already. */
function aside(event: Parameters<typeof stepPart>[0], types: PresentedTypes): string {
  const part = event.verb === "delete" ? "" : stepPart(event, types);
  return part === "" ? "" : `, ${neutralize(part)}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function minutesAndSeconds(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}
