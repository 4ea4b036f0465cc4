import type { View } from "../ui/view.ts";
import type { CommandLine } from "./command-line.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

/** One run of one command. */
export interface Session {
  readonly io: Io;
  readonly options: CommonOptions;
  /** For advice that repeats the command line. */
  readonly typed: CommandLine;
  readonly view: View;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Prints a line on standard error when the view is closed, so that it disturbs no live view. */
  warn(line: string): void;
}
