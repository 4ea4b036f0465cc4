import { type Command, CommanderError } from "commander";
import { chooseView } from "./choose-view.ts";
import { type CommandLine, typedLine } from "./command-line.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";
import { createProgram } from "./program.ts";
import { runCommand } from "./run-command.ts";
import { inSameAccount, isSandboxChosen } from "./sandbox-choice.ts";

/** Not defined as commander's defaults, which help would repeat for every flag. */
const OFF = { json: false, color: true, quiet: false, verbose: false };

/** Runs one command line and returns its exit code. Never throws. Only a second interrupt ends the process here. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  let typed: CommandLine = { command: "", options: new Map(), operands: [] };
  const program = createProgram(io, argv, async (command, body) => {
    const options = {
      ...OFF,
      sandbox: isSandboxChosen(io),
      ...program.opts<Partial<CommonOptions>>(),
    };
    code = await runCommand({ command, typed, options }, io, body);
  });
  program.hook("preAction", (_program, command) => {
    typed = inSameAccount(typedLine(command), io);
  });
  let wrong = program;
  for (const command of everyCommand(program)) {
    command.exitOverride((error) => {
      wrong = command;
      throw error;
    });
  }
  try {
    refuseUnknownTopic(program, argv);
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    await tellUsageError(error, wrong, argv, io);
    return EXIT.error;
  }
  return code;
}

/** Commander answers `help` for an unknown command with the whole help, and does not say that it is unknown. */
function refuseUnknownTopic(program: Command, argv: readonly string[]): void {
  const [first, topic] = argv.filter((word) => !word.startsWith("-"));
  if (first !== "help" || topic === undefined || topic === "help") return;
  if (program.commands.some((command) => command.name() === topic)) return;
  throw new CommanderError(1, "commander.unknownCommand", `error: unknown command '${topic}'`);
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** Prints one line with the right command line; with `--json`, an object. */
async function tellUsageError(
  error: CommanderError,
  wrong: Command,
  argv: readonly string[],
  io: Io,
): Promise<void> {
  const json = argv.includes("--json");
  // Without a command, commander printed the help.
  if (error.code === "commander.help" && !json) return;
  const { explainUsage } = await import("./usage-error.ts");
  const { message, remedy } = explainUsage(error, wrong, argv);
  const names = new Set(wrong.commands.map((command) => command.name()));
  const named = wrong.parent === null ? argv.find((word) => names.has(word)) : wrong.name();
  const color = !argv.includes("--no-color");
  const view = await chooseView(named ?? "", { json, color, verbose: false }, io);
  if (json) view.failure({ kind: "user", message, ...(remedy !== undefined && { remedy }) });
  else
    view.failure({
      kind: "user",
      message: remedy === undefined ? message : `${message}. ${remedy}`,
    });
  await view.close();
}
