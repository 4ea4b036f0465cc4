import { quoteForShell } from "../aws/quote-for-shell.ts";
import { UserError } from "../engine/errors.ts";
import { DirectoryError, type DirectoryFinding } from "../packing/listing.ts";
import {
  exposure,
  KeyFileError,
  keyFilesOnDisk,
  readPublicKey,
} from "../resources/shared/key-file.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Path } from "../spec/finding.ts";
import type { LocalFiles } from "../stack/facts.ts";
import { playbookPath } from "../stack/playbook.ts";
import { readSource } from "./local-source.ts";
import { importedKey } from "./public-key.ts";
import { diagnosticAt, type OpenedStackFile, StackFileError } from "./stack-file.ts";
import { readPublicFile, requireOwnFolder } from "./stack-folder.ts";

/** The largest RSA keys are a few KiB. */
const MOST_KEY = 2 ** 14;
/** As many problems of one directory as a person reads. */
const MOST_PROBLEMS = 10;

export interface ReadFiles {
  readonly files: LocalFiles;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads the files that the stack file names on this machine. Warns about key files that others can read.
 *
 * @throws StackFileError if a file is missing or not usable, with the place that names it.
 */
export async function readLocalFiles(
  stackFile: OpenedStackFile,
  signal?: AbortSignal,
): Promise<ReadFiles> {
  const problems: Diagnostic[] = [];
  const attempt = async <T>(path: Path, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof UserError || error instanceof KeyFileError)) throw error;
      problems.push(...problemsOf(error).map((each) => problemAt(stackFile, path, each)));
      return undefined;
    }
  };
  const [publicKey, application, playbook] = await Promise.all([
    attempt(["keyPair", keyField(stackFile)], () => readKey(stackFile)),
    attempt(sourcePath(stackFile), () => readSource(stackFile, signal)),
    stackFile.stack.image.ansible === undefined
      ? undefined
      : attempt(playbookPath, async () => {
          const { readPlaybook } = await import("./playbook.ts");
          return readPlaybook(stackFile, signal);
        }),
  ]);
  if (problems.length > 0) throw new StackFileError(stackFile.file, problems);
  return {
    files: {
      ...(publicKey === undefined ? {} : { publicKey }),
      ...(application === undefined ? {} : { application: application.source }),
      ...(playbook === undefined ? {} : { playbook: playbook.source }),
    },
    warnings: [
      ...exposureOf(stackFile),
      ...warningsAt(stackFile, sourcePath(stackFile), application?.warnings),
      ...warningsAt(stackFile, playbookPath, playbook?.warnings),
    ],
  };
}

function warningsAt(
  stackFile: OpenedStackFile,
  path: Path,
  warnings: readonly DirectoryFinding[] = [],
): readonly Diagnostic[] {
  return warnings.map((warning) =>
    diagnosticAt(stackFile, { severity: "warning", path, ...warning }),
  );
}

/** Only a warning: the servers use this key already, so a person must decide whether to replace it. */
function exposureOf(stackFile: OpenedStackFile): readonly Diagnostic[] {
  const source = stackFile.stack.keyPair?.source;
  if (source?.kind !== "generate") return [];
  const why = exposure(source.file);
  if (why === undefined) return [];
  return [
    diagnosticAt(stackFile, {
      severity: "warning",
      path: ["keyPair", "generate"],
      message: `${source.file}: ${why}`,
      help: `restrict it to yourself: chmod 600 ${quoteForShell(source.file)}. If somebody may have copied the key, replace it`,
    }),
  ];
}

function keyField({ stack }: OpenedStackFile): string {
  return stack.keyPair?.source.kind === "generate" ? "generate" : "publicKey";
}

async function readKey({ stack, folder }: OpenedStackFile): Promise<string | undefined> {
  const source = stack.keyPair?.source;
  if (source === undefined) return undefined;
  const { kind, file } = source;
  if (kind === "public-key") return importedKey(await readPublicFile(file, MOST_KEY), file);
  await requireOwnFolder(folder, file);
  return readPublicKey(keyFilesOnDisk, file);
}

function sourcePath({ stack }: OpenedStackFile): Path {
  return ["application", "source", stack.application?.source.kind ?? "file"];
}

/** A directory may have several files that cannot be packed. */
function problemsOf(error: UserError | KeyFileError): readonly Problem[] {
  if (!(error instanceof DirectoryError)) return [error];
  const problems = error.problems.map(({ message, help }) => ({ message, remedy: help }));
  const more = problems.length - MOST_PROBLEMS;
  if (more <= 0) return problems;
  const others = `${more} more files of the directory cannot be packed`;
  return [...problems.slice(0, MOST_PROBLEMS), { message: others }];
}

type Problem = Pick<UserError, "message"> & { readonly remedy?: string | undefined };

function problemAt(
  stackFile: OpenedStackFile,
  path: Path,
  { message, remedy }: Problem,
): Diagnostic {
  const help = remedy === undefined ? {} : { help: remedy };
  return diagnosticAt(stackFile, { severity: "error", path, message, ...help });
}
