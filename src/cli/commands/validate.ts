import type { Diagnostic } from "../../spec/diagnostic.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { readLocalFiles } from "../local-files.ts";
import type { Session } from "../session.ts";
import { type OpenedStackFile, readStackFile, StackFileError } from "../stack-file.ts";

/** Checks the stack file and the files that it names. Makes no network calls. */
export async function validate(session: Session, named: string | undefined): Promise<ExitCode> {
  const loaded = await readStackFile(session, named);
  const { file } = loaded;
  const problems = "stack" in loaded ? await outside(loaded, session.signal) : loaded.errors;
  session.signal.throwIfAborted();
  session.view.validation({ file, problems: [...problems, ...loaded.warnings] });
  return problems.some(({ severity }) => severity === "error") ? EXIT.error : EXIT.done;
}

/** Problems of the files that the stack file names. */
async function outside(
  stackFile: OpenedStackFile,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  try {
    return (await readLocalFiles(stackFile, signal)).warnings;
  } catch (error) {
    if (error instanceof StackFileError) return error.problems;
    throw error;
  }
}
