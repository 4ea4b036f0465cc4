import { AsyncLocalStorage } from "node:async_hooks";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { ApiCall } from "../../src/sandbox/dispatcher.ts";
import { type HttpRequestLike, WireRequest } from "../../src/sandbox/protocol/request.ts";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { services } from "../../src/sandbox/services.ts";
import { type StackFile, toYaml } from "./stack-files.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** Where a process dies, or is told to stop. */
export type Blow =
  | {
      /** At its n-th API call, counted from 1. */
      readonly call: number;
      /** `before` it is sent; `after` AWS did it, before the answer is read; `interrupt`: Ctrl-C then. */
      readonly when: "before" | "after" | "interrupt";
    }
  /** After AWS did its n-th write. Most calls are reads: this hits the moments between two changes. */
  | { readonly write: number };

export interface ProcessOptions {
  readonly blow?: Blow;
  /** Milliseconds by which this machine's clock is wrong. */
  readonly clockError?: number;
  /** Looks before each call is sent and after AWS did it. */
  readonly onCall?: (moment: {
    readonly call: number;
    readonly operation: string;
    readonly when: "before" | "after";
  }) => void;
  /** Virtual milliseconds after which it counts as stuck. */
  readonly within?: number;
}

/** How one command line ended. */
export interface Ended {
  readonly line: string;
  /** Undefined: it died. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly ApiCall[];
  /** Virtual milliseconds. */
  readonly began: number;
  readonly ended: number;
}

/** One running command line. */
export interface Process {
  readonly number: number;
  readonly line: string;
  readonly calls: ApiCall[];
  /** Virtual milliseconds. */
  readonly began: number;
}

/** Four hours: longer than any deadline of one step and the ones before it. */
const stuckAfter = 4 * 60 * 60_000;

const running = new AsyncLocalStorage<Process>();

/** The process that makes the call being observed; undefined for a person's hand. */
export function caller(): Process | undefined {
  return running.getStore();
}

/** One embedded AWS, a directory with stack files, and the processes that work there. */
export class Account {
  readonly sandbox: Sandbox;
  readonly time: VirtualTime;
  readonly directory: string;
  readonly history: Ended[] = [];
  #processes = 0;

  private constructor(sandbox: Sandbox, time: VirtualTime, directory: string) {
    this.sandbox = sandbox;
    this.time = time;
    this.directory = directory;
    sandbox.observe((call) => caller()?.calls.push(call));
  }

  static async open(
    time: VirtualTime,
    options: SandboxOptions,
    files?: ReadonlyMap<string, Buffer>,
  ): Promise<Account> {
    const directory = mkdtempSync(join(tmpdir(), "reconcile-simulation-"));
    cpSync(join(import.meta.dirname, "../../examples/tiny_app.py"), join(directory, "tiny_app.py"));
    for (const [name, content] of files ?? []) {
      writeFileSync(join(directory, name), content, { mode: 0o600 });
    }
    return new Account(await createSandbox({ speed: 1, ...options }), time, directory);
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  write(file: StackFile, name = "afterpay.yaml"): void {
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, name), toYaml(file));
  }

  /** What is in the directory, to begin another account with. */
  files(): ReadonlyMap<string, Buffer> {
    return new Map(
      readdirSync(this.directory).map((name) => [name, readFileSync(join(this.directory, name))]),
    );
  }

  /** Starts a command line; its promise ends when the process does, or dies. */
  async start(line: string, options: ProcessOptions = {}): Promise<Ended> {
    this.#processes += 1;
    const began = this.time.now();
    const process: Process = { number: this.#processes, line, calls: [], began };
    const { blow, onCall, clockError = 0 } = options;
    const stdout: string[] = [];
    const stderr: string[] = [];
    const listeners = new Set<(signal: "SIGINT") => void>();
    let die: () => void = () => {};
    let dead = false;
    const death = new Promise<undefined>((resolve) => {
      die = () => {
        dead = true;
        resolve(undefined);
      };
    });
    const { sandbox } = this;
    const never = new Promise<never>(() => {});
    let calls = 0;
    const handle: Sandbox["requestHandler"]["handle"] = async (request, handlerOptions) => {
      if (dead) return never;
      calls += 1;
      const call = calls;
      const struck = blow && "call" in blow && blow.call === call ? blow.when : undefined;
      const operation = operationOf(request);
      onCall?.({ call, operation, when: "before" });
      if (struck === "before") {
        die();
        return never;
      }
      if (struck === "interrupt") for (const listener of [...listeners]) listener("SIGINT");
      const answer = await running.run(process, () =>
        sandbox.requestHandler.handle(request, handlerOptions),
      );
      onCall?.({ call, operation, when: "after" });
      const written = () => process.calls.filter(({ writes }) => writes).length;
      if (struck === "after" || (blow && "write" in blow && written() >= blow.write)) die();
      return dead ? never : answer;
    };
    const io: Io = {
      stdin: Readable.from([]),
      stdout: collect(stdout),
      stderr: collect(stderr),
      env: {},
      cwd: this.directory,
      sandbox: {
        ...sandbox,
        requestHandler: { ...sandbox.requestHandler, handle },
        now: () => sandbox.now() + clockError,
        clock: {
          now: () => sandbox.clock.now() + clockError,
          sleep: async (milliseconds, signal) => {
            await sandbox.clock.sleep(milliseconds, signal);
            if (dead) await never;
          },
        },
      },
      onSignal(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      interrupt: () => {},
      exit: die,
    };
    const code = await Promise.race([run([...line.split(" "), "--sandbox"], io), death]);
    const ended: Ended = {
      line,
      code,
      stdout: stdout.join(""),
      stderr: stderr.join(""),
      calls: process.calls,
      began,
      ended: this.time.now(),
    };
    this.history.push(ended);
    return ended;
  }

  /** Starts a command line and waits for its end. */
  run(line: string, options: ProcessOptions = {}): Promise<Ended> {
    return this.time.pass(this.start(line, options), { within: options.within ?? stuckAfter });
  }

  /** A person's call, past the product. */
  async call(service: string, operation: string, input: object): Promise<unknown> {
    return this.time.pass(this.sandbox.call(service, operation, input));
  }
}

function operationOf(http: HttpRequestLike): string {
  const request = new WireRequest(http);
  const service = services.find(({ protocol }) => protocol.claims(request));
  return service?.protocol.operationOf(request) ?? "an operation that the sandbox does not know";
}

function collect(into: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      into.push(chunk.toString("utf8"));
      done();
    },
  });
}
