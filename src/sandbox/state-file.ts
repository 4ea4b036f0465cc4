import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { lockFile } from "./lock.ts";
import { SandboxError } from "./sandbox-error.ts";
import type { WorldState } from "./world.ts";

export interface StateFile {
  /** Undefined when there is no such file yet. */
  load(): WorldState | undefined;
  /** Replaces the file at once or not at all. Returns when it is on the disk. */
  save(state: WorldState): void;
  /** Lets other processes have it. */
  close(): void;
}

const VERSION = 1;

/**
 * Takes the file for this process alone.
 *
 * @throws SandboxError when another process has it, or its directory cannot be written.
 */
export function openStateFile(path: string): StateFile {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(path, cause);
  }
  const unlock = lockFile(`${path}.lock`, path);
  removeLeftovers(path);
  let closed = false;
  return {
    load: () => {
      try {
        return load(path);
      } catch (error) {
        unlock();
        throw error;
      }
    },
    save: (state) => {
      // Whoever has the lock by now must not be written over.
      if (closed) throw new Error("The sandbox was closed.");
      save(path, state);
    },
    close: () => {
      closed = true;
      unlock();
    },
  };
}

/**
 * Starts anew: moves the account's file aside, so that nothing is lost. Returns where it is now, or
 * undefined when there was none.
 *
 * @throws SandboxError when another process has the file.
 */
export function resetStateFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const unlock = lockFile(`${path}.lock`, path);
  try {
    const aside = `${path}.old`;
    renameSync(path, aside);
    return aside;
  } finally {
    unlock();
  }
}

/**
 * What processes that were killed while they saved have left. Whoever has the lock is the only one that
 * saves, so nothing of that name is anyone's work.
 */
function removeLeftovers(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    const rest = name.startsWith(basename(path)) ? name.slice(basename(path).length) : "";
    if (/^\.\d+\.tmp$/.test(rest)) rmSync(join(folder, name), { force: true });
  }
}

function load(path: string): WorldState | undefined {
  let text: string;
  // To read a pipe that nobody writes into would wait for ever.
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw damaged(path, "it is no regular file");
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new SandboxError(
      `The sandbox's state file ${path} cannot be read: ${messageOf(cause)}`,
      "Check the file's owner and permissions.",
      cause,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, messageOf(cause), cause);
  }
  const version =
    typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (typeof version === "number" && version > VERSION) {
    throw new SandboxError(
      `The sandbox's state file ${path} was written by a newer release of reconcile (format ${version}; this one knows ${VERSION}).`,
      "Use that release, or move the file away, or start anew with `reconcile sandbox reset`.",
    );
  }
  if (!isWorldState(value)) throw damaged(path, "it is not the description of an account");
  return value;
}

/** Enough to go on with: the file is written by this program alone, whole or not at all. */
function isWorldState(value: unknown): value is WorldState {
  if (typeof value !== "object" || value === null) return false;
  const state: Partial<Record<keyof WorldState, unknown>> = value;
  return (
    state.version === VERSION &&
    typeof state.account === "string" &&
    Number.isFinite(state.now) &&
    Number.isFinite(state.random) &&
    Number.isFinite(state.order) &&
    Array.isArray(state.queue) &&
    typeof state.anchor === "object" &&
    state.anchor !== null &&
    typeof state.regions === "object" &&
    state.regions !== null
  );
}

function save(path: string, state: WorldState): void {
  // JSON has no number that is not finite: written, it could not be read again.
  if (!isWorldState(state)) throw unwritable(path, "its time has run out of all bounds");
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // The account may hold user data and keys' public halves: nobody else's business.
    // And a link that lies there must not lead the writing to another file.
    rmSync(temporary, { force: true });
    const file = openSync(temporary, "wx", 0o600);
    try {
      // Not writeSync, which may write a part and say nothing: a disk that gets full.
      writeFileSync(file, JSON.stringify(state));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw unwritable(path, cause);
  }
}

function damaged(path: string, why: string, cause?: unknown): SandboxError {
  return new SandboxError(
    `The sandbox's state file ${path} is damaged: ${why}`,
    "It was left as it is. Put a good copy in its place, or start anew with `reconcile sandbox reset`, which keeps it aside.",
    cause,
  );
}

function unwritable(path: string, cause: unknown): SandboxError {
  return new SandboxError(
    `The sandbox's state file ${path} cannot be written: ${messageOf(cause)}`,
    "Make room on the disk or check the directory's permissions, then run the command again.",
    cause,
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
