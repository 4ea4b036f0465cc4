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
  /** Undefined when the file does not exist. */
  load(): WorldState | undefined;
  /** Replaces the file atomically. Returns when the data is on the disk. */
  save(state: WorldState): void;
  /** Releases the file for other processes. */
  close(): void;
}

const VERSION = 1;

/**
 * Locks the file for this process.
 *
 * @throws SandboxError when another process holds the lock, or when the directory is not writable.
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
      // Another process may hold the lock now. Its file must not be overwritten.
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
 * Resets the account: moves its file aside, so that nothing is lost. Returns the new path, or
 * undefined when there was no file.
 *
 * @throws SandboxError when another process holds the lock.
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
 * Removes the files of processes that were killed while they saved. Only the holder of the lock saves,
 * so no file of that name is in use.
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
  // Reading a pipe without a writer would wait forever.
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw damaged(path, "it is not a regular file");
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new SandboxError(
      `Cannot read the sandbox's state file ${path}: ${messageOf(cause)}`,
      "Check the owner and the permissions of the file.",
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
      `A newer release of reconcile wrote the sandbox's state file ${path} (format ${version}; this release supports ${VERSION}).`,
      "Use that release, or run `reconcile sandbox reset` to start with an empty sandbox; it keeps the old file.",
    );
  }
  if (!isWorldState(value)) throw damaged(path, "it does not describe an account");
  return value;
}

/** A short check is enough: only this program writes the file, and it writes the file atomically. */
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
  // JSON has no infinite numbers, so such a file could not be read again.
  if (!isWorldState(state)) throw unwritable(path, "the sandbox's time is out of range");
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // The account may hold user data and public keys, so only the owner may read the file.
    // A link of that name must not redirect the write to another file.
    rmSync(temporary, { force: true });
    const file = openSync(temporary, "wx", 0o600);
    try {
      // Not writeSync: on a full disk it may write only a part without an error.
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
    "The file was not changed. Restore a good copy, or run `reconcile sandbox reset` to start with an empty sandbox; it keeps the damaged file.",
    cause,
  );
}

function unwritable(path: string, cause: unknown): SandboxError {
  return new SandboxError(
    `Cannot write the sandbox's state file ${path}: ${messageOf(cause)}`,
    "Free some disk space, or check the permissions of the directory. Then run the command again.",
    cause,
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
