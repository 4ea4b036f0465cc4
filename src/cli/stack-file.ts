import { relative, resolve } from "node:path";
import { UserError } from "../engine/errors.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { findStackFile } from "../spec/find.ts";
import { type Finding, showPath } from "../spec/finding.ts";
import { advise, type CommandLine, STANDARD_STREAM } from "./command-line.ts";
import { readBytes } from "./read-bytes.ts";
import { planOutputIn, type ReadStack, readStack, readStackFrom } from "./read-stack.ts";
import type { Session } from "./session.ts";

/** A valid stack file. */
export type OpenedStackFile = Extract<ReadStack, { readonly stack: unknown }> & {
  /** The name that the user gave. */
  readonly file: string;
};

/** The stack file has errors. Each problem has its place. */
export class StackFileError extends UserError {
  readonly problems: readonly Diagnostic[];

  constructor(file: string, problems: readonly Diagnostic[]) {
    const errors = problems.filter(({ severity }) => severity === "error").length;
    super(`${file} has ${errors === 1 ? "an error" : `${errors} errors`}. Nothing was changed`);
    this.problems = problems;
  }
}

/** Finds and reads the stack file, valid or not. */
export async function readStackFile(
  { io, typed, signal }: Session,
  named: string | undefined,
): Promise<ReadStack & { readonly file: string }> {
  if (named === STANDARD_STREAM) {
    const file = "<stdin>";
    const loaded = await readStackFrom(io.stdin, { file, directory: io.cwd, signal });
    return { ...requireHandwritten(loaded, STANDARD_STREAM, typed), file };
  }
  const file = named ?? (await theOnly(io.cwd));
  const loaded = await readStack(file, io.cwd, signal);
  return { ...requireHandwritten(loaded, file, typed), file };
}

/** Bytes that are enough to recognize a plan. */
const BEGINNING = 200;

/**
 * Checks before any other error that the file is not a plan. A file that cannot be read is an error later.
 *
 * @throws UserError if the file is a plan, not a stack file.
 */
export async function refusePlan({ io, typed }: Session, named: string): Promise<void> {
  if (named === STANDARD_STREAM) return;
  const found = await readBytes(resolve(io.cwd, named), { most: BEGINNING }).catch(() => undefined);
  if (found !== undefined)
    requireHandwritten({ written: planOutputIn(found.content) }, named, typed);
}

function requireHandwritten<T extends Pick<ReadStack, "written">>(
  loaded: T,
  file: string,
  typed: CommandLine,
): T {
  if (loaded.written === undefined) return loaded;
  const shown = file === STANDARD_STREAM ? "standard input" : file;
  if (loaded.written === "json-plan") {
    throw new UserError(`${shown} is the output of plan --json, not a stack file`, {
      remedy: "Save a plan with `reconcile plan --out plan.json`. Apply it with --plan plan.json.",
    });
  }
  throw new UserError(`${shown} is a saved plan, not a stack file`, {
    remedy:
      typed.command === "apply"
        ? `To apply the saved plan, run: ${advise(typed, { add: { "--plan": file }, operands: [] })}`
        : "Name the stack file that the plan was made from.",
  });
}

async function theOnly(directory: string): Promise<string> {
  const found = await findStackFile(directory);
  if ("file" in found) return relative(directory, found.file);
  throw new UserError(found.problem, { remedy: found.help });
}

/**
 * The stack file, for a command that needs a valid one.
 *
 * @throws StackFileError if the file has errors.
 */
export async function openStackFile(
  session: Session,
  named: string | undefined,
): Promise<OpenedStackFile> {
  const loaded = await readStackFile(session, named);
  if ("stack" in loaded) return loaded;
  throw new StackFileError(loaded.file, [...loaded.errors, ...loaded.warnings]);
}

/** A finding about a valid stack file, at the place of the file that it concerns. */
export function diagnosticAt(
  { file, locate }: OpenedStackFile,
  { severity, path, message, help }: Finding,
): Diagnostic {
  return {
    severity,
    file,
    ...locate(path),
    path: showPath(path),
    message,
    ...(help === undefined ? {} : { help }),
  };
}
