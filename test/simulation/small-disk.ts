import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const namespaces = ["--user", "--mount", "--map-root-user"] as const;

/** Why no disk of a few kilobytes can be mounted here; undefined where one can. */
export function whyNoSmallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-disk-"));
  try {
    execFileSync("unshare", [...namespaces, "mount", "-t", "tmpfs", "tmpfs", directory], {
      stdio: "pipe",
    });
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n").at(-2) : undefined;
    return `no user namespace in which to mount a disk: ${why ?? String(error)}`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * A disk of so many kilobytes at a path, which only commands with its `prefix` see. It is gone
 * with the process that keeps it mounted, at the latest with this one.
 */
export class SmallDisk {
  readonly path: string;
  readonly #keeper: ChildProcess;

  private constructor(path: string, keeper: ChildProcess) {
    this.path = path;
    this.#keeper = keeper;
  }

  static async mount(path: string, kilobytes: number): Promise<SmallDisk> {
    mkdirSync(path, { recursive: true });
    const script = `mount -t tmpfs -o size=${kilobytes}k,mode=0777 tmpfs "$1" && echo mounted && exec cat > /dev/null`;
    const keeper = spawn("unshare", [...namespaces, "sh", "-c", script, "sh", path], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (keeper.stdout !== null) await once(keeper.stdout, "data");
    return new SmallDisk(path, keeper);
  }

  /** A command that runs the rest of its arguments in a directory, where the disk is mounted. */
  prefix(directory: string): readonly string[] {
    const pid = String(this.#keeper.pid);
    const target = ["--target", pid, "--user", "--mount", "--preserve-credentials"];
    return ["nsenter", ...target, "sh", "-c", 'cd "$0" && exec "$@"', directory];
  }

  resize(kilobytes: number): void {
    this.do("mount", "-o", `remount,size=${kilobytes}k`, this.path);
  }

  /** Runs a command on the disk; returns what it printed. */
  do(...command: readonly string[]): string {
    const [file = "", ...rest] = [...this.prefix(this.path), ...command];
    return execFileSync(file, rest, { encoding: "utf8" });
  }

  async unmount(): Promise<void> {
    const gone = once(this.#keeper, "close");
    this.#keeper.stdin?.end();
    await gone;
  }
}
