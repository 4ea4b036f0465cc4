import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { UserError } from "../engine/errors.ts";
import type { View } from "../ui/view.ts";
import { chooseView, WATCHED_STATUS } from "./choose-view.ts";
import { type CommandLine, STANDARD_STREAM, typedLine } from "./command-line.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { describeFailure } from "./failure.ts";
import { helpEnding, helpFormat, helpWidth } from "./help.ts";
import { watchInterrupts } from "./interrupts.ts";
import type { Io } from "./io.ts";
import {
  type ApplyOptions,
  type CommonOptions,
  type DestroyOptions,
  GRAPH_FORMATS,
  type GraphFormat,
  type PlanOptions,
  type StatusOptions,
} from "./options.ts";
import type { Session } from "./session.ts";
import { isOn } from "./terminal.ts";
import { VERSION } from "./version.ts";

type Body = (session: Session) => Promise<ExitCode>;

/** Runs one command line and returns its exit code. Never throws. Only a second interrupt ends the process here. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  let typed: CommandLine = { command: "", options: new Map(), operands: [] };
  const program = createProgram(io, argv, async (command, options, body) => {
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

/** Advice is copied to other shells too, where the variable is not set and the account would be the real one. */
function inSameAccount(typed: CommandLine, { env }: Io): CommandLine {
  if (!isOn(env[SANDBOX_VARIABLE]) || typed.options.has(SANDBOX_OPTION)) return typed;
  return { ...typed, options: new Map([...typed.options, [SANDBOX_OPTION, undefined]]) };
}

const SANDBOX_VARIABLE = "RECONCILE_SANDBOX";
const SANDBOX_OPTION = "--sandbox";

