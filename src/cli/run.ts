import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { indented } from "../ui/text.ts";
import { chooseView } from "./choose-view.ts";
import { type CommandLine, typedLine } from "./command-line.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { describeFailure } from "./failure.ts";
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

/** Runs one command line, and says how it ended. Never throws, and never ends the process but at a second interrupt. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  let typed: CommandLine = { command: "", options: new Map(), operands: [] };
  const program = createProgram(io, argv, async (command, options, body) => {
    code = await runCommand({ command, typed, options }, io, body);
  });
  program.hook("preAction", (_program, command) => {
    typed = typedLine(command);
  });
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.done;
    if (argv.includes("--json")) {
      const names = new Set(program.commands.map((command) => command.name()));
      const named = argv.find((word) => names.has(word)) ?? "";
      const view = await chooseView(named, { json: true, color: false, verbose: false }, io);
      view.failure({ kind: "user", message: usageError(error) });
    }
    return EXIT.error;
  }
  return code;
}

async function runCommand(
  { command, typed, options }: Pick<Session, "typed" | "options"> & { readonly command: string },
  io: Io,
  body: Body,
): Promise<ExitCode> {
  const view = await chooseView(command, options, io);
  const { signal, release } = watchInterrupts(io, view);
  let code: ExitCode;
  try {
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

/**
 * The commands that say themselves what an interrupt was to them: a change may have had nothing left
 * to do, and a server is ended in no other way.
 */
const SETTLES_INTERRUPTS: ReadonlySet<string> = new Set(["apply", "destroy", "sandbox serve"]);

/** Commander's own words, but for a command line that names no command: it has only a mark for that. */
function usageError({ code, message }: CommanderError): string {
  if (code === "commander.help") return "no command is named; reconcile --help lists them";
  return message.replace(/^error: /, "");
}

type Start = (command: string, options: CommonOptions, body: Body) => Promise<void>;

/** Said here and not as defaults, which help would repeat for every flag. */
const OFF = { json: false, color: true, verbose: false };

const FILE = "[file]";
const FILE_MEANING = "the stack file; left out: afterpay.yaml, or the only one in this directory";

/** What a script's unset variable leaves of a value would mean something else than was meant. */
function given(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("It is empty: give it a value, or leave it out.");
}

/** Every body is imported when its command runs, so that `--version` and `--help` load none. */
function createProgram(io: Io, argv: readonly string[], start: Start): Command {
  const program = new Command("reconcile")
    .description("Makes a self-healing web tier on AWS what its stack file says, again and again.")
    .version(VERSION, "--version", "print the version")
    .helpOption("--help", "show help")
    .option("--sandbox", "work in the embedded AWS, kept in .reconcile/ of this directory")
    .option(
      "--region <region>",
      "AWS region; left out: the stack file's, then the AWS chain's",
      given,
    )
    .option("--profile <profile>", "profile of the shared AWS configuration files", given)
    .option("--json", "print JSON, and nothing else, on standard output")
    .option("--no-color", "no colour, as with NO_COLOR")
    .option("--verbose", "print each AWS call with its duration on standard error")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => {
        // Under --json the error is an object on standard output.
        if (!argv.includes("--json")) io.stderr.write(text);
      },
      outputError: (text, write) => write(`${indented(text.trimEnd(), 2)}\n`),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .addHelpText("after", ENVIRONMENT_HELP);
  const common = (): CommonOptions => ({
    ...OFF,
    sandbox: isOn(io.env["RECONCILE_SANDBOX"]),
    ...program.opts<Partial<CommonOptions>>(),
  });

  program
    .command("validate")
    .argument(FILE, FILE_MEANING, given)
    .description("check the stack file alone; needs no network")
    .action((file?: string) =>
      start("validate", common(), async (session) =>
        (await import("./commands/validate.ts")).validate(session, file),
      ),
    );
  program
    .command("plan")
    .argument(FILE, FILE_MEANING, given)
    .description("show what differs; changes nothing")
    .option("--check", "end with exit code 2 when anything differs")
    .option("--out <plan.json>", "save the plan, for apply --plan", given)
    .action((file: string | undefined, options: Partial<PlanOptions>) =>
      start("plan", common(), async (session) =>
        (await import("./commands/plan.ts")).plan(session, file, { check: false, ...options }),
      ),
    );
  program
    .command("apply")
    .argument(FILE, FILE_MEANING, given)
    .description("show what differs, ask, change it, wait until healthy, print the URL")
    .option("--yes", "don't ask")
    .option("--plan <plan.json>", "make exactly the changes of a saved plan, or none", given)
    .action((file: string | undefined, options: Partial<ApplyOptions>) =>
      start("apply", common(), async (session) =>
        (await import("./commands/apply.ts")).apply(session, file, { yes: false, ...options }),
      ),
    );
  program
    .command("destroy")
    .argument(FILE, FILE_MEANING, given)
    .description("delete everything that carries the stack's tags")
    .option("--yes", "don't ask for the stack's name to be typed")
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
      "end with exit code 3 if the servers are not healthy, 2 if anything differs from the stack file",
    )
    .action((file: string | undefined, options: Partial<StatusOptions>) =>
      start("status", common(), async (session) =>
        (await import("./commands/status.ts")).status(session, file, { check: false, ...options }),
      ),
    );
  program
    .command("graph")
    .argument(FILE, FILE_MEANING, given)
    .description("print the resources and which needs which, coloured by what a plan would do")
    .addOption(
      new Option("--format <format>", "Mermaid as GitHub draws it, Graphviz's DOT, or a picture")
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
    .description("print the image's build script, exactly as the builder would run it")
    .option("--checks", "print every promise about the image, and how the build verifies it")
    .action((file: string | undefined, options: { checks?: true }) =>
      start("image", common(), async (session) =>
        (await import("./commands/image.ts")).image(session, file, { checks: false, ...options }),
      ),
    );
  addSandboxCommands(program, common, start);
  return program;
}

