import type { Readable, Writable } from "node:stream";
import type { Clock } from "../engine/clock.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

export type InterruptSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

type TerminalWritable = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** Everything that a command uses of the process, so that a test can stand in for it. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: TerminalWritable;
  readonly stderr: TerminalWritable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The AWS that `--sandbox` uses. Default: the embedded AWS, stored in `.reconcile/` of `cwd`. */
  readonly sandbox?: Sandbox;
  /** The clock of the AWS behind the endpoint. Default: the wall clock. */
  readonly clock?: Clock;
  /** Calls the listener on every interrupt. Returns a function that removes the listener. */
  onSignal(listener: (signal: InterruptSignal) => void): () => void;
  /** Calls the listeners as Ctrl-C does, for a terminal that reports Ctrl-C as a key. */
  interrupt(): void;
  /**
   * Suspends the process as Ctrl-Z does, for a terminal that reports Ctrl-Z as a key. Resolves when the
   * process continues. Undefined on systems without job control.
   */
  suspend?(): Promise<void>;
  /** Ends the process with the code at once. */
  exit(code: number): void;
}
