import { UserError } from "../engine/errors.ts";
import { KeyFileError, keyFilesOnDisk, readPublicKey } from "../resources/key-file.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Path } from "../spec/finding.ts";
import type { LocalFiles } from "../stack/facts.ts";
import { readLocalFile } from "./local-file.ts";
import { importedKey } from "./public-key.ts";
import { type StackFile, StackFileError } from "./stack-file.ts";

/**
 * What the stack file points at on this machine.
 *
 * @throws StackFileError when one is missing or of no use, with the place that names it.
 */
export async function readLocalFiles(stackFile: StackFile): Promise<LocalFiles> {
  const problems: Diagnostic[] = [];
  const attempt = async <T>(path: Path, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof UserError || error instanceof KeyFileError)) throw error;
      problems.push(problemAt(stackFile, path, error));
      return undefined;
    }
  };
  const [publicKey, application] = await Promise.all([
    attempt(["keyPair", keyField(stackFile)], () => readKey(stackFile)),
    attempt(["application", "source", "file"], () => readApplication(stackFile)),
  ]);
  if (problems.length > 0) throw new StackFileError(stackFile.file, problems);
  return {
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(application === undefined ? {} : { application }),
  };
}

function keyField({ stack }: StackFile): string {
  return stack.keyPair?.source.kind === "generate" ? "generate" : "publicKey";
}

async function readKey({ stack }: StackFile): Promise<string | undefined> {
  const source = stack.keyPair?.source;
  if (source === undefined) return undefined;
  if (source.kind === "generate") return readPublicKey(keyFilesOnDisk, source.file);
  return importedKey(await readLocalFile(source.file, source.file), source.file);
}

async function readApplication({ stack }: StackFile): Promise<Uint8Array | undefined> {
  const source = stack.application?.source;
  return source?.kind === "file" ? readLocalFile(source.file, source.file) : undefined;
}

function problemAt(stackFile: StackFile, path: Path, error: UserError | KeyFileError): Diagnostic {
  return {
    severity: "error",
    file: stackFile.file,
    ...stackFile.locate(path),
    path: path.join("."),
    message: error.message,
    ...(error.remedy === undefined ? {} : { help: error.remedy }),
  };
}
