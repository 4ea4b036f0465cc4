/**
 * The sandbox does not run your commands on your machine. It reads the text of `run_command` and
 * `run_check` as bash would, and follows what it models: files, packages, services, users, settings,
 * tests, conditions and loops. A command that the machine does not have fails as in bash, with
 * status 127. Any other command that exists, and any output that the sandbox cannot know, is taken to
 * be right: the command succeeds, a comparison with such output holds, and paths that such a
 * command names exist from then on.
 */
import type { Build } from "../build.ts";
import { parseShell } from "./parse.ts";
import { Shell, ShellExit, ShellJump } from "./shell.ts";
import { ShellSyntaxError } from "./tokens.ts";

export interface TextResult {
  readonly status: number;
  /** Standard output and standard error, line by line. */
  readonly output: readonly string[];
}

/**
 * Plays a text as `bash -euo pipefail -c` would run it.
 *
 * @throws TimedOut when it takes longer than the build may.
 */
export function runText(text: string, build: Build): TextResult {
  const shell = new Shell(build, { exitOnError: true, refuseUnset: true });
  let status: number;
  try {
    status = shell.runList(parseShell(text), true);
  } catch (error) {
    if (error instanceof ShellSyntaxError) {
      shell.write(`bash: -c: line ${text.split("\n").length}: ${error.message}\n`);
      status = 2;
    } else if (error instanceof ShellExit || error instanceof ShellJump) {
      // A jump that no loop or function took up.
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
