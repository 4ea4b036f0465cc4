import type { Machine } from "./machine.ts";
import type { Reach } from "./reach.ts";

/** The parts of the build that steps and checks use. */
export interface Build {
  readonly machine: Machine;
  /** The family that the script was rendered for. */
  readonly family: string;
  readonly release: string;
  /** When the machine started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** What the machine fetched before the script started, by SHA-256. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly reach: Reach;
  /** The URL of the proxy that the build uses, if any. */
  proxy?: string;
  /** Advances the time by this many seconds. @throws TimedOut */
  spend(seconds: number): void;
  /** Prints once what the sandbox does not know and therefore assumes. */
  notice(text: string): void;
  /** Prints the last lines to the console, at most this many. */
  print(kind: string, lines: readonly string[], most: number): void;
  /** The number of this `run_command` in the body, from 1. */
  nextCommand(): number;
  /** The number of this `run_build` in the body, from 1. */
  nextOwnCommand(): number;
}

/** A step failed, as bash's ERR trap would detect. */
export class StepFailure extends Error {
  readonly command: string;
  readonly output: readonly string[];

  constructor(command: string, output: readonly string[]) {
    super(`${command} failed`);
    this.command = command;
    this.output = output;
  }
}

/** The build's own timeout ended it. */
export class TimedOut extends Error {}

/**
 * One function of the table of checks in specs/image.md. Returns undefined when the check passes.
 * Otherwise returns the output of the machine's commands.
 */
export type Check = (build: Build, parameters: readonly string[]) => readonly string[] | undefined;
