import { quoteForShell } from "../aws/quote-for-shell.ts";
import { UserError } from "../engine/errors.ts";
import {
  exposure,
  KeyFileError,
  keyFilesOnDisk,
  readPublicKey,
} from "../resources/shared/key-file.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Path } from "../spec/finding.ts";
import type { LocalFiles } from "../stack/facts.ts";
import { importedKey } from "./public-key.ts";
import { diagnosticAt, type OpenedStackFile, StackFileError } from "./stack-file.ts";
import { readOwnFile, readPublicFile, requireOwnFolder } from "./stack-folder.ts";

/** Far more than fits into EC2's 16 KB of user data, even compressed. */
const MOST_SOURCE = 2 ** 20;
/** The largest RSA keys are a few KiB. */
const MOST_KEY = 2 ** 14;
/** The end of the first line of every private key in PEM or OpenSSH format (RFC 7468). */
const PRIVATE_KEY = "PRIVATE KEY-----";

export interface ReadFiles {
  readonly files: LocalFiles;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads the files that the stack file names on this machine. Warns about key files that others can read.
 *
 * @throws StackFileError if a file is missing or not usable, with the place that names it.
 */
export async function readLocalFiles(stackFile: OpenedStackFile): Promise<ReadFiles> {
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
    files: {
      ...(publicKey === undefined ? {} : { publicKey }),
      ...(application === undefined ? {} : { application }),
    },
    warnings: exposureOf(stackFile),
  };
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

async function readApplication({
  stack,
  folder,
}: OpenedStackFile): Promise<Uint8Array | undefined> {
  const source = stack.application?.source;
  if (source?.kind !== "file") return undefined;
  const content = await readOwnFile(folder, source.file, MOST_SOURCE);
  if (!Buffer.from(content).includes(PRIVATE_KEY)) return content;
  throw new UserError(`${source.file}: the file contains a private key`, {
    remedy:
      "Name the application's code. The file becomes part of the image and of the builder's user data.",
  });
}

function problemAt(
  stackFile: OpenedStackFile,
  path: Path,
  { message, remedy }: UserError | KeyFileError,
): Diagnostic {
  const help = remedy === undefined ? {} : { help: remedy };
  return diagnosticAt(stackFile, { severity: "error", path, message, ...help });
}
