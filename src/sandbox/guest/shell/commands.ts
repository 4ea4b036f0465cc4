import { mayExist, mayHaveCommand } from "../unknowns.ts";
import { assumePaths } from "./assumed-paths.ts";
import { commandPath } from "./command-path.ts";
import { builtinCommands } from "./commands/builtin.ts";
import { downloadCommands } from "./commands/downloads.ts";
import { fileCommands } from "./commands/files.ts";
import { modeCommands } from "./commands/modes.ts";
import { packageCommands } from "./commands/packages.ts";
import { systemCommands } from "./commands/system.ts";
import { testCommands } from "./commands/test.ts";
import { textCommands } from "./commands/text.ts";
import type { CommandFunction, Commands, Invocation } from "./shell.ts";
import { takeAsDone } from "./take-as-done.ts";
import { UNKNOWN } from "./unknown.ts";

/** Commands of bash itself. They always exist. */
const builtins: ReadonlyMap<string, CommandFunction> = new Map([
  ...builtinCommands,
  ...testCommands,
]);

/** Whether bash itself has a command of this name. */
export function isBuiltin(name: string): boolean {
  return builtins.has(name);
}

/** Programs that the sandbox simulates. They must be installed. */
const programs: ReadonlyMap<string, CommandFunction> = new Map([
  ...downloadCommands,
  ...fileCommands,
  ...modeCommands,
  ...packageCommands,
  ...systemCommands,
  ...textCommands,
]);

/** All commands of a machine. */
export const commands: Commands = { run, has };

function run(invocation: Invocation): number {
  const { name, build, line } = invocation;
  assumePaths(invocation);
  const builtin = builtins.get(name);
  if (builtin !== undefined) return builtin(invocation);
  if (name.includes(UNKNOWN)) return 0;
  if (commandPath(invocation) === undefined) {
    if (!mayBeCommand(invocation, name)) {
      const absent = name.includes("/") ? "No such file or directory" : "command not found";
      invocation.err(`bash: line ${line}: ${name}: ${absent}\n`);
      return 127;
    }
    build.notice(`the sandbox does not know the command ${name} and assumes that it succeeds`);
    return takeAsDone(invocation);
  }
  const program = programs.get(name.slice(name.lastIndexOf("/") + 1));
  if (program !== undefined) return program(invocation);
  return takeAsDone(invocation);
}

/** The name of a command that the tables lack, but that may exist. */
function mayBeCommand({ shell, build }: Invocation, name: string): boolean {
  if (name.includes("/")) return mayExist(build.machine, shell.resolve(name));
  return mayHaveCommand(build.machine, name);
}

function has({ shell, build }: Invocation, name: string): boolean {
  if (builtins.has(name) || shell.functions.has(name)) return true;
  if (commandPath({ shell, build, name }) !== undefined) return true;
  if (!mayHaveCommand(build.machine, name)) return false;
  build.notice(`the sandbox does not know the command ${name} and assumes that it exists`);
  return true;
}
