import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { UserError } from "../engine/errors.ts";
import { textOf } from "../image/script-text.ts";
import { LARGEST_KEY_FILE, MOST_BYTES } from "../packing/limits.ts";
import { type DirectoryFinding, requireListing } from "../packing/listing.ts";
import type { DirectoryReading, ReadDirectory } from "../packing/read-directory.ts";
import type { Walking } from "../packing/walk.ts";
import type { LocalDirectory, LocalFiles, LocalSource } from "../stack/facts.ts";
import type { OpenedStackFile } from "./stack-file.ts";
import { readOwnFile, requireOwnFolder } from "./stack-folder.ts";

/** What a source needs to be found again. */
export type OfStackFile = Pick<OpenedStackFile, "stack" | "file" | "folder">;

export interface ReadSource<Source extends LocalSource = LocalSource> {
  readonly source: Source;
  readonly warnings: readonly DirectoryFinding[];
}

/** As much as EC2's user data has, before it is packed. More is stored in a bucket. */
const MOST_IN_SCRIPT = 16_384;
/** Each is a step of the build, which the console shows. EC2 keeps only the console's last 64 KB. */
const MOST_FILES_IN_SCRIPT = 100;
/** The end of the first line of every private key in PEM or OpenSSH format (RFC 7468). */
const PRIVATE_KEY = "PRIVATE KEY-----";
/** The beginning of a saved plan. It may lie in the directory that it was made from, and is no part of it. */
export const SAVED_PLAN = '{\n "savedPlan": ';

/**
 * Reads the application's source from the disk. Undefined if the stack file names none there.
 *
 * @throws UserError if it cannot be used.
 */
export async function readSource(
  stackFile: OfStackFile,
  signal?: AbortSignal,
): Promise<ReadSource | undefined> {
  const source = stackFile.stack.application?.source;
  switch (source?.kind) {
    case "file":
      return { source: await readFileSource(stackFile.folder, source.file), warnings: [] };
    case "directory":
      return readDirectorySource(stackFile, source.directory, signal && { signal });
    default:
      return undefined;
  }
}

/**
 * The content of a source, or of the playbook's folder, that is too large for the build script: the file, or the archive
 * of the directory.
 *
 * @param known What was read earlier, so that an error can name the files that have changed.
 * @throws UserError if none of them has this SHA-256 any more.
 */
export async function contentOf(
  stackFile: OfStackFile,
  sha256: string,
  known: Pick<LocalFiles, "application" | "playbook"> = {},
): Promise<Uint8Array> {
  const { image, application } = stackFile.stack;
  const source = application?.source;
  const folder = image.ansible && dirname(image.ansible.playbook);
  const isPlaybook = folder !== undefined && sumOf(known.playbook) === sha256;
  if (isPlaybook) return directoryContent(stackFile, folder, sha256, known.playbook);
  if (source?.kind === "directory") {
    return directoryContent(stackFile, source.directory, sha256, known.application);
  }
  if (source?.kind !== "file") throw new Error("the application has no local source");
  const content = await readOwnFile(stackFile.folder, source.file, MOST_BYTES);
  if (createHash("sha256").update(content).digest("hex") === sha256) return content;
  throw changedSince(source.file, "file");
}

async function directoryContent(
  stackFile: OfStackFile,
  directory: string,
  sha256: string,
  known: LocalSource | undefined,
): Promise<Uint8Array> {
  const [{ packDirectory }, { readDirectory }] = await Promise.all([
    import("../packing/pack-directory.ts"),
    import("../packing/read-directory.ts"),
  ]);
  await requireOwnFolder(stackFile.folder, directory, "directory");
  const walking = walkingOf(stackFile);
  const listing =
    known?.kind === "directory" ? known.listing : await readDirectory(directory, walking);
  if (listing.sha256 === sha256) return packDirectory(directory, listing, walking);
  throw changedSince(directory, "directory");
}

function sumOf(source: LocalSource | undefined): string | undefined {
  return source && sumOfStored(source);
}

/** The SHA-256 of a source that the build script does not contain. */
export function sumOfStored(source: LocalSource): string | undefined {
  if (source.kind === "stored") return source.sha256;
  return source.kind === "directory" && !source.contents ? source.listing.sha256 : undefined;
}

