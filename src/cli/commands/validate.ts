import { renderBuildScript } from "../../image/script.ts";
import { renderUserData } from "../../image/user-data.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { LocalFiles } from "../../stack/facts.ts";
import { toRecipe } from "../../stack/recipe.ts";
import { userDataProblem } from "../../stack/user-data-problem.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { readLocalFiles } from "../local-files.ts";
import type { Session } from "../session.ts";
import { type OpenedStackFile, readStackFile, StackFileError } from "../stack-file.ts";

/** Checks the stack file and the files that it names. Makes no network calls. */
export async function validate(session: Session, named: string | undefined): Promise<ExitCode> {
  const loaded = await readStackFile(session, named);
  const { file } = loaded;
  const problems = "stack" in loaded ? await outside(loaded) : loaded.errors;
  session.signal.throwIfAborted();
  session.view.validation({ file, problems: [...problems, ...loaded.warnings] });
  return problems.some(({ severity }) => severity === "error") ? EXIT.error : EXIT.done;
}

/** Problems of the files that the stack file names, and of the user data made from them. */
async function outside(stackFile: OpenedStackFile): Promise<readonly Diagnostic[]> {
  try {
    const { files, warnings } = await readLocalFiles(stackFile);
    return [...tooLarge(stackFile, files), ...warnings];
  } catch (error) {
    if (error instanceof StackFileError) return error.problems;
    throw error;
  }
}

/** Every release has about twenty characters, so any release shows how large the script gets. */
const ANY_RELEASE = "2023.0.20230101.0";

function tooLarge(stackFile: OpenedStackFile, files: LocalFiles): readonly Diagnostic[] {
  const { stack, file, locate } = stackFile;
  const path = ["image"];
  const { script } = renderBuildScript(toRecipe(stack, ANY_RELEASE, files));
  return userDataProblem(`image/${stack.stack}`, renderUserData(script)).map(
    ({ severity, summary, remedy }) => ({
      severity,
      file,
      ...locate(path),
      path: path.join("."),
      message: summary,
      help: remedy,
    }),
  );
}
