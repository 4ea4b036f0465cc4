import { resolve } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { escapeInJson } from "../../ui/text.ts";
import { advise, type CommandLine, STANDARD_STREAM } from "../command-line.ts";
import { openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Inputs } from "../inputs.ts";
import { unwritable } from "../local-file.ts";
import type { PlanOptions } from "../options.ts";
import { planWish } from "../plan-wish.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { about } from "../subject.ts";
import { compileStack } from "../wish.ts";

/** Shows what differs. Writes only the saved plan. */
export async function plan(
  session: Session,
  named: string | undefined,
  options: PlanOptions,
): Promise<ExitCode> {
  const { view } = session;
  const { out } = options;
  if (out === STANDARD_STREAM && session.options.json) {
    throw new UserError("--json and --out - both print on standard output", {
      remedy: "Omit --json, or name a file after --out.",
    });
  }
  const stackFile = await openStackFile(session, named);
  const environment = await openEnvironment(session, stackFile.stack.region);
  try {
    view.about({ command: "plan", stack: stackFile.stack.stack, ...about(environment) });
    view.activity("Reading the account");
    const { cwd } = session.io;
    const kept: Inputs[] = [];
    const wish = compileStack(stackFile, environment, cwd, (inputs) => kept.push(inputs));
    const planning = await planWish(stackFile.stack.stack, wish, session, environment);
    // Saved before the plan is shown: with --json, an error must be the only object.
    const [inputs] = kept;
    if (out !== undefined && inputs !== undefined) {
      const { serializePlan } = await import("../saved-plan.ts");
      await save(session, serializePlan(planning.document, stackFile, inputs, cwd), out);
    }
    view.plan(planning.document, planning.desired, planning.live);
    if (out !== undefined && out !== STANDARD_STREAM) {
      view.planSaved(out, applying(session.typed, out));
    }
    const { changes, problems } = planning.document;
    if (problems.some(({ severity }) => severity === "error")) return EXIT.error;
    const differs = changes.some(({ action }) => action !== "keep");
    return options.check && differs ? EXIT.differs : EXIT.done;
  } finally {
    await environment.close();
  }
}

/** The typed command line as an apply of the saved plan, which already names the stack. */
function applying(typed: CommandLine, saved: string): string {
  return advise(typed, {
    command: "apply",
    leaveOut: ["--out", "--check"],
    add: { "--plan": saved },
    operands: [],
  });
}

/** Only for its owner: a saved plan has the stack file and the application's source. */
async function save({ io, signal }: Session, saved: string, shown: string): Promise<void> {
  const { writePrivateFile } = await import("../write-file.ts");
  const text = escapeInJson(saved);
  if (shown === STANDARD_STREAM) {
    io.stdout.write(text);
    return;
  }
  try {
    await writePrivateFile(resolve(io.cwd, shown), text, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw unwritable(cause, shown);
  }
}
