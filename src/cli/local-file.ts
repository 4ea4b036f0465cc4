import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../engine/errors.ts";

/**
 * A regular file's content: a device such as /dev/zero has no end, and a pipe may have no writer.
 *
 * @throws UserError in words when the file can't be read. `shown` is how the user named it.
 */
export async function readLocalFile(path: string, shown: string): Promise<Uint8Array> {
  return read(path, shown, "regular file");
}

/**
 * Likewise, or what a pipe holds, as of a shell's `<(…)`.
 *
 * @throws UserError in words when it can't be read.
 */
export async function readFileOrPipe(path: string, shown: string): Promise<Uint8Array> {
  return read(path, shown, "file or pipe");
}

async function read(
  path: string,
  shown: string,
  wanted: "regular file" | "file or pipe",
): Promise<Uint8Array> {
  let isWanted: boolean;
  try {
    const found = await stat(path);
    isWanted =
      found.isFile() || found.isDirectory() || (wanted === "file or pipe" && isPipe(found));
    // A directory has words of its own.
    if (isWanted) return await readFile(path);
  } catch (cause) {
    throw unreadable(cause, shown);
  }
  throw new UserError(`${shown}: it is no ${wanted}`, {
    remedy: "Name a file: a device has no end, or no content of its own.",
  });
}

function isPipe(found: Stats): boolean {
  return found.isFIFO() || found.isSocket();
}

/** What kept a file from being written: where the file is not there yet, it is the folder that is missing. */
export function unwritable(cause: unknown, shown: string): UserError {
  if (codeOf(cause) !== "ENOENT") return unreadable(cause, shown);
  return new UserError(`${shown}: there is no such folder`, {
    remedy: `Make ${dirname(shown)}, or name a file in another folder.`,
    cause,
  });
}

/** Any error of the file system, in words. */
export function unreadable(cause: unknown, shown: string): UserError {
  const code = codeOf(cause);
  const why = (code === undefined ? undefined : REASONS[code]) ?? String(cause);
  return new UserError(`${shown}: ${why}`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a directory, not a file",
  EACCES: "this user may not read or write it",
  EPERM: "this user may not read or write it",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the name is too long for a file",
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
