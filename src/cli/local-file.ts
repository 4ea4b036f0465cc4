import { dirname } from "node:path";
import { UserError } from "../engine/errors.ts";
import { type Reading, readBytes } from "./read-bytes.ts";

/**
 * A regular file's content.
 *
 * @throws UserError in words when the file can't be read. `shown` is how the user named it.
 */
export async function readLocalFile(
  path: string,
  shown: string,
  reading: Omit<Reading, "pipes" | "signal">,
): Promise<Uint8Array> {
  return read(path, shown, reading, "it is no regular file");
}

/**
 * Likewise, or what a pipe holds, as of a shell's `<(…)`.
 *
 * @throws UserError in words when it can't be read.
 */
export async function readFileOrPipe(
  path: string,
  shown: string,
  reading: Omit<Reading, "pipes">,
): Promise<Uint8Array> {
  return read(path, shown, { ...reading, pipes: true }, "it is no file or pipe");
}

async function read(
  path: string,
  shown: string,
  reading: Reading,
  other: string,
): Promise<Uint8Array> {
  const { content, isTooLong } = await readBytes(path, reading).catch((cause: unknown) => {
    reading.signal?.throwIfAborted();
    if (cause instanceof UserError) throw cause;
    if (codeOf(cause) !== "EFTYPE") throw unreadable(cause, shown);
    throw new UserError(`${shown}: ${other}`, {
      remedy: "Name a file: a device has no end, or no content of its own.",
      cause,
    });
  });
  if (!isTooLong) return content;
  throw new UserError(`${shown}: it is larger than ${sizeWords(reading.most)}`, {
    remedy: "Is this the right file?",
  });
}

function sizeWords(bytes: number): string {
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`;
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
  ELOOP: "it is a link that leads to itself",
  ENXIO: "it is a device or pipe with nothing behind it",
};

/** The system's code of an error: `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
