import { neutralize } from "../ui/text.ts";
import type { View } from "../ui/view.ts";
import { chooseView } from "./choose-view.ts";
import { STANDARD_STREAM } from "./command-line.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { describeFailure } from "./failure.ts";
import { watchInterrupts } from "./interrupts.ts";
import type { Io } from "./io.ts";
import { requireClearAccount } from "./sandbox-choice.ts";
import type { Session } from "./session.ts";
import type { Body } from "./usage/command.ts";

/** Runs one command, shows how it fails, and returns its exit code. */
export async function runCommand(
  { command, typed, options }: Pick<Session, "typed" | "options"> & { readonly command: string },
  io: Io,
  body: Body,
): Promise<ExitCode> {
  const view = await viewOf({ command, typed, options }, io);
  const { signal, release } = watchInterrupts(io, view);
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  let code: ExitCode;
  try {
    requireClearAccount(io);
    code = await body({ io, options, typed, view, signal, warn });
  } catch (error) {
    const failure = describeFailure(error, signal.aborted);
    view.failure(failure);
    code = failure.kind === "interrupted" ? EXIT.interrupted : EXIT.error;
  }
  try {
    await view.close();
    for (const line of warnings) io.stderr.write(`warning: ${neutralize(line)}\n`);
  } finally {
    release();
  }
  const isCutShort = signal.aborted && !SETTLES_INTERRUPTS.has(command);
  return code === EXIT.done && isCutShort ? EXIT.interrupted : code;
}

/** If standard output is for the saved plan, the plan for people goes to standard error. */
async function viewOf(
  { command, typed, options }: Pick<Session, "typed" | "options"> & { readonly command: string },
  io: Io,
): Promise<View> {
  const isTaken = typed.options.get("--out") === STANDARD_STREAM && !options.json;
  const { stdin, stderr, env, suspend, interrupt } = io;
  const view = isTaken
    ? await chooseView("", options, { stdin, stdout: stderr, stderr, env, suspend, interrupt })
    : await chooseView(command, options, io);
  if (!options.quiet) return view;
  const { createQuietView } = await import("../ui/quiet.ts");
  return createQuietView(view);
}

/**
 * The commands that decide their own exit code after an interrupt: an apply may have finished anyway, and a
 * server only ends by an interrupt.
 */
const SETTLES_INTERRUPTS: ReadonlySet<string> = new Set(["apply", "destroy", "sandbox serve"]);
