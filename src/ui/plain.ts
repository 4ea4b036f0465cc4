import type { Readable, Writable } from "node:stream";
import type { DesiredResource } from "../engine/resource.ts";
import type { StatusDocument } from "../engine/status-format.ts";
import { failureLines } from "./failure-text.ts";
import { folded } from "./fold.ts";
import { outputsBlock } from "./plain/outputs-block.ts";
import { planLines } from "./plain/plan-lines.ts";
import { problemLines } from "./plain/problem-lines.ts";
import { createProgress } from "./plain/progress.ts";
import { ask } from "./plain/question.ts";
import { statusLines } from "./plain/status-lines.ts";
import { createWatched } from "./plain/watched.ts";
import type { Looking } from "./status/status-rows.ts";
import {
  indented,
  neutralize,
  neutralizeLines,
  neutralizePainted,
  type Paint,
  painter,
  plural,
} from "./text.ts";
import { NO_TYPES } from "./types.ts";
import type { Failure, OutputStream, RunContext, Validation, View } from "./view.ts";
import { STOPPED_AT_ONCE, sandboxWords } from "./wording.ts";

export interface PlainOptions {
  readonly stdin: Readable;
  readonly stdout: OutputStream & Writable;
  readonly stderr: OutputStream;
  readonly colour: boolean;
  /** What Ctrl-Z does where it is not a signal. Resolves once the program continues. */
  readonly suspend?: (() => Promise<void>) | undefined;
}

/** A view of plain lines, for a pipe, a log, a screen reader or `TERM=dumb`. */
export function createPlainView(options: PlainOptions): View {
  const paint = painter(options.colour);
  // Untrusted text is made neutral where it enters a line, and the whole line again where it is written.
  const shown = (line: string) =>
    options.colour ? neutralizePainted(line) : neutralizeLines(line);
  const columns = () => widthOf(options.stdout);
  const out = (line = "") => options.stdout.write(`${folded(shown(line), columns())}\n`);
  const err = (line = "") =>
    options.stderr.write(`${folded(shown(line), widthOf(options.stderr))}\n`);
  /** For what is copied from the terminal: a line that the terminal itself breaks is copied whole. */
  const whole = (line = "") => options.stdout.write(`${shown(line)}\n`);
  const showOutputs = (outputs: Readonly<Record<string, string>>) => {
    for (const line of outputsBlock(outputs, columns(), types)) whole(line);
  };
  const showStatus = (document: StatusDocument, looking: Looking) => {
    for (const line of statusLines(document, looking, paint)) whole(line);
    showOutputs(document.outputs);
  };
  const progress = createProgress(out, whole, paint, showOutputs);
  let now = Date.now;
  let types = NO_TYPES;
  let sandbox: RunContext["sandbox"];
  let wanted: readonly DesiredResource[] = [];
  let underWay = false;
  let watched: ReturnType<typeof createWatched> | undefined;

  return {
    about(subject: RunContext) {
      const { command } = subject;
      ({ now, sandbox, types } = subject);
      progress.about(subject);
      if (sandbox !== undefined && (command === "apply" || command === "destroy")) {
        out(paint("dim", sandboxWords(sandbox)));
        out();
      }
    },
    activity() {},
    validation(validation) {
      writeValidation(validation, out, paint);
    },
    warnings(problems) {
      for (const problem of problems) for (const line of problemLines(problem, paint)) err(line);
    },
    plan(document, desired = [], live = []) {
      wanted = desired;
      const isSandbox = sandbox !== undefined;
      for (const line of planLines(document, { types, desired, live, isSandbox }, paint)) out(line);
    },
    planSaved(file, command) {
      out();
      out(`Saved to ${neutralize(file)}. To make exactly these changes, run:`);
      whole(`  ${neutralize(command)}`);
    },
    approve(approval, signal) {
      return ask(
        { approval, types, desired: wanted, sandbox },
        signal,
        { ...options, columns: columns() },
        paint,
      );
    },
    nothing(why, outputs) {
      if (why === "declined") out("Nothing has changed.");
      else showOutputs(outputs);
    },
    event(event) {
      underWay = event.event !== "finished";
      progress.event(event);
    },
    interrupting() {
      // A watch only reads: it ends at once.
      if (watched !== undefined) return;
      const steps = underWay ? " Steps in progress finish; no new step starts." : "";
      err(`Stopping.${steps} Interrupt again to stop at once.`);
    },
    stopped() {
      if (!underWay) return;
      const failure: Failure = { kind: "interrupted", message: STOPPED_AT_ONCE };
      for (const line of linesOfFailure(failure, paint)) err(line);
    },
    status(document) {
      const isSandbox = sandbox !== undefined;
      const looking = { now: now(), columns: columns(), isSandbox, types };
      showStatus(document, looking);
    },
    look(look) {
      watched ??= createWatched(out, err, paint, showStatus);
      const isSandbox = sandbox !== undefined;
      watched(look, { now: now(), columns: columns(), isSandbox, types });
    },
    failure(failure) {
      for (const line of linesOfFailure(failure, paint)) err(line);
    },
    async close() {},
  };
}

/** Of a terminal that tells its width; nothing is wrapped for anything else. */
function widthOf({ isTTY, columns }: OutputStream): number {
  return isTTY === true && columns !== undefined && columns > 0
    ? columns
    : Number.POSITIVE_INFINITY;
}

function writeValidation(validation: Validation, out: (line?: string) => void, paint: Paint) {
  for (const problem of validation.problems) {
    for (const line of problemLines(problem, paint)) out(line);
  }
  const errors = validation.problems.filter(({ severity }) => severity === "error").length;
  const warnings = validation.problems.length - errors;
  const file = neutralize(validation.file);
  const aside = warnings === 0 ? "" : `, with ${plural(warnings, "warning")}`;
  out(
    errors === 0
      ? `${paint("green", "✓")} ${file} is a valid stack file${aside}.`
      : `${paint("red", "✗")} ${file}: ${plural(errors, "error")}${aside}.`,
  );
}

function linesOfFailure(failure: Failure, paint: Paint): string[] {
  if (failure.kind === "interrupted") {
    return [`Interrupted: ${indented(failure.message, 2)}.`];
  }
  const lines = (failure.problems ?? []).flatMap((problem) => problemLines(problem, paint));
  const [head, ...rest] = failureLines(failure);
  lines.push(`${paint("red", "Error")}: ${head?.text ?? ""}`);
  for (const { text, aside } of rest) lines.push(`  ${aside ? paint("dim", text) : text}`);
  if (failure.stack !== undefined) lines.push("", `  ${indented(failure.stack, 2)}`);
  return lines;
}
