import { type Command, InvalidArgumentError } from "commander";
import type { ExitCode } from "../exit-code.ts";
import type { Session } from "../session.ts";

/** What a command does. */
export type Body = (session: Session) => Promise<ExitCode>;

/** Runs a command's body, with a session of the options that all commands take. */
export type Start = (command: string, body: Body) => Promise<void>;

/**
 * Adds a command to the program: its arguments, options and help. It imports its body only when it runs, so
 * that help loads none of them.
 */
export type AddCommand = (program: Command, start: Start) => void;

export const FILE = "[file]";
export const FILE_MEANING =
  "stack file, or - for standard input (default: afterpay.yaml, or the only stack file in the current directory)";

/** Refuses the empty value that an unset variable in a script leaves. */
export function given(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("It is empty: give it a value, or omit it.");
}
