import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Readable } from "node:stream";
import { codeOf } from "../engine/system-error.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { isStackText } from "../spec/find.ts";
import { type Loaded, loadStack } from "../spec/load.ts";
import { LARGEST_FILE } from "../spec/yaml/text-file.ts";
import { isInside, readBytes, readStream } from "./read-bytes.ts";

/** The content of a stack file, and the folder that its paths are relative to. */
export type ReadStack = Loaded & {
  /**
   * The folder of the path that was named, not of a symbolic link's target. For standard input or a pipe,
   * the current directory.
   */
  readonly folder: string;
  /** Set if the file is the output of `plan --out` or `plan --json`. */
  readonly written?: PlanOutput | undefined;
};

/** The output of `plan` that somebody may name by mistake as the stack file. */
export type PlanOutput = "saved-plan" | "json-plan";

/**
 * Reads and loads a stack file. Its name is relative to the current directory. A file that cannot be read is
 * reported as one of the errors.
 *
 * @throws the signal's reason, if it is aborted while a pipe is read.
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
 * Reads and loads a stack file from standard input. Its paths are relative to the current directory.
 *
 * @throws the signal's reason, if it is aborted while the input is read.
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

/** Recognized by the first member: a saved plan may be longer than the part that is read. */
export function planOutputIn(content: Uint8Array): PlanOutput | undefined {
  const [, first] =
    /^\s*\{\s*"(\w+)"\s*:/.exec(new TextDecoder().decode(content.slice(0, 200))) ?? [];
  if (first === "savedPlan") return "saved-plan";
  return first === "formatVersion" ? "json-plan" : undefined;
}

/** Errors quote the file, and a symbolic link could lead to the environment of a process. */
function refuseKernelFiles(realPath: string): void {
  if (!["/proc", "/sys"].some((system) => isInside(system, realPath))) return;
  throw Object.assign(new Error(`EFTYPE: no regular file, read '${realPath}'`), { code: "EFTYPE" });
}

/**
 * Whether a symbolic link leads out of the folder of the stack file. Somebody else may have put the link
 * there, and errors quote the file, perhaps in a log that many people read.
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
    message: `this is a symbolic link to ${realPath}, which is not a stack file`,
    help: "point the link to a stack file, which has the fields version: and stack: at its top",
  };
}

/** Whether the path names a file descriptor: `/dev/stdin`, `/dev/fd/63`. */
function isOfNoFolder(path: string): boolean {
  const folder = realpathSync(dirname(path));
  return folder === "/dev" || isInside("/proc", folder);
}

const REASONS = new Map<unknown, readonly [message: string, help: string]>([
  ["ENOENT", ["the file does not exist", "check the name and the folder"]],
  ["ENOTDIR", ["the file does not exist", "a part of the path is a file, not a folder"]],
  ["EISDIR", ["this is a folder", "name the stack file inside it"]],
  ["EFTYPE", ["this is a device, not a file or a pipe", "name a stack file"]],
  [
    "EACCES",
    ["you do not have permission to read the file", "give yourself permission to read it"],
  ],
  ["ENAMETOOLONG", ["the file name is longer than the system allows", "check the file name"]],
  ["ELOOP", ["this is a symbolic link to itself", "name the stack file"]],
]);

function unreadable(file: string, error: unknown): Diagnostic {
  const [message, help] = REASONS.get(codeOf(error)) ?? [
    `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    "check the file and its disk",
  ];
  return { severity: "error", file, line: 1, column: 1, path: "", message, help };
}
