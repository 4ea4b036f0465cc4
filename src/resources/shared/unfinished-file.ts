import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The name, beside the final one, under which a file is written first. Contains the process's id. */
export function unfinishedName(path: string): string {
  return `${path}.${process.pid}-${randomUUID().slice(0, 8)}.unfinished`;
}

/** Removes unfinished files that ended processes left behind. */
export function removeLeftovers(path: string): void {
  const prefix = `${basename(path)}.`;
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return; // without a folder, there are no leftovers; writing reports what is wrong with the folder
  }
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const [, pid] = /^(\d+)-[0-9a-f]{8}\.unfinished$/.exec(name.slice(prefix.length)) ?? [];
    // Our own process has no unfinished file here, because writing is synchronous.
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    try {
      rmSync(join(dirname(path), name), { force: true });
    } catch {
      // Leftovers do no harm. The next process that writes there tries again.
    }
  }
}

/** Signal 0 only checks. A process that we may not signal exists, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
