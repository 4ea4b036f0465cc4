import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { removeLeftovers, unfinishedName } from "../resources/shared/unfinished-file.ts";

/**
 * Writes a file that only its owner can read. The file is replaced completely or not at all, so that a full
 * disk does not destroy the existing file. Pipes and terminals, which cannot be replaced, are written to.
 *
 * @throws Error with the system's code; the signal's reason, if it is aborted while a pipe is written.
 */
export async function writePrivateFile(
  path: string,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const found: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (found?.isFIFO() === true) return writePipe(path, text, signal);
  if (found !== undefined && !found.isFile()) return writeFile(path, text);
  replace(path, text);
}

/** Synchronous, so that a signal that ends the process cannot leave an unfinished file. */
function replace(path: string, text: string): void {
  removeLeftovers(path);
  const unfinished = unfinishedName(path);
  try {
    const file = openSync(unfinished, "wx", 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Opening a pipe without a reader would block and ignore interrupts, so it fails (ENXIO). */
async function writePipe(path: string, text: string, signal: AbortSignal): Promise<void> {
  const fd = openSync(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
  const pipe = new Socket({ fd, readable: false, writable: true, signal });
  try {
    await new Promise<void>((resolve, reject) => {
      pipe.once("error", reject);
      pipe.end(text, resolve);
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    pipe.destroy();
  }
}
