import { createHash } from "node:crypto";

export interface CheckResult {
  readonly id: string;
  readonly passed: boolean;
  /** The command of a failed custom check. Empty for built-in checks. */
  readonly command: string;
  /** The output of the failed check, line by line. */
  readonly seen: readonly string[];
}

export interface BuildFailure {
  /**
   * `check`: a check failed. `step`: a step failed. `timeout`: too slow. `ended`: it ended without
   * a reason. `restarted`: the system shut down or restarted, and the build had not asked for it.
   */
  readonly kind: "check" | "step" | "timeout" | "ended" | "restarted" | "contradiction";
  /** The id of the first failed check, or the failed step (`install_packages mtr`). */
  readonly where: string;
  /** The command of the failed step or custom check. Empty for built-in checks. */
  readonly command: string;
  /** The output of the failed check. Empty for a step. */
  readonly seen: readonly string[];
  /** The end of the failed step's output. Empty for a check. */
  readonly output: readonly string[];
}

export interface Verdict {
  readonly state: "none" | "running" | "passed" | "failed";
  /** The last step that began. Undefined before the first step. */
  readonly progress?: { readonly done: number; readonly total: number; readonly step: string };
  readonly checks: readonly CheckResult[];
  /** Assumptions of a simulated system about things that it does not know. */
  readonly notices: readonly string[];
  /** The list of the image's packages, as far as the console has it: gzipped, in base64. */
  readonly packages: string;
  /** Defined exactly when the state is failed. */
  readonly failure?: BuildFailure;
}

interface ConsoleLine {
  readonly kind: string;
  readonly text: string;
}

/**
 * Reads the lines of the build with this hash from a serial console, as specs/image.md describes them.
 * Other text may be truncated, interleaved, repeated or hostile. A build never counts as passed unless
 * it printed that it passed.
 */
export function parseVerdict(consoleText: string, hash: string): Verdict {
  const { lines, contradiction } = readLines(consoleText, hash);
  if (lines.length === 0) return { state: "none", checks: [], notices: [], packages: "" };
  const checks = readChecks(lines);
  const textsOf = (sought: string) =>
    lines.filter(({ kind }) => kind === sought).map(({ text }) => text);
  const notices = textsOf("notice");
  const packages = textsOf("packages").join("");
  const common = { ...readProgress(lines), checks, notices, packages };
  if (contradiction) return { ...common, state: "failed", failure: contradicting(contradiction) };
  const verdicts = textsOf("verdict");
  const failure = readFailure(lines, checks);
  if (verdicts.includes("failed")) {
    return { ...common, state: "failed", failure: failure ?? unexplained() };
  }
  if (verdicts.length === 0) return { ...common, state: "running" };
  if (failure) return { ...common, state: "failed", failure };
  // Fewer passes than promised: the console is incomplete, so the verdict is still pending.
  const complete =
    verdicts.every((text) => text === `passed ${checks.length}`) && isRestartComplete(lines);
  return { ...common, state: complete ? "passed" : "running" };
}

/** The longest rest of a line: a text of 200 characters and its checksum. */
const longestRest = 210;

function readLines(consoleText: string, hash: string) {
  const byNumber = new Map<number, ConsoleLine>();
  let contradiction: string | undefined;
  // Not anchored: a prompt or a kernel message without a newline may precede the line.
  for (const match of consoleText.matchAll(/reconcile:([0-9a-f]{16}) ([1-9]\d{0,5}) ([a-z]+) /g)) {
    const [head, key, digits = "", kind = ""] = match;
    if (key !== hash.slice(0, 16)) continue;
    const start = match.index + head.length;
    const text = signedText(
      consoleText.slice(start, start + longestRest),
      `${hash} ${digits} ${kind} `,
    );
    if (text === undefined) continue;
    const before = byNumber.get(Number(digits));
    if (before && (before.kind !== kind || before.text !== text)) contradiction ??= digits;
    byNumber.set(Number(digits), { kind, text });
  }
  const lines = [...byNumber].toSorted(([a], [b]) => a - b).map(([, line]) => line);
  return { lines, contradiction };
}

