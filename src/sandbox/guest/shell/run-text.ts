/**
 * The sandbox does not run your commands on your machine. It parses the text of `run_command` and
 * `run_check` like bash, and simulates files, packages, services, users, settings, tests, conditions and
 * loops. A command that the machine lacks fails with status 127, as in bash. Any other existing command
 * is assumed to succeed, and the paths in its arguments exist afterwards. Output that the sandbox
 * cannot know makes every comparison true.
 */
import type { Build } from "../build.ts";
import { Interpreter } from "./interpreter.ts";
import { ShellExit, ShellJump } from "./jumps.ts";
import { parseShell } from "./parse.ts";
import type { ShellOptions } from "./shell.ts";
import { ShellSyntaxError } from "./tokens.ts";

export interface TextResult {
  readonly status: number;
  /** The lines of standard output and standard error. */
  readonly output: readonly string[];
}

/**
 * Simulates a text as `bash -euo pipefail -c` would run it.
 *
 * @throws TimedOut when the build exceeds its timeout.
 */
export function runText(text: string, build: Build): TextResult {
  return runWith(text, build, { exitOnError: true, refuseUnset: true });
}

/**
 * Simulates the text of a program as `sh` would run it.
 *
 * @throws TimedOut when it takes longer than it may.
 */
export function runProgramText(text: string, build: Build): TextResult {
  return runWith(text, build, { exitOnError: false, refuseUnset: false });
}

function runWith(text: string, build: Build, options: ShellOptions): TextResult {
  const shell = new Interpreter(build, options);
  let status: number;
  try {
    status = shell.runList(parseShell(text), true);
  } catch (error) {
    if (error instanceof ShellSyntaxError) {
      shell.write(`bash: -c: line ${text.split("\n").length}: ${error.message}\n`);
      status = 2;
    } else if (error instanceof ShellExit || error instanceof ShellJump) {
      // A jump outside of any loop or function.
      status = error.status;
    } else if (error instanceof RangeError) {
      shell.write("bash: -c: nested too deeply to be read\n");
      status = 2;
    } else {
      throw error;
    }
  }
  return { status, output: shell.lines() };
}
