import type { Build } from "../build.ts";
import type { Command, List } from "./syntax.ts";

/** The parts of a running shell that commands, expansions and redirections use. */
export interface Shell {
  readonly build: Build;
  readonly variables: Map<string, string>;
  readonly functions: Map<string, Command>;
  exitOnError: boolean;
  refuseUnset: boolean;
  folder: string;
  parameters: readonly string[];
  /** The status of the last command. */
  readonly status: number;
  /** Prints to standard output, and to standard error. */
  write(text: string): void;
  writeError(text: string): void;
  /** All output that was not captured. */
  lines(): string[];
  /** Captures the standard output of `run`. */
  capture(run: () => void): string;
  /** Redirects one stream to `into` during `run`. */
  collect<R>(stream: "output" | "errors", into: { text: string }, run: () => R): R;
  /** `$( … )`: the output without its trailing newlines. */
  substitute(body: List): string;
  /** Prints bash's message and ends the shell. */
  fail(line: number, message: string, status: number): never;
  /** @param strict whether a failing command ends the shell here (`set -e`). */
  runList(list: List, strict: boolean): number;
  /** An absolute path. */
  resolve(path: string): string;
  /** A new shell on the same machine, as for `bash -c`. */
  nested(options: ShellOptions): Shell;
}

export interface ShellOptions {
  /** `set -e`. */
  readonly exitOnError: boolean;
  /** `set -u`. */
  readonly refuseUnset: boolean;
}

/** The input of a command. */
export interface Invocation {
  readonly shell: Shell;
  readonly build: Build;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly input: string;
  readonly line: number;
  /** Standard output. */
  out(text: string): void;
  /** Standard error. */
  err(text: string): void;
  /** The commands of the machine, for a command that runs another one. */
  readonly commands: Commands;
}

export interface Commands {
  /** Runs a builtin or a program, but not a function of the shell. Returns its exit status. */
  run(invocation: Invocation): number;
  /** Whether a command with this name is found. */
  has(invocation: Invocation, name: string): boolean;
}

/** A command of the machine. Returns its exit status. */
export type CommandFunction = (invocation: Invocation) => number;
