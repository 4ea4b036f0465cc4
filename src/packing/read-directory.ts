import { createHash } from "node:crypto";
import { lstatSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { UserError } from "../engine/errors.ts";
import { ARCHIVE_END, headerOf, paddingAfter } from "./archive.ts";
import {
  environmentFiles,
  isPrivateKey,
  privateKeyIn,
  READ_ON_SERVERS,
  readBy,
  unusualFiles,
} from "./doubts.ts";
import type { FoundFile } from "./found-file.ts";
import { LARGEST_KEY_FILE } from "./limits.ts";
import { checkLinks } from "./links.ts";
import {
  DirectoryError,
  type DirectoryFinding,
  type DirectoryListing,
  type ListedFile,
} from "./listing.ts";
import { readContent } from "./read-content.ts";
import { changedMeanwhile, isGone, unreadablePart } from "./unreadable.ts";
import { requireFolder, type Walking, walk } from "./walk.ts";

export interface ReadDirectory extends DirectoryListing {
  readonly warnings: readonly DirectoryFinding[];
  /** Of each file, if all together have no more than `keep` bytes. Empty for a link. */
  readonly contents?: readonly Uint8Array[];
}

export interface DirectoryReading extends Walking {
  /** Up to how many bytes the contents of all files are kept. */
  readonly keep?: number;
  /** Who can read the files, to follow "and". Default: those of an application. */
  readonly readers?: string;
  /** Receives the archive, part by part. A part is only valid during the call. */
  readonly archive?: (part: Uint8Array) => void;
}

/** A few milliseconds of reading. */
const BEFORE_PAUSE = 4 * 2 ** 20;
/** Opening a file takes about as long as reading so much of it. */
const COST_OF_FILE = 32 * 1024;

/**
 * Reads a directory as it is packed: every file that is not excluded, sorted, without times and owners. Never has
 * more than a part of a large file in memory.
 *
 * @throws UserError if the directory cannot be packed, or if it changed while it was read.
 */
export async function readDirectory(
  folder: string,
  reading: DirectoryReading = {},
): Promise<ReadDirectory> {
  const { keep = -1, readers = READ_ON_SERVERS, signal } = reading;
  const real = realFolder(folder);
  const found = await walk(real, folder, reading);
  const links = checkLinks(found.files, folder);
  const problems = [...found.problems, ...links.problems, ...environmentFiles(found.files, folder)];
  const contents = found.bytes <= keep ? ([] as Uint8Array[]) : undefined;
  const archive = new Archive(reading.archive);
  const files: ListedFile[] = [];
  let read = 0;
  for (const file of found.files) {
    archive.add(headerOf(file));
    if (file.target !== undefined) {
      files.push(listed(file, createHash("sha256").update(file.target).digest("hex")));
      contents?.push(new Uint8Array());
      continue;
    }
    const kept: Uint8Array[] = [];
    const isKept = contents !== undefined || file.bytes <= LARGEST_KEY_FILE;
    const sha256 = readContent(join(real, file.path), `${folder}/${file.path}`, file, (part) => {
      archive.add(part);
      if (isKept) kept.push(Uint8Array.from(part));
    });
    archive.add(paddingAfter(file.bytes));
    files.push(listed(file, sha256));
    const content = Buffer.concat(kept);
    if (isPrivateKey(content)) problems.push(privateKeyIn(file.path, folder));
    contents?.push(content);
    read += file.bytes + COST_OF_FILE;
    if (read >= BEFORE_PAUSE) {
      read = 0;
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  const [first, ...others] = readBy(readers, problems);
  if (first !== undefined) throw new DirectoryError([first, ...others]);
  if (files.length === 0) throw nothingIn(folder);
  requireSame(found.files, (await walk(real, folder, reading)).files, folder);
  archive.add(ARCHIVE_END);
  return {
    ...archive.sum(),
    files,
    warnings: readBy(readers, [
      ...links.warnings,
      ...unusualFiles(found.files, found.bytes, folder),
    ]),
    ...(contents !== undefined && { contents }),
  };
}

/** The archive as it grows. */
class Archive {
  readonly #hash = createHash("sha256");
  readonly #receive: ((part: Uint8Array) => void) | undefined;
  #bytes = 0;

  constructor(receive: ((part: Uint8Array) => void) | undefined) {
    this.#receive = receive;
  }

  add(part: Uint8Array): void {
    this.#hash.update(part);
    this.#bytes += part.length;
    this.#receive?.(part);
  }

  sum(): Pick<DirectoryListing, "sha256" | "bytes"> {
    return { sha256: this.#hash.digest("hex"), bytes: this.#bytes };
  }
}

function listed({ path, kind, bytes, target }: FoundFile, sha256: string): ListedFile {
  return { path, kind, bytes, sha256, ...(target !== undefined && { target }) };
}

function realFolder(folder: string): string {
  try {
    const real = realpathSync(folder);
    requireFolder(lstatSync(real, { bigint: true }), folder);
    return real;
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (isGone(error)) requireFolder(undefined, folder);
    throw unreadablePart(error, folder);
  }
}

function nothingIn(folder: string): UserError {
  return new UserError(`${folder}: the directory has no files, or all of them are ignored`, {
    remedy: `Put files there. If a .gitignore excludes them, write their folder into ${folder}/.reconcileignore, as in !dist/, or each file, as in !app.js.`,
  });
}

/** A file that changes after its turn must not leave the archive with parts of two states. */
function requireSame(
  before: readonly FoundFile[],
  after: readonly FoundFile[],
  folder: string,
): void {
  const stamps = new Map(after.map(({ path, stamp }) => [path, stamp]));
  const changed = before.find(({ path, stamp }) => stamps.get(path) !== stamp);
  if (changed !== undefined) throw changedMeanwhile(`${folder}/${changed.path}`);
  const known = new Set(before.map(({ path }) => path));
  const added = after.find(({ path }) => !known.has(path));
  if (added !== undefined) throw changedMeanwhile(`${folder}/${added.path}`);
}