/**
 * Checks that what the build script does not contain is still what an earlier plan read.
 *
 * @throws UserError that says what has changed, or why it cannot be read.
 */
export async function requireSameSource(stackFile: OfStackFile, known: LocalSource): Promise<void> {
  const source = stackFile.stack.application?.source;
  const now = (await readSource(stackFile))?.source;
  if (source?.kind === "directory") requireSame(source.directory, known, now);
  else if (now !== undefined && sumOf(now) !== sumOf(known) && source?.kind === "file") {
    throw changedSince(source.file, "file");
  }
}

/**
 * The same of the playbook's folder.
 *
 * @throws UserError that says what has changed, or why it cannot be read.
 */
export async function requireSamePlaybook(
  stackFile: OfStackFile,
  known: LocalDirectory,
): Promise<void> {
  const { ansible } = stackFile.stack.image;
  if (ansible === undefined) return;
  const folder = dirname(ansible.playbook);
  const { source } = await readDirectorySource(stackFile, folder);
  requireSame(folder, known, source);
}

function requireSame(folder: string, known: LocalSource, now: LocalSource | undefined): void {
  if (now?.kind !== "directory" || known.kind !== "directory" || sumOf(now) === sumOf(known)) {
    return;
  }
  requireListing(folder, known.listing, now.listing);
}

function changedSince(path: string, what: "file" | "directory"): UserError {
  return new UserError(`${path}: the ${what} has changed since the plan`, {
    remedy: "Create a new plan, review it, and apply the new plan.",
  });
}

async function readFileSource(folder: string, file: string): Promise<LocalSource> {
  const hash = createHash("sha256");
  const beginning: Uint8Array[] = [];
  let bytes = 0;
  await readOwnFile(folder, file, MOST_BYTES, (part) => {
    hash.update(part);
    if (bytes <= LARGEST_KEY_FILE) beginning.push(part);
    bytes += part.length;
  });
  const content = Buffer.concat(beginning);
  if (bytes <= LARGEST_KEY_FILE && content.includes(PRIVATE_KEY)) {
    throw new UserError(`${file}: the file contains a private key`, {
      remedy:
        "Name the application's code. The file becomes part of the image and of the builder's user data.",
    });
  }
  if (bytes <= MOST_IN_SCRIPT) return { kind: "content", content };
  return { kind: "stored", sha256: hash.digest("hex"), bytes };
}

/**
 * Reads a directory of the stack file's folder.
 *
 * @throws UserError if it cannot be packed.
 */
export async function readDirectorySource(
  stackFile: OfStackFile,
  directory: string,
  { signal, readers }: Pick<DirectoryReading, "signal" | "readers"> = {},
): Promise<ReadSource<LocalDirectory>> {
  await requireOwnFolder(stackFile.folder, directory, "directory");
  const { readDirectory } = await import("../packing/read-directory.ts");
  const { warnings, contents, ...listing } = await readDirectory(directory, {
    ...walkingOf(stackFile),
    keep: MOST_IN_SCRIPT,
    ...(readers !== undefined && { readers }),
    ...(signal && { signal }),
  });
  const inScript = contents !== undefined && fitsScript(listing, contents);
  return {
    source: { kind: "directory", listing, ...(inScript && { contents }) },
    warnings,
  };
}

/** Whether the script can write the files as they are: it creates no links, and only text packs well. */
function fitsScript({ files }: Pick<ReadDirectory, "files">, contents: readonly Uint8Array[]) {
  const hasLinks = files.some(({ kind }) => kind === "link");
  return (
    files.length <= MOST_FILES_IN_SCRIPT &&
    !hasLinks &&
    contents.every((content) => textOf(content) !== undefined)
  );
}

/** The program's own files in the directory are no part of the application. */
function walkingOf({ stack, file, folder }: OfStackFile): Walking {
  const key = stack.keyPair?.source;
  const own = realpathSync(folder);
  return {
    exclude: [
      join(own, basename(file)),
      ...(key?.kind === "generate" ? [join(own, relative(folder, key.file))] : []),
    ],
    excludeBeginning: SAVED_PLAN,
  };
}
