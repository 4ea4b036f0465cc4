import type { Readable, Writable } from "node:stream";
import type { Clock } from "../engine/clock.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

export type InterruptSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

type TerminalWritable = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

/** Everything of the process that a command touches, so that a test can be the process. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: TerminalWritable;
  readonly stderr: TerminalWritable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** What `--sandbox` means; left out: the embedded AWS that `.reconcile/` of `cwd` holds. */
  readonly sandbox?: Sandbox;
  /** The time of the AWS that the endpoint names; left out: the wall clock's. */
  readonly clock?: Clock;
  /** Calls back for every interrupt; the answer takes the listener away again. */
  onSignal(listener: (signal: InterruptSignal) => void): () => void;
  /** Calls the listeners back as Ctrl-C does, for a terminal that hands it over as a key. */
  interrupt(): void;
  /**
   * Stops as Ctrl-Z does, for a terminal that hands it over as a key; resolves once it goes on. Left
   * out where nothing can be stopped.
   */
  suspend?(): Promise<void>;
  /** Ends the process with the code at once. */
  exit(code: number): void;
}
