import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { minimal, type StackFile, toYaml } from "./stack-files.ts";

/** How a process of the operating system ended. */
export interface RealEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** So much faster than the wall clock: a minute of AWS's time takes 0.04 seconds. */
const speed = { RECONCILE_SANDBOX_SPEED: "1500" };

/** A directory of its own for a test, with a stack file. */
export function directory(file: StackFile = minimal): string {
  const path = mkdtempSync(join(tmpdir(), "reconcile-interruption-"));
  onTestFinished(() => {
    chmodSync(path, 0o755);
    rmSync(path, { recursive: true, force: true });
  });
  writeFileSync(join(path, "afterpay.yaml"), toYaml(file));
  return path;
}

/** Command lines of the real program, each its own process, in one directory. */
export class Shell {
  readonly cwd: string;
  readonly #program: string;
  readonly #prefix: readonly string[];
  readonly #options: SpawnOptions;

  /** `prefix`: a command that runs the rest of its arguments as a command, somewhere else. */
  constructor(
    cwd: string,
    program: string,
    { prefix = [], ...options }: SpawnOptions & { readonly prefix?: readonly string[] } = {},
  ) {
    this.cwd = cwd;
    this.#program = program;
    this.#prefix = prefix;
    this.#options = options;
  }

  start(line: string, options: SpawnOptions = {}): ChildProcess {
    const words = [process.execPath, this.#program, ...line.split(" "), "--sandbox"];
    const [command = "", ...rest] = [...this.#prefix, ...words];
    return spawn(command, rest, {
      cwd: this.cwd,
      env: { PATH: process.env["PATH"], HOME: this.cwd, ...speed },
      ...this.#options,
      ...options,
    });
  }

  run(line: string, options?: SpawnOptions): Promise<RealEnd> {
    return end(this.start(line, options));
  }

  /** One apply reaches what the file says, and after a destroy the account is as it was, `empty`. */
  async demandConvergence(empty: string): Promise<void> {
    await this.succeed("apply --yes");
    await this.succeed("plan --check");
    await this.succeed("destroy --yes");
    expect(await this.succeed("sandbox show")).toBe(empty);
  }

  /** Returns what it printed. */
  async succeed(line: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(line);
    expect(code, `${line}: ${stdout}${stderr}`).toBe(0);
    return stdout;
  }
}

export function end(child: ChildProcess): Promise<RealEnd> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