/** The text before its valid checksum. The text itself may contain something like a checksum. */
function signedText(rest: string, signed: string): string | undefined {
  for (const { index, 1: checksum } of rest.matchAll(/ ~([0-9a-f]{8})/g)) {
    const text = rest.slice(0, index);
    if (isPrintable.test(text) && checksum === checksumOf(signed + text)) return text;
  }
  return undefined;
}

/** Anybody who can read the script can sign lines, so they must not control the reader's terminal. */
const isPrintable = /^[\x20-\x7e]*$/;

function checksumOf(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 8);
}

function readProgress(lines: readonly ConsoleLine[]): Pick<Verdict, "progress"> {
  const told = lines.flatMap(({ kind, text }) =>
    kind === "step" ? [...text.matchAll(/^(\d+)\/(\d+) (.*)/g)] : [],
  );
  const last = told.at(-1);
  if (last === undefined) return {};
  const [, done, total, step = ""] = last;
  return { progress: { done: Number(done), total: Number(total), step } };
}

function readChecks(lines: readonly ConsoleLine[]): readonly CheckResult[] {
  const checks = new Map<string, CheckResult>();
  for (const [index, { kind, text: id }] of lines.entries()) {
    if (kind === "fail") {
      const command = following(lines, index, "command");
      const seen = following(lines, index + command.length, "seen");
      checks.set(id, { id, passed: false, command: command.join("\n"), seen });
    } else if (kind === "pass" && !checks.has(id)) {
      checks.set(id, { id, passed: true, command: "", seen: [] });
    }
  }
  return [...checks.values()];
}

/** Whether the verdict before a restart counts the passes before it, and the build continued after it. */
function isRestartComplete(lines: readonly ConsoleLine[]): boolean {
  const at = lines.findIndex(({ kind }) => kind === "restart");
  const resumed = lines.findIndex(({ kind }) => kind === "resume");
  if (at === -1 && resumed === -1) return true;
  const passes = lines.slice(0, Math.max(at, 0)).filter(({ kind }) => kind === "pass").length;
  return resumed > at && lines[at]?.text === `passed ${passes}`;
}

/** Other ways for a step to end than its own failure. */
const endings = ["timeout", "ended", "restarted"] as const;

function readFailure(
  lines: readonly ConsoleLine[],
  checks: readonly CheckResult[],
): BuildFailure | undefined {
  const errors = [...lines.keys()].filter((index) => lines[index]?.kind === "error");
  // A shutdown ends the build's processes first, each with an error of its own, which is not the reason.
  const index =
    errors.find((each) => lines[each]?.text.startsWith("restarted ")) ?? errors[0] ?? -1;
  const error = lines[index];
  if (error) {
    const kind = endings.find((ending) => error.text.startsWith(`${ending} `)) ?? "step";
    return {
      kind,
      where: kind === "step" ? error.text : error.text.slice(kind.length + 1),
      command: following(lines, index, "command").join("\n"),
      seen: [],
      output: lines.filter((line) => line.kind === "output").map((line) => line.text),
    };
  }
  const failed = checks.find((check) => !check.passed);
  if (failed === undefined) return undefined;
  const { id, command, seen } = failed;
  return { kind: "check", where: id, command, seen, output: [] };
}

/** The texts of the lines of this kind that follow directly. */
function following(lines: readonly ConsoleLine[], index: number, kind: string): readonly string[] {
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => line.kind !== kind);
  return rest.slice(0, end === -1 ? undefined : end).map((line) => line.text);
}

function contradicting(line: string): BuildFailure {
  const seen = [`two different lines with the number ${line}`];
  return { kind: "contradiction", where: "console", command: "", seen, output: [] };
}

function unexplained(): BuildFailure {
  return { kind: "ended", where: "unknown", command: "", seen: [], output: [] };
}
