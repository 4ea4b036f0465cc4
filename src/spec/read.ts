import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import { type Loaded, loadStack } from "./load.ts";
import { LARGEST_FILE } from "./text-file.ts";

/**
 * Reads and loads the stack file of that name, which is relative to the folder. A file that cannot
 * be read is an error like any other.
 */
export async function readStack(file: string, folder: string): Promise<Loaded> {
  const path = resolve(folder, file);
  try {
    return loadStack(await readAtMost(path, LARGEST_FILE + 1), { file, folder: dirname(path) });
  } catch (error) {
    return { errors: [unreadable(file, error)], warnings: [] };
  }
}

/** Stops at the limit, so that a device or a mistaken name cannot fill the memory. */
async function readAtMost(file: string, limit: number): Promise<Uint8Array> {
  await using handle = await open(file, "r");
  const bytes = new Uint8Array(limit);
  let length = 0;
  while (length < limit) {
    const { bytesRead } = await handle.read(bytes, length, limit - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

const REASONS = new Map<unknown, readonly [message: string, help: string]>([
  ["ENOENT", ["there is no such file", "look at the name and the folder"]],
  ["ENOTDIR", ["there is no such file", "a part of the path is a file, not a folder"]],
  ["EISDIR", ["this is a folder", "name the stack file inside it"]],
  ["EACCES", ["the file may not be read", "give yourself permission to read it"]],
  ["ENAMETOOLONG", ["the name is longer than the system allows", "is this a file's name?"]],
]);

function unreadable(file: string, error: unknown): Diagnostic {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const [message, help] = REASONS.get(code) ?? [
    `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    "look at the file and the disk it is on",
  ];
  return { severity: "error", file, line: 1, column: 1, path: "", message, help };
}
