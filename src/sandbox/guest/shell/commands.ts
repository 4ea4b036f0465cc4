import { guestDurations } from "../durations.ts";
import { builtinCommands } from "./commands-builtin.ts";
import { downloadCommands } from "./commands-downloads.ts";
import { fileCommands } from "./commands-files.ts";
import { modeCommands } from "./commands-modes.ts";
import { packageCommands } from "./commands-packages.ts";
import { systemCommands } from "./commands-system.ts";
import { textCommands } from "./commands-text.ts";
import { type Invocation, UNKNOWN } from "./shell.ts";
import { testCommands } from "./test-command.ts";

/** A command of the machine: returns its status. */
export type CommandFunction = (invocation: Invocation) => number;

/** Of bash itself: they are there whatever is installed. */
const builtins: ReadonlyMap<string, CommandFunction> = new Map([
  ...builtinCommands,
  ...testCommands,
]);

/** Programs whose doings the sandbox follows. They must be installed. */
const programs: ReadonlyMap<string, CommandFunction> = new Map([
  ...downloadCommands,
  ...fileCommands,
  ...modeCommands,
  ...packageCommands,
  ...systemCommands,
  ...textCommands,
]);

export const commands = { run };

function run(invocation: Invocation): number {
  const { name, shell, build, line } = invocation;
  const builtin = builtins.get(name);
  if (builtin !== undefined) return builtin(invocation);
  if (name.includes(UNKNOWN)) return 0;
  const path = name.includes("/") ? shell.resolve(name) : name;
  if (!build.machine.hasCommand(path)) {
    const absent = name.includes("/") ? "No such file or directory" : "command not found";
    invocation.err(`bash: line ${line}: ${name}: ${absent}\n`);
    return 127;
  }
  const program = programs.get(name.slice(name.lastIndexOf("/") + 1));
  if (program !== undefined) return program(invocation);
  return takeAsDone(invocation);
}

/** A command that is not modelled succeeds, and the paths that it names exist from then on. */
function takeAsDone({ build, shell, parameters, out }: Invocation): number {
  build.spend(guestDurations.step);
  for (const parameter of parameters) {
    const path = parameter.replace(/^-[^/=]*=?/, "");
    if (!/^(\.{0,2}\/)[\w./+@-]+$/.test(path)) continue;
    const absolute = shell.resolve(path);
    build.machine.touch(absolute, path.endsWith("/") ? "directory" : "file");
  }
  out(UNKNOWN);
  return 0;
}

/** Whether a command of that name would be found. */
export function isCommand({ shell, build }: Invocation, name: string): boolean {
  return builtins.has(name) || shell.functions.has(name) || build.machine.hasCommand(name);
}
