import { guestDurations } from "../durations.ts";
import { markUnknown, mayExist, mayHaveCommand } from "../unknowns.ts";
import { assumePaths } from "./assumed-paths.ts";
import { commandPath } from "./command-path.ts";
import { builtinCommands } from "./commands-builtin.ts";
import { downloadCommands } from "./commands-downloads.ts";
import { fileCommands } from "./commands-files.ts";
import { modeCommands } from "./commands-modes.ts";
import { packageCommands } from "./commands-packages.ts";
import { systemCommands } from "./commands-system.ts";
import { textCommands } from "./commands-text.ts";
import { type Invocation, UNKNOWN } from "./shell.ts";
import { testCommands } from "./test-command.ts";

/** A command of the machine. Returns its exit status. */
export type CommandFunction = (invocation: Invocation) => number;

/** Commands of bash itself. They always exist. */
const builtins: ReadonlyMap<string, CommandFunction> = new Map([
  ...builtinCommands,
  ...testCommands,
]);

/** Programs that the sandbox simulates. They must be installed. */
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

/** A command that is not modelled succeeds, and the paths in its arguments exist afterwards. */
export function takeAsDone(invocation: Invocation): number {
  const { build, shell, parameters, out } = invocation;
  build.spend(guestDurations.step);
  for (const parameter of parameters) {
    const path = parameter.replace(/^-[^/=]*=?/, "");
    if (!/^(\.{0,2}\/)[\w./+@-]+$/.test(path)) continue;
    const absolute = shell.resolve(path);
    if (build.machine.exists(absolute)) continue;
    build.machine.touch(absolute, path.endsWith("/") ? "directory" : "file");
    markUnknown(build.machine, absolute);
  }
  followDoings(invocation);
  out(UNKNOWN);
  return 0;
}

/** Programs that may install programs, services and files anywhere. */
const installers =
  /^(make|cmake|ninja|meson|npm|npx|yarn|yarnpkg|pnpm|corepack|gem|bundle|bundler|cargo|go|rustup|snap|composer|alternatives|update-alternatives|cpan|luarocks|pipx|uv|poetry|conda|mvn|gradle|ansible-playbook|docker)$/;

/** Records what may exist after a command that is not modelled. */
function followDoings({ name, shell, build }: Invocation): void {
  const { machine } = build;
  const own = name.slice(name.lastIndexOf("/") + 1);
  if (installers.test(own) || (name.includes("/") && !/^\/(usr\/)?s?bin\//.test(name))) {
    machine.disk.installers = true;
  }
  // The command may have written to its working directory, unless that is a system folder.
  if (!/^\/(|etc|usr|var|s?bin|lib|boot|proc|sys|dev|run)(\/|$)/.test(shell.folder)) {
    markUnknown(machine, shell.folder);
  }
}

/** Whether a command with this name is found. */
export function isCommand({ shell, build }: Invocation, name: string): boolean {
  if (builtins.has(name) || shell.functions.has(name)) return true;
  if (commandPath({ shell, build, name }) !== undefined) return true;
  if (!mayHaveCommand(build.machine, name)) return false;
  build.notice(`the sandbox does not know the command ${name} and assumes that it exists`);
  return true;
}
