import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Beside the file, where a file is written before it takes its place; says whose work it is. */
export function unfinishedName(path: string): string {
  return `${path}.${process.pid}-${randomUUID().slice(0, 8)}.unfinished`;
}

/** Removes what processes that are gone have left unfinished of a file. */
export function removeLeftovers(path: string): void {
  const prefix = `${basename(path)}.`;
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    return; // no folder, no leftovers; whoever writes there says what is wrong with it
  }
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const [, pid] = /^(\d+)-[0-9a-f]{8}\.unfinished$/.exec(name.slice(prefix.length)) ?? [];
    // Of our own nothing is under way: a file is written without letting go in between.
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    try {
      rmSync(join(dirname(path), name), { force: true });
    } catch {
      // In the way of nothing: the next one that writes there tries again.
    }
  }
}

/** Signal 0 only asks. Without the right to signal it, the process is there all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
