import { relative } from "node:path";
import { UserError } from "../engine/errors.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { findStackFile } from "../spec/find.ts";
import { type ReadStack, readStack } from "./read-stack.ts";
import type { Session } from "./session.ts";

/** A stack file that can be used. */
export type StackFile = Extract<ReadStack, { readonly stack: unknown }> & {
  /** As the user named it. */
  readonly file: string;
};

/** The stack file is wrong: each problem with its place. */
export class StackFileError extends UserError {
  readonly problems: readonly Diagnostic[];

  constructor(file: string, problems: readonly Diagnostic[]) {
    const errors = problems.filter(({ severity }) => severity === "error").length;
    super(`${file} has ${errors === 1 ? "an error" : `${errors} errors`}; nothing was changed`);
    this.problems = problems;
  }
}

/** Finds and reads the stack file, right or wrong. */
export async function readStackFile(
  { io, signal }: Session,
  named: string | undefined,
): Promise<ReadStack & { readonly file: string }> {
  const file = named ?? (await theOnly(io.cwd));
  return { ...(await readStack(file, io.cwd, signal)), file };
}

async function theOnly(directory: string): Promise<string> {
  const found = await findStackFile(directory);
  if ("file" in found) return relative(directory, found.file);
  throw new UserError(found.problem, { remedy: found.help });
}

/**
 * The stack file, for a command that works with it.
 *
 * @throws StackFileError when anything in it is wrong.
 */
export async function openStackFile(
  session: Session,
  named: string | undefined,
): Promise<StackFile> {
  const loaded = await readStackFile(session, named);
  if ("stack" in loaded) return loaded;
  throw new StackFileError(loaded.file, [...loaded.errors, ...loaded.warnings]);
}
