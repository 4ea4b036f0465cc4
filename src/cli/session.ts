import type { View } from "../ui/view.ts";
import type { CommandLine } from "./command-line.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";

/** One run of one command. */
export interface Session {
  readonly io: Io;
  readonly options: CommonOptions;
  /** For what is advised. */
  readonly typed: CommandLine;
  readonly view: View;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
}
