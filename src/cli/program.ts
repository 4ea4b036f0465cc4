import { Command } from "commander";
import { helpEnding, helpFormat, helpWidth } from "./help.ts";
import type { Io } from "./io.ts";
import { addApply } from "./usage/apply.ts";
import { type AddCommand, given, type Start } from "./usage/command.ts";
import { addConnect } from "./usage/connect.ts";
import { addDestroy } from "./usage/destroy.ts";
import { addGraph } from "./usage/graph.ts";
import { addImage } from "./usage/image.ts";
import { addPlan } from "./usage/plan.ts";
import { addSandbox } from "./usage/sandbox.ts";
import { addStatus } from "./usage/status.ts";
import { addValidate } from "./usage/validate.ts";
import { VERSION } from "./version.ts";

/** In the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addValidate,
  addPlan,
  addApply,
  addDestroy,
  addStatus,
  addConnect,
  addGraph,
  addImage,
  addSandbox,
];

/** The program with the options that all commands take, and its commands. */
export function createProgram(io: Io, argv: readonly string[], start: Start): Command {
  const width = helpWidth(io.stdout.columns);
  const program = new Command("reconcile")
    .description("Keeps a self-healing web tier on AWS in line with its stack file.")
    .version(VERSION, "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .option("--sandbox", "use the embedded AWS, stored in .reconcile/ of the current directory")
    .option(
      "--region <region>",
      "AWS region (default: the stack file's, then the AWS configuration's)",
      given,
    )
    .option("--profile <profile>", "profile in the shared AWS configuration files", given)
    .option("--json", "print only JSON on standard output")
    .option("--no-color", "print no colour, as with NO_COLOR")
    .option("--quiet", "print nothing if there is nothing to report, for example no difference")
    .option("--verbose", "print each AWS API call and its duration on standard error")
    .configureHelp(helpFormat(width))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        // With --json, the error is an object on standard output.
        if (!argv.includes("--json")) io.stderr.write(text);
      },
      // `tellUsageError` prints the error.
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError(false)
    .addHelpText("after", () => helpEnding(width));
  for (const add of COMMANDS) add(program, start);
  program.command("version", { hidden: true }).action(() => {
    const { json } = program.opts<{ json?: true }>();
    io.stdout.write(json ? `${JSON.stringify({ version: VERSION })}\n` : `${VERSION}\n`);
  });
  return program;
}
