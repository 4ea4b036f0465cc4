import { OutsideError } from "../../engine/errors.ts";
import { fetchStep } from "../../image/fetch-step.ts";
import { nextStepAfter, nextStepOf } from "../../image/next-steps.ts";
import { shownCheck } from "../../image/promises.ts";
import type { BuildFailure, CheckResult, Verdict } from "../../image/verdict.ts";

/** The number of names that fit in one line of a log. */
const NAMED_CHECKS = 3;

/** The error of a failed build: all causes first, the rest of the console output separately. */
export function buildFailed({ checks, failure }: FailedBuild, console: string): OutsideError {
  const failed = checks.filter(({ passed }) => !passed);
  const step = failure.kind === "check" || failure.kind === "contradiction" ? undefined : failure;
  const details = [
    ...(step === undefined ? [] : stepLines(step)),
    ...failed.flatMap((check) => checkLines(check)),
  ].map((line) => `  ${line}`);
  // If the build reports the cause, only console lines that look like trouble are added.
  const isExplained = failure.kind === "check" || failure.output.length > 0;
  return new OutsideError([headline(failure, failed), ...details].join("\n"), {
    code: "BuildFailed",
    remedy: step?.where === fetchStep ? notFetched : notBuilt,
    consoleOutput: isExplained ? troubleOn(console) : endOf(console),
  });
}

const leftNothing = "This build left no resources in the account.";

const notBuilt = `Correct the image section of the stack file, then apply again. ${leftNothing}`;

/** The script itself did not start. */
const notFetched = `The builder could not download its build script. Check that the subnet of the builder reaches S3 (a route to the internet or an S3 endpoint, whose policy allows the bucket), that the bucket's policy allows these credentials s3:GetObject, and that nobody deleted the object. Then run the same command again. ${leftNothing}`;

/** The parts of a verdict that describe a failed build. */
export interface FailedBuild extends Pick<Verdict, "checks"> {
  readonly failure: BuildFailure;
}

function headline(failure: BuildFailure, failed: readonly CheckResult[]): string {
  const { kind, where, seen } = failure;
  switch (kind) {
    case "check":
      return `The image build failed: ${named(failed)} failed.`;
    case "step":
      return `The image build failed at step ${where}.`;
    case "timeout":
      return `The image build failed at step ${where}: the step timed out.`;
    case "ended":
      if (where === "unknown") return "The image build failed without giving a reason.";
      return `The image build failed at step ${where}: the step ended without giving a reason.`;
    case "restarted":
      if (where === "start") return "The image build failed: the system restarted by itself.";
      return `The image build failed at step ${where}: something other than the build shut the system down or restarted it.`;
    case "contradiction":
      return `The image build failed: its console output contradicts itself (${seen.join("; ")}).`;
  }
}

function named(failed: readonly CheckResult[]): string {
  const names = failed.slice(0, NAMED_CHECKS).map(({ id }) => shownCheck(id));
  const more = failed.length - names.length;
  if (more > 0) return `checks ${names.join(", ")} and ${more} more`;
  const last = names.pop() ?? "";
  return names.length === 0 ? `check ${last}` : `checks ${names.join(", ")} and ${last}`;
}

function stepLines({ command, output, where }: BuildFailure): readonly string[] {
  return [
    ...labelled("ran", command),
    ...labelled("output", output),
    ...labelled("to do", nextStepAfter(where) ?? ""),
  ];
}

function checkLines({ id, command, seen }: CheckResult): readonly string[] {
  return [
    `check ${shownCheck(id)}`,
    ...[
      ...labelled("ran", command),
      ...labelled("saw", seen),
      ...labelled("to do", nextStepOf(id) ?? ""),
    ].map(deeper),
  ];
}

/** Puts a label before the first line, and indents the others below it. */
function labelled(label: string, text: string | readonly string[]): readonly string[] {
  const lines = (typeof text === "string" ? text.split("\n") : text).filter(
    (line) => line.trim() !== "",
  );
  const head = `${label}: `;
  return lines.map((line, index) => (index === 0 ? head : " ".repeat(head.length)) + line);
}

function deeper(line: string): string {
  return `  ${line}`;
}

/** Enough lines to show the end of the build without filling a screen. */
const LONGEST_END = 20;
/** The number of lines to add to a known cause. */
const LONGEST_TROUBLE = 8;

/** The last console lines that are not the build's own. */
export function endOf(console: string): readonly string[] {
  return foreignLines(console).slice(-LONGEST_END);
}

/** Console lines since the start of the last step that look like trouble. */
function troubleOn(console: string): readonly string[] {
  const begin = [...console.matchAll(LAST_STEP)].at(-1)?.index ?? 0;
  return foreignLines(console.slice(begin))
    .filter((line) => TROUBLE.test(line))
    .slice(-LONGEST_TROUBLE);
}

const LAST_STEP = /reconcile:[0-9a-f]{16} \d+ step /g;

const TROUBLE =
  /\b(error|fail(ed|ure)?|denied|cannot|can't|unable|refused|unreachable|timed? ?out|killed|out of memory|oom|panic|segfault|corrupt|read-only|no space|full|not found|no such|traceback|exception|fatal)\b|I\/O/i;

/**
 * The printable console lines that are not the build's own. Anything may write to a console, and
 * none of it may control the reader's terminal.
 */
function foreignLines(console: string): readonly string[] {
  return console
    .replace(CONTROL_SEQUENCE, "")
    .split(/[\r\n]+/)
    .map((line) =>
      line
        .replace(OWN_LINE, "")
        .replace(/[^\x20-\x7e]/g, "")
        .slice(0, 200)
        .trimEnd(),
    )
    .filter((line) => line.trim() !== "");
}

/**
 * One line of the build, complete or truncated. A prompt may precede it, and a kernel message may
 * follow it.
 */
const OWN_LINE = /reconcile:[0-9a-f]{16} \d+ (?:.*? ~[0-9a-f]{8}|.*$)/g;

const CONTROL_SEQUENCE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");
