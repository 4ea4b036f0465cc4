import { readFile } from "node:fs/promises";
import { UserError } from "../engine/errors.ts";

/** @throws UserError in words when the file can't be read. `shown` is how the user named it. */
export async function readLocalFile(path: string, shown: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(cause, shown);
  }
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
