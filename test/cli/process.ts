import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { onTestFinished } from "vitest";
import type { InterruptSignal, Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { Memory } from "../ui/streams.ts";

/** A process that command lines run in: a directory, streams that remember, signals to send. */
export class Process {
  readonly directory: string;
  readonly stdin = new PassThrough();
  readonly exits: number[] = [];
  env: Record<string, string> = {};
  /** Whether a run is interrupted as soon as it listens, however fast it is. */
  interruptsAtOnce = false;
  stdout = new Memory();
  stderr = new Memory();
  readonly #listeners = new Set<(signal: InterruptSignal) => void>();
  readonly #parts: { readonly sandbox?: Sandbox; readonly terminal?: boolean };

  constructor(
    files: Readonly<Record<string, string>> = {},
    parts: {
      readonly sandbox?: Sandbox;
      readonly terminal?: boolean;
      /** What the directory's name begins with. */
      readonly directory?: string;
    } = {},
  ) {
    this.#parts = parts;
    this.directory = mkdtempSync(join(tmpdir(), parts.directory ?? "reconcile-cli-"));
    for (const [name, content] of Object.entries(files)) this.write(name, content);
    onTestFinished(() => rmSync(this.directory, { recursive: true, force: true }));
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.directory, name), content);
  }

  /** Starts with empty output; resolves with the exit code. */
  run(line: string): Promise<number> {
    return this.runWords(line.split(" ").filter((word) => word !== ""));
  }

  /** Likewise, of words that may be empty or hold spaces. */
  runWords(words: readonly string[]): Promise<number> {
    this.stdout = new Memory();
    this.stderr = new Memory();
    return run(words, this.#io());
  }

  signal(signal: InterruptSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #io(): Io {
    const isTTY = this.#parts.terminal === true;
    return {
      stdin: Object.assign(this.stdin, { isTTY }),
      stdout: Object.assign(this.stdout, { isTTY }),
      stderr: Object.assign(this.stderr, { isTTY }),
      // A terminal that gets plain lines.
      env: { TERM: "dumb", ...this.env },
      cwd: this.directory,
      ...(this.#parts.sandbox === undefined ? {} : { sandbox: this.#parts.sandbox }),
      onSignal: (listener) => {
        this.#listeners.add(listener);
        if (this.interruptsAtOnce) queueMicrotask(() => listener("SIGINT"));
        return () => this.#listeners.delete(listener);
      },
      interrupt: () => {
        for (const listener of this.#listeners) listener("SIGINT");
      },
      exit: (code) => {
        this.exits.push(code);
      },
    };
  }
}

export const MINIMAL = `version: 1
stack: shop
image: { base: amazon-linux-2023 }
scaling: { min: 1, max: 2 }
`;
