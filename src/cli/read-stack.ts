import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { isStackText } from "../spec/find.ts";
import { type Loaded, loadStack } from "../spec/load.ts";
import { LARGEST_FILE } from "../spec/text-file.ts";
import { codeOf } from "./local-file.ts";
import { isInside, readBytes, readStream } from "./read-bytes.ts";

/** What is in a stack file, and the folder that its paths start from. */
export type ReadStack = Loaded & {
  /**
   * The folder of the name by which the file was found, not of what a link leads to; of standard input
   * or a pipe, which are in no folder, the working directory.
   */
  readonly folder: string;
  /** Where the file is none of a person's, but what `plan --out` or `plan --json` wrote. */
  readonly written?: PlanOutput | undefined;
};

/** What a command of ours writes, and somebody may name in the place of a stack file. */
export type PlanOutput = "saved-plan" | "json-plan";

/**
 * Reads and loads the stack file of that name, which is relative to the working directory. A file that
 * cannot be read is an error like any other.
 *
 * @throws what the signal was aborted for, while a pipe is waited for.
 */
export async function readStack(
  file: string,
  directory: string,
  signal?: AbortSignal,
): Promise<ReadStack> {
  const path = resolve(directory, file);
  let realPath: string | undefined;
  try {
    const { content, isPipe } = await readBytes(path, {
      most: LARGEST_FILE,
      pipes: true,
      ...(signal && { signal }),
      judge: (opened) => {
        refuseKernelFiles(opened);
        realPath = opened;
      },
    });
    const folder = isPipe || isOfNoFolder(path) ? directory : dirname(path);
    const loaded = loadStack(content, { file, folder });
    const written = "errors" in loaded ? planOutputIn(content) : undefined;
    if (written !== undefined) return { ...loaded, folder, written };
    if ("errors" in loaded && realPath !== undefined && leadsElsewhere(path, realPath)) {
      if (!isStackText(new TextDecoder().decode(content))) {
        return { errors: [noStackFileBehind(file, realPath)], warnings: [], folder };
      }
    }
    return { ...loaded, folder };
  } catch (error) {
    signal?.throwIfAborted();
    return { errors: [unreadable(file, error)], warnings: [], folder: dirname(path) };
  }
}

/**
 * Reads and loads a stack file from standard input. Its paths start from the working directory.
 *
 * @throws what the signal was aborted for, while the input is waited for.
 */
export async function readStackFrom(
  stdin: Readable,
  {
    file,
    directory,
    signal,
  }: Readonly<Record<"file" | "directory", string>> & {
    readonly signal: AbortSignal;
  },
): Promise<ReadStack> {
  const { content } = await readStream(stdin, { most: LARGEST_FILE, signal });
  const loaded = loadStack(content, { file, folder: directory });
  const written = "errors" in loaded ? planOutputIn(content) : undefined;
  return { ...loaded, folder: directory, ...(written !== undefined && { written }) };
}

/** What a content is by its first member: a saved plan may be longer than what is read of a stack file. */
export function planOutputIn(content: Uint8Array): PlanOutput | undefined {
  const [, first] =
    /^\s*\{\s*"(\w+)"\s*:/.exec(new TextDecoder().decode(content.slice(0, 200))) ?? [];
  if (first === "savedPlan") return "saved-plan";
  return first === "formatVersion" ? "json-plan" : undefined;
}

/** Not even by a link in the place of the stack file: what is wrong in a file is quoted. */
function refuseKernelFiles(realPath: string): void {
  if (!["/proc", "/sys"].some((system) => isInside(system, realPath))) return;
  throw Object.assign(new Error(`EFTYPE: no regular file, read '${realPath}'`), { code: "EFTYPE" });
}

/**
 * Whether a link leads out of the folder where the file was looked for. Whoever left it there need not be
 * who runs this, and what is wrong in a file is quoted, perhaps in a log that many read.
 */
function leadsElsewhere(path: string, realPath: string): boolean {
  return !isOfNoFolder(path) && !isInside(realpathSync(dirname(path)), realPath);
}

function noStackFileBehind(file: string, realPath: string): Diagnostic {
  return {
    severity: "error",
    file,
    line: 1,
    column: 1,
    path: "",
    message: `this is a link that leads to ${realPath}, which is no stack file`,
    help: "make it lead to a stack file, which has the fields version: and stack: at its top",
  };
}

/** `/dev/stdin`, `/dev/fd/63`: what a descriptor is called. */
function isOfNoFolder(path: string): boolean {
  const folder = realpathSync(dirname(path));
  return folder === "/dev" || isInside("/proc", folder);
}

const REASONS = new Map<unknown, readonly [message: string, help: string]>([
  ["ENOENT", ["there is no such file", "look at the name and the folder"]],
  ["ENOTDIR", ["there is no such file", "a part of the path is a file, not a folder"]],
  ["EISDIR", ["this is a folder", "name the stack file inside it"]],
  ["EFTYPE", ["this is a device, not a file or a pipe", "name a stack file"]],
  ["EACCES", ["the file may not be read", "give yourself permission to read it"]],
  ["ENAMETOOLONG", ["the name is longer than the system allows", "is this a file's name?"]],
  ["ELOOP", ["this is a link that leads to itself", "name the file that is meant"]],
]);

function unreadable(file: string, error: unknown): Diagnostic {
  const [message, help] = REASONS.get(codeOf(error)) ?? [
    `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    "look at the file and the disk it is on",
  ];
  return { severity: "error", file, line: 1, column: 1, path: "", message, help };
}
