import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type FoundFile, stampOf } from "./found-file.ts";
import { changedMeanwhile, isGone, unreadablePart } from "./unreadable.ts";

const CHUNK = 1024 * 1024;

/** Neither follows a link, nor waits for the other end of a pipe, if one is in the file's place now. */
const AS_FOUND = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reads a file, part by part. A part is only valid during the call of `receive`.
 *
 * @param shown The name of the file in messages.
 * @throws UserError if it is not the file that was found, or changes.
 * @returns the SHA-256 of the content.
 */
export function readContent(
  path: string,
  shown: string,
  { bytes, stamp }: FoundFile,
  receive: (part: Uint8Array) => void,
): string {
  const file = open(path, shown);
  try {
    const requireSame = () => {
      if (stampOf(fstatSync(file, { bigint: true })) !== stamp) throw changedMeanwhile(shown);
    };
    requireSame();
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, bytes));
    for (let left = bytes; left > 0; ) {
      const count = readSync(file, buffer, { length: Math.min(buffer.length, left) });
      if (count === 0) throw changedMeanwhile(shown);
      const part = buffer.subarray(0, count);
      hash.update(part);
      receive(part);
      left -= count;
    }
    requireSame();
    return hash.digest("hex");
  } finally {
    closeSync(file);
  }
}

/** @throws Error with the system's code. */
export function beginningOf(path: string, bytes: number): Uint8Array {
  const file = openSync(path, AS_FOUND);
  try {
    const beginning = Buffer.alloc(bytes);
    return beginning.subarray(0, readSync(file, beginning));
  } finally {
    closeSync(file);
  }
}

function open(path: string, shown: string): number {
  try {
    return openSync(path, AS_FOUND);
  } catch (error) {
    throw isGone(error) ? changedMeanwhile(shown, error) : unreadablePart(error, shown);
  }
}
