import {
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { SandboxError, SandboxInUse } from "./sandbox-error.ts";

/** Locks that this process holds. Its own id in a lock file proves nothing, because systems reuse process ids. */
const held = new Set<string>();

/**
 * Takes a lock that only one running process can hold. A lock of a process that ended is taken
 * over. Returns the function that releases the lock.
 *
 * @throws SandboxError when another process holds the lock.
 */
export function lockFile(lock: string, subject: string): () => void {
  // Each round either takes the lock, or removes one stale lock, or throws.
  for (;;) {
    try {
      create(lock);
      break;
    } catch (cause) {
      if (!hasCode(cause, "EEXIST")) {
        throw new SandboxError(
          `Cannot write the sandbox's lock ${lock}: ${cause instanceof Error ? cause.message : String(cause)}`,
          "Free some disk space, or check the permissions of the directory.",
          cause,
        );
      }
    }
    const owner = readOwner(lock);
    if (owner === undefined) continue;
    if (held.has(lock) || (owner.pid !== process.pid && isAlive(owner.pid))) {
      throw new SandboxInUse(
        `The sandbox ${subject} is in use by another process (${owner.pid}).`,
        `Wait until that process ends, or use another directory. If no such process is running, delete ${lock}.`,
      );
    }
    takeAway(lock, owner.text);
  }
  held.add(lock);
  removeLeftovers(lock);
  return () => {
    if (held.delete(lock)) rmSync(lock, { force: true });
  };
}

/** A link is created atomically and never replaces a file, so no process ever reads an empty lock. */
function create(lock: string): void {
  const temporary = `${lock}.${process.pid}.new`;
  try {
    // A link of that name must not redirect the write to another file.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, String(process.pid), { flag: "wx", mode: 0o600 });
    linkSync(temporary, lock);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes the files of processes that were killed while they took the lock. */
function removeLeftovers(lock: string): void {
  const folder = dirname(lock);
  for (const name of readdirSync(folder)) {
    const rest = name.startsWith(basename(lock)) ? name.slice(basename(lock).length) : "";
    const [, pid] = /^\.(\d+)\.(new|stale)$/.exec(rest) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Undefined when the lock no longer exists. */
function readOwner(lock: string): { pid: number; text: string } | undefined {
  try {
    // Reading a pipe without a writer would wait forever.
    if (!statSync(lock).isFile()) {
      throw new SandboxError(
        `The sandbox's lock ${lock} is not a regular file, so no process can hold it.`,
        `Delete ${lock}.`,
      );
    }
    const text = readFileSync(lock, "utf8");
    return { pid: Number.parseInt(text, 10) || 0, text };
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw cause;
  }
}

/** Signal 0 only tests whether the process exists. A missing permission to signal it means that it exists. */
function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return hasCode(cause, "EPERM");
  }
}

/**
 * Two processes may find the same stale lock. Renaming is atomic, so only one of them moves it. A
 * process that moved the other one's new lock by mistake puts it back.
 */
function takeAway(lock: string, staleText: string): void {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return;
    throw cause;
  }
  if (readFileSync(aside, "utf8") === staleText) rmSync(aside, { force: true });
  else renameSync(aside, lock);
}

function hasCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && "code" in cause && cause.code === code;
}
