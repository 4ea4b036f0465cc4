import { dirname } from "node:path";
import { UserError } from "../engine/errors.ts";
import { codeOf } from "../engine/system-error.ts";
import { type Reading, readBytes } from "./read-bytes.ts";

/**
 * The content of a regular file. `shown` is the name that the user gave.
 *
 * @throws UserError that says why the file cannot be read.
 */
export async function readLocalFile(
  path: string,
  shown: string,
  reading: Omit<Reading, "pipes" | "signal">,
): Promise<Uint8Array> {
  return read(path, shown, reading, "it is not a regular file");
}

/**
 * The content of a regular file, or of a pipe such as a shell's `<(…)`.
 *
 * @throws UserError that says why it cannot be read.
 */
export async function readFileOrPipe(
  path: string,
  shown: string,
  reading: Omit<Reading, "pipes">,
): Promise<Uint8Array> {
  return read(path, shown, { ...reading, pipes: true }, "it is not a file or a pipe");
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
      remedy: "Name a file. A device has no end, or no content.",
      cause,
    });
  });
  if (!isTooLong) return content;
  throw tooLarge(shown, reading.most);
}

/** The error for content of more than `most` bytes. */
export function tooLarge(shown: string, most: number): UserError {
  return new UserError(`${shown}: it is larger than ${sizeWords(most)}`, {
    remedy: "Check that this is the right file.",
  });
}

function sizeWords(bytes: number): string {
  return bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`;
}

/** Says why a file could not be written. For a new file, ENOENT means that its folder is missing. */
export function unwritable(cause: unknown, shown: string): UserError {
  if (codeOf(cause) !== "ENOENT") return unreadable(cause, shown);
  return new UserError(`${shown}: the folder does not exist`, {
    remedy: `Create ${dirname(shown)}, or name a file in another folder.`,
    cause,
  });
}

/** Says why a file could not be read or written. */
export function unreadable(cause: unknown, shown: string): UserError {
  const code = codeOf(cause);
  const why = (code === undefined ? undefined : REASONS[code]) ?? String(cause);
  return new UserError(`${shown}: ${why}`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "the file does not exist",
  ENOTDIR: "the file does not exist",
  EISDIR: "it is a directory, not a file",
  EACCES: "you do not have permission to read or write it",
  EPERM: "you do not have permission to read or write it",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the file name is too long",
  ELOOP: "it is a symbolic link to itself",
  ENXIO: "it is a device or a pipe that nobody reads or writes",
};