function addSandboxCommands(program: Command, common: () => CommonOptions, start: Start): void {
  const sandbox = program
    .command("sandbox")
    .description("the embedded AWS of this directory: serve it, look into it, change it, empty it");
  sandbox
    .command("serve")
    .description("serve it on loopback, for any AWS client")
    .option("--port <port>", "port on 127.0.0.1; 0 takes a free one", "4566")
    .action((options: { port: string }) =>
      start("sandbox serve", common(), async (session) =>
        (await import("./commands/sandbox.ts")).serve(session, options.port),
      ),
    );
  sandbox
    .command("show")
    .description("list what is in it")
    .action(() =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).show(session),
      ),
    );
  sandbox
    .command("reset")
    .description("empty it")
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
    .description("make one call, for example to cause drift and see it corrected")
    .action((service: string, operation: string, input: string) =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).call(session, service, operation, input),
      ),
    );
  sandbox
    .command("publish-image")
    .argument("[family]", "amazon-linux-2023, ubuntu-24.04 or debian-12", "amazon-linux-2023")
    .description("publish a newer base image, as a vendor would, to see the drift")
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
      "plenty, none (launches fail for want of it) or not-offered (the zone lacks the type)",
    )
    .argument("[instance-type]", "for example t3.micro; left out: every type")
    .description("set what a zone has room for, to see what happens when it has none")
    .action((zone: string, supply: string, instanceType?: string) =>
      start("sandbox", common(), async (session) =>
        (await import("./commands/sandbox.ts")).capacity(session, zone, supply, instanceType),
      ),
    );
}

const ENVIRONMENT_HELP = `
Environment:
  AWS_*                    credentials, region, profile and endpoint (AWS_ENDPOINT_URL), as for any
                           AWS client
  CI                       no pictures, colour or questions, as in a pipe (unless it is 0 or false)
  NO_COLOR                 no colour
  RECONCILE_SANDBOX_SPEED  how many times faster than the wall clock the sandbox's time runs
                           (default 60)
  RECONCILE_SANDBOX_VCPUS  how many vCPUs the sandbox's instances may have together (default 256)

Exit codes: 0 done, or nothing differs; 1 an error; 2 plan --check or status --check
found differences; 3 status --check found something not healthy; 130 interrupted.`;