/** `no` or `off` must not silently mean the sandbox, whose health says nothing about the account. */
function requireClearAccount({ env }: Io): void {
  const text = env[SANDBOX_VARIABLE];
  if (text === undefined || /^(|0|1|true|false)$/.test(text)) return;
  throw new UserError(`RECONCILE_SANDBOX is ${JSON.stringify(text)}, which is neither 1 nor 0`, {
    remedy: "Set it to 1 to use the sandbox, or unset it to use the AWS account.",
  });
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

async function runCommand(
  { command, typed, options }: Pick<Session, "typed" | "options"> & { readonly command: string },
  io: Io,
  body: Body,
): Promise<ExitCode> {
  const view = await viewOf({ command, typed, options }, io);
  const { signal, release } = watchInterrupts(io, view);
  let code: ExitCode;
  try {
    requireClearAccount(io);
    code = await body({ io, options, typed, view, signal });
  } catch (error) {
    const failure = describeFailure(error, signal.aborted);
    view.failure(failure);
    code = failure.kind === "interrupted" ? EXIT.interrupted : EXIT.error;
  }
  try {
    await view.close();
  } finally {
    release();
  }
  const isCutShort = signal.aborted && !SETTLES_INTERRUPTS.has(command);
  return code === EXIT.done && isCutShort ? EXIT.interrupted : code;
}

/** If standard output is for the saved plan, the plan for people goes to standard error. */
async function viewOf(
  { command, typed, options }: Pick<Session, "typed" | "options"> & { readonly command: string },
  io: Io,
): Promise<View> {
  const isTaken = typed.options.get("--out") === STANDARD_STREAM && !options.json;
  const { stdin, stderr, env, suspend, interrupt } = io;
  const view = isTaken
    ? await chooseView("", options, { stdin, stdout: stderr, stderr, env, suspend, interrupt })
    : await chooseView(command, options, io);
  if (!options.quiet) return view;
  const { createQuietView } = await import("../ui/quiet.ts");
  return createQuietView(view);
}

/**
 * The commands that decide their own exit code after an interrupt: an apply may have finished anyway, and a
 * server only ends by an interrupt.
 */
const SETTLES_INTERRUPTS: ReadonlySet<string> = new Set(["apply", "destroy", "sandbox serve"]);

type Start = (command: string, options: CommonOptions, body: Body) => Promise<void>;

/** Not defined as commander's defaults, which help would repeat for every flag. */
const OFF = { json: false, color: true, quiet: false, verbose: false };

const FILE = "[file]";
const FILE_MEANING =
  "stack file, or - for standard input (default: afterpay.yaml, or the only stack file in the current directory)";

/** Refuses the empty value that an unset variable in a script leaves. */
function given(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("It is empty: give it a value, or omit it.");
}

/** Commands are imported when they run, so that `--version` and `--help` load none of them. */
function createProgram(io: Io, argv: readonly string[], start: Start): Command {
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
  const common = (): CommonOptions => ({
    ...OFF,
    sandbox: isOn(io.env[SANDBOX_VARIABLE]),
    ...program.opts<Partial<CommonOptions>>(),
  });

  program
    .command("validate")
    .argument(FILE, FILE_MEANING, given)
    .description("check the stack file; makes no AWS calls")
    .action((file?: string) =>
      start("validate", common(), async (session) =>
        (await import("./commands/validate.ts")).validate(session, file),
      ),
    );
  program
    .command("plan")
    .argument(FILE, FILE_MEANING, given)
    .description("show what differs from the stack file; changes nothing")
    .option("--check", "exit with code 2 if anything differs")
    .option(
      "--out <plan.json>",
      "save the plan for apply --plan; - writes it to standard output",
      given,
    )
    .action((file: string | undefined, options: Partial<PlanOptions>) =>
      start("plan", common(), async (session) =>
        (await import("./commands/plan.ts")).plan(session, file, { check: false, ...options }),
      ),
    );
  program
    .command("apply")
    .argument(FILE, FILE_MEANING, given)
    .description("show the plan, ask, apply it, wait until everything is healthy, print the URL")
    .option("--yes", "apply without asking")
    .option(
      "--plan <plan.json>",
      "apply exactly a saved plan, or nothing; - reads it from standard input",
      given,
    )
    .action((file: string | undefined, options: Partial<ApplyOptions>) =>
      start("apply", common(), async (session) =>
        (await import("./commands/apply.ts")).apply(session, file, { yes: false, ...options }),
      ),
    );
  program
    .command("destroy")
    .argument(FILE, FILE_MEANING, given)
    .description("delete every resource that carries the stack's tags")
    .option("--yes", "delete without asking for the stack's name")
    .action((file: string | undefined, options: Partial<DestroyOptions>) =>
      start("destroy", common(), async (session) =>
        (await import("./commands/destroy.ts")).destroy(session, file, { yes: false, ...options }),
      ),
    );
  program
    .command("status")
    .argument(FILE, FILE_MEANING, given)
    .description("show whether the servers are in service, the live resources and the URL")
    .option(
      "--check",
      "exit with code 3 if the servers are not healthy, 2 if anything differs from the stack file",
    )
    .option(
      "--watch",
      "keep showing changes; with --check, until healthy and matching the stack file",
    )
    .action((file: string | undefined, options: Partial<StatusOptions>) =>
      start(options.watch === true ? WATCHED_STATUS : "status", common(), async (session) =>
        (await import("./commands/status.ts")).status(session, file, {
          check: false,
          watch: false,
          ...options,
        }),
      ),
    );
  program
    .command("graph")
    .argument(FILE, FILE_MEANING, given)
    .description("print the resources and their dependencies, coloured by what a plan would do")
    .addOption(
      new Option("--format <format>", "Mermaid (GitHub draws it), Graphviz's DOT, or a picture")
        .choices(GRAPH_FORMATS)
        .default("mermaid"),
    )
    .action((file: string | undefined, options: { format: GraphFormat }) =>
      start("graph", common(), async (session) =>
        (await import("./commands/graph.ts")).graph(session, file, options.format),
      ),
    );
  program
    .command("image")
    .argument(FILE, FILE_MEANING, given)
    .description("print the image's build script, exactly as the builder runs it")
    .option("--checks", "print everything that the build verifies, and how")
    .action((file: string | undefined, options: { checks?: true }) =>
      start("image", common(), async (session) =>
        (await import("./commands/image.ts")).image(session, file, { checks: false, ...options }),
      ),
    );
  addSandboxCommands(program, common, start);
  program.command("version", { hidden: true }).action(() => {
    const { json } = common();
    io.stdout.write(json ? `${JSON.stringify({ version: VERSION })}\n` : `${VERSION}\n`);
  });
  return program;
}

function addSandboxCommands(program: Command, common: () => CommonOptions, start: Start): void {
  const sandbox = program
    .command("sandbox")
    .description("serve, inspect, change or empty the embedded AWS of the current directory");
  sandbox
    .command("serve")
    .description("serve the sandbox on loopback, for any AWS client")
    .option("--port <port>", "port on 127.0.0.1; 0 picks a free port", "4566")
    .action((options: { port: string }) =>
      start("sandbox serve", common(), async (session) =>
        (await import("./commands/sandbox.ts")).serve(session, options.port),
      ),
    );
  sandbox
    .command("show")
    .description("list everything in the sandbox")
    .action(() =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).show(session),
      ),
    );
  sandbox
    .command("reset")
    .description("empty the sandbox")
    .action(() =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).reset(session),
      ),
    );
  sandbox
    .command("call")
    .argument("<service>", "ec2, autoscaling, elb or sts")
    .argument("<Operation>", "for example TerminateInstances")
    .argument("[input]", "the call's parameters as JSON", "{}")
    .description("make one API call, for example to cause drift and see it corrected")
    .action((service: string, operation: string, input: string) =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).call(session, service, operation, input),
      ),
    );
  sandbox
    .command("publish-image")
    .argument("[family]", "amazon-linux-2023, ubuntu-24.04 or debian-12", "amazon-linux-2023")
    .description("publish a newer base image, as its vendor would, to see the drift")
    .action((family: string) =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).publishImage(session, family),
      ),
    );
  sandbox
    .command("capacity")
    .argument("<zone>", "an availability zone, for example ap-southeast-2a")
    .argument(
      "<capacity>",
      "plenty, none (launches fail) or not-offered (the zone does not offer the instance type)",
    )
    .argument("[instance-type]", "for example t3.micro (default: every type)")
    .description("set the capacity of an availability zone, to see what happens without any")
    .action((zone: string, supply: string, instanceType?: string) =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).capacity(session, zone, supply, instanceType),
      ),
    );
}
