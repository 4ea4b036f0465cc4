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
import { SandboxError } from "./sandbox-error.ts";

/** Locks of this very process: its own id in a lock file is no proof, since ids come back. */
const held = new Set<string>();

/**
 * Takes a lock that only one living process can have. A lock whose process is gone is taken over.
 * Returns the function that lets go of it.
 *
 * @throws SandboxError when another process has it.
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
          `The sandbox's lock ${lock} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
          "Make room on the disk or check the directory's permissions.",
          cause,
        );
      }
    }
    const owner = readOwner(lock);
    if (owner === undefined) continue;
    if (held.has(lock) || (owner.pid !== process.pid && isAlive(owner.pid))) {
      throw new SandboxError(
        `The sandbox ${subject} is in use by another process (${owner.pid}).`,
        `Wait until it has finished, or use another directory. If no such command is running, delete ${lock}.`,
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

/** A link is made at once and only where there is nothing, so that no lock is ever seen empty. */
function create(lock: string): void {
  const temporary = `${lock}.${process.pid}.new`;
  try {
    // A link that lies there must not lead the writing to another file.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, String(process.pid), { flag: "wx", mode: 0o600 });
    linkSync(temporary, lock);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What processes that were killed while they took the lock have left. */
function removeLeftovers(lock: string): void {
  const folder = dirname(lock);
  for (const name of readdirSync(folder)) {
    const rest = name.startsWith(basename(lock)) ? name.slice(basename(lock).length) : "";
    const [, pid] = /^\.(\d+)\.(new|stale)$/.exec(rest) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Undefined when the lock has gone meanwhile. */
function readOwner(lock: string): { pid: number; text: string } | undefined {
  try {
    // To read a pipe that nobody writes into would wait for ever.
    if (!statSync(lock).isFile()) {
      throw new SandboxError(
        `The sandbox's lock ${lock} is no regular file, so nobody can have it.`,
        `Remove ${lock}.`,
      );
    }
    const text = readFileSync(lock, "utf8");
    return { pid: Number.parseInt(text, 10) || 0, text };
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return undefined;
    throw cause;
  }
}

/** Signal 0 only asks. Without the right to signal it, the process is there all the same. */
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
 * Two processes may find the same stale lock. Renaming is atomic, so that only one of them moves
 * it; one that moved the other's fresh lock by mistake puts it back.
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
