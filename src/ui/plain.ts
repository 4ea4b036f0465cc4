import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { Cancelled } from "../engine/errors.ts";
import type { EngineEvent } from "../engine/events.ts";
import type { Action, Change, PlanDocument } from "../engine/plan-format.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { isAgreement } from "./agreement.ts";
import { consequencesOf } from "./consequences.ts";
import { failureText } from "./failure-text.ts";
import { type FieldLine, fieldLines } from "./field-lines.ts";
import {
  describeSeconds,
  neutralize,
  neutralizeLines,
  type Paint,
  painter,
  plural,
} from "./text.ts";
import type {
  Approval,
  Failure,
  FileProblem,
  Nothing,
  OutputStream,
  StatusDocument,
  Subject,
  Validation,
  View,
} from "./view.ts";
import {
  consequence,
  doing,
  doneSummary,
  outputLines,
  planSummary,
  SIGN,
  VERB_DONE,
  VERB_UNDER_WAY,
} from "./wording.ts";

export interface PlainOptions {
  readonly stdin: Readable;
  readonly stdout: OutputStream & Writable;
  readonly stderr: OutputStream;
  readonly colour: boolean;
}

const ACTION_COLOUR = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  keep: "gray",
} as const satisfies Record<Action, string>;

/** Lines of text, for a pipe, a log, a screen reader or `TERM=dumb`. */
export function createPlainView(options: PlainOptions): View {
  const paint = painter(options.colour);
  const out = (line = "") => options.stdout.write(`${line}\n`);
  const err = (line = "") => options.stderr.write(`${line}\n`);
  const progress = createProgress(out, paint);

  return {
    about({ sandbox, command }: Subject) {
      if (sandbox !== undefined && (command === "apply" || command === "destroy")) {
        out(
          paint(
            "gray",
            `In the sandbox: nothing here is real, costs money or leaves this machine; its time runs ${sandbox.speed} times as fast.`,
          ),
        );
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
    plan(document, desired = []) {
      for (const line of planLines(document, desired, paint)) out(line);
    },
    planSaved(file) {
      out();
      out(`Saved to ${neutralize(file)}. To make exactly these changes:`);
      out(`  reconcile apply --plan ${neutralize(file)}`);
    },
    approve(approval, signal) {
      return ask(approval, signal, options, out, paint);
    },
    nothing(why, outputs) {
      writeNothing(why, outputs, out);
    },
    event: progress.event,
    interrupting() {
      err(
        "Stopping: calls under way are finished, nothing new is started. Interrupt again to stop at once.",
      );
    },
    status(document) {
      for (const line of statusLines(document, paint)) out(line);
    },
    failure(failure) {
      for (const line of failureLines(failure, paint)) err(line);
    },
    async close() {},
  };
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

function problemLines(problem: FileProblem, paint: Paint): string[] {
  const place = `${neutralize(problem.file)}:${problem.line}:${problem.column}`;
  const severity =
    problem.severity === "error" ? paint("red", "error") : paint("yellow", "warning");
  const path = problem.path === "" ? "" : `${neutralize(problem.path)}: `;
  const lines = [`${place}: ${severity}: ${path}${neutralizeLines(problem.message)}`];
  if (problem.help !== undefined) lines.push(`    ${neutralizeLines(problem.help)}`);
  return lines;
}

function planLines(
  document: PlanDocument,
  desired: readonly DesiredResource[],
  paint: Paint,
): string[] {
  const changes = doing(document);
  const lines = [
    `Stack ${neutralize(document.stack)} in ${document.region}, account ${document.account}`,
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
        ? "Nothing is there, and nothing is to be made."
        : `Nothing differs: ${plural(kept, "resource is", "resources are")} as the file says.`,
    );
  } else {
    for (const { kind, text } of consequencesOf(document, desired)) {
      const mark = kind === "lost" ? paint("red", "!") : "•";
      lines.push(`${mark} ${neutralize(text)}`);
    }
    if (lines.at(-1) !== "") lines.push("");
    lines.push(`Plan: ${planSummary(document.summary)}.`);
  }
  for (const problem of document.problems) {
    const severity =
      problem.severity === "error" ? paint("red", "Error") : paint("yellow", "Warning");
    const address = problem.address === undefined ? "" : `${neutralize(problem.address)}: `;
    lines.push("", `${severity}: ${address}${neutralizeLines(problem.summary)}`);
    if (problem.remedy !== "") lines.push(`  ${neutralizeLines(problem.remedy)}`);
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
      return `    ${neutralize(line.path).padEnd(width)}  ${differenceText(line, paint)}${note}`;
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

async function ask(
  approval: Approval,
  signal: AbortSignal,
  options: PlainOptions,
  out: (line?: string) => void,
  paint: Paint,
): Promise<boolean> {
  out();
  out(paint("bold", consequence(approval.document)));
  const question =
    approval.kind === "confirm"
      ? "Go ahead? (y/N) "
      : `It cannot be undone. Type the stack's name, ${approval.name}, to go ahead: `;
  const answer = await readAnswer(question, signal, options);
  return isAgreement(approval, answer);
}

async function readAnswer(
  question: string,
  signal: AbortSignal,
  { stdin, stdout }: PlainOptions,
): Promise<string> {
  const terminal = createInterface({ input: stdin, output: stdout });
  let leave = () => {};
  const left = new Promise<never>((_resolve, reject) => {
    leave = () => reject(new Cancelled("nothing was changed"));
  });
  left.catch(() => {});
  // In raw mode Ctrl-C is a key; Ctrl-D or a lost terminal only closes the input.
  terminal.once("SIGINT", leave);
  terminal.once("close", leave);
  signal.addEventListener("abort", leave);
  try {
    return await Promise.race([terminal.question(question), left]);
  } catch (error) {
    stdout.write("\n");
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
    terminal.close();
  }
}

function writeNothing(
  why: Nothing,
  outputs: Readonly<Record<string, string>>,
  out: (line?: string) => void,
) {
  if (why === "declined") out("Nothing was changed.");
  else for (const line of outputsBlock(outputs)) out(line);
}

function outputsBlock(outputs: Readonly<Record<string, string>>): string[] {
  const rows = outputLines(outputs);
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    "",
    ...rows.map(([label, value]) => `${neutralize(label).padEnd(width)}  ${neutralize(value)}`),
  ];
}

type StepFailed = Extract<EngineEvent, { event: "step-failed" }>;
type StepSkipped = Extract<EngineEvent, { event: "step-skipped" }>;
type Finished = Extract<EngineEvent, { event: "finished" }>;

/** Prints an apply's events as they come, and at the end what a person needs to know. */
function createProgress(out: (line?: string) => void, paint: Paint) {
  let begin: number | undefined;
  let planned = new Map<string, string>();
  let destroys = false;
  const failed: StepFailed[] = [];
  const reasons = new Map<string, string>();
  const skipped: StepSkipped[] = [];
  const step = (event: EngineEvent & { address: string }, text: string) => {
    const elapsed = Math.max(0, Date.parse(event.at) - (begin ?? Date.parse(event.at)));
    out(`${paint("gray", minutesAndSeconds(elapsed))}  ${neutralize(event.address)}: ${text}`);
  };

  const finished = (event: Finished) => {
    out();
    const took = `in ${describeSeconds(event.seconds)}, with ${plural(event.apiCalls, "API call")}`;
    if (event.ok) {
      out(`${paint("green", "Done")}: ${doneSummary(event.summary)} ${took}.`);
      for (const line of outputsBlock(event.outputs)) out(line);
      return;
    }
    const headline = event.interrupted ? "Interrupted" : "Failed";
    out(`${paint("red", headline)}: ${doneSummary(event.summary)} ${took}.`);
    for (const { address, verb, error } of failed) {
      out();
      out(`${paint("red", "Error")}: ${neutralize(address)} could not be ${VERB_DONE[verb]}:`);
      for (const line of failureText(error)) out(`  ${line}`);
    }
    if (skipped.length > 0) {
      out();
      out(event.interrupted ? "Left to do:" : "Not tried, because of that:");
      for (const { address, verb } of skipped) out(`  ${verb} ${neutralize(address)}`);
    }
    const left = [...planned].filter(
      ([key]) =>
        !failed.some((other) => other.key === key) && !skipped.some((other) => other.key === key),
    );
    if (left.length > 0) {
      out();
      out("Left to do:");
      for (const [, what] of left) out(`  ${what}`);
    }
    out();
    out(
      `What was done stays. Run \`reconcile ${destroys ? "destroy" : "apply"}\` again, and it goes on from what it finds.`,
    );
  };

  return {
    event(event: EngineEvent) {
      switch (event.event) {
        case "planned":
          begin = Date.parse(event.at);
          destroys = event.steps.length > 0 && event.steps.every(({ verb }) => verb === "delete");
          planned = new Map(
            event.steps.map(({ key, verb, address }) => [key, `${verb} ${neutralize(address)}`]),
          );
          out();
          break;
        case "step-started":
          step(event, `${VERB_UNDER_WAY[event.verb]} …`);
          break;
        case "step-progress": {
          const count = event.total === undefined ? "" : ` (${event.done ?? 0} of ${event.total})`;
          step(event, paint("gray", `${neutralize(event.message)}${count}`));
          break;
        }
        case "step-retried":
          // The same reason again and again would push everything else off the screen.
          if (reasons.get(event.key) === event.reason) break;
          reasons.set(event.key, event.reason);
          step(event, paint("yellow", `trying again: ${neutralize(event.reason)}`));
          break;
        case "step-done": {
          planned.delete(event.key);
          const id = event.id === undefined ? "" : ` ${neutralize(event.id)}`;
          step(
            event,
            `${paint("green", VERB_DONE[event.verb])}${id} in ${describeSeconds(event.seconds)}`,
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

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function minutesAndSeconds(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

function failureLines(failure: Failure, paint: Paint): string[] {
  if (failure.kind === "interrupted") return [`Interrupted: ${neutralizeLines(failure.message)}.`];
  const lines = (failure.problems ?? []).flatMap((problem) => problemLines(problem, paint));
  const [head = "", ...rest] = failureText(failure);
  lines.push(`${paint("red", "Error")}: ${head}`, ...rest.map((line) => `  ${line}`));
  if (failure.stack !== undefined) lines.push("", neutralizeLines(failure.stack));
  return lines;
}

function statusLines(document: StatusDocument, paint: Paint): string[] {
  const lines = [`Stack ${neutralize(document.stack)} in ${document.region}`, ""];
  if (document.resources.length === 0) {
    return [...lines, "Nothing of this stack is there."];
  }
  lines.push(
    ...table(
      ["RESOURCE", "ID", "STATUS"],
      document.resources.map(({ address, id, status, reason }) => [
        address,
        id,
        reason === undefined ? status : `${status}: ${reason}`,
      ]),
      paint,
    ),
  );
  if (document.instances.length > 0) {
    lines.push(
      "",
      ...table(
        ["INSTANCE", "ZONE", "IMAGE", "LIFECYCLE", "HEALTH"],
        document.instances.map(({ id, zone, image, lifecycle, health, reason }) => [
          id,
          zone,
          image,
          lifecycle,
          reason === undefined ? health : `${health}: ${reason}`,
        ]),
        paint,
      ),
    );
  }
  for (const { group, status, percent, reason } of document.rollouts) {
    const why = reason === undefined ? "" : `: ${neutralize(reason)}`;
    lines.push("", `Rollout of ${neutralize(group)}: ${status}, ${percent} %${why}`);
  }
  return [...lines, ...outputsBlock(document.outputs)];
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const clean = [head, ...rows].map((row) => row.map(neutralize));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  return clean.map((row, index) => {
    const text = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    return index === 0 ? paint("gray", text.trimEnd()) : text.trimEnd();
  });
}
