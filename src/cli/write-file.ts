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
import { removeLeftovers, unfinishedName } from "../resources/unfinished-file.ts";

/**
 * Writes a file that is its owner's alone: at once or not at all, so that on a disk that gets full the
 * one before stays. A pipe or a terminal, which cannot be replaced, is written into.
 *
 * @throws Error with the system's code; what the signal was aborted for, while a pipe is waited for.
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

/** Without letting go in between: a signal that ends the process leaves nothing unfinished. */
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

/** Opening a pipe that nobody reads would wait where no interrupt arrives; so it is refused (ENXIO). */
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
