import { resolve } from "node:path";
import type { Planning } from "../../engine/plan.ts";
import { escapeInJson } from "../../ui/text.ts";
import { advise, type CommandLine } from "../command-line.ts";
import { about, openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { unwritable } from "../local-file.ts";
import type { PlanOptions } from "../options.ts";
import type { Session } from "../session.ts";
import { openStackFile } from "../stack-file.ts";
import { compileStack, planWish } from "../work.ts";

/** Shows what differs; writes nothing but the plan's own file. */
export async function plan(
  session: Session,
  named: string | undefined,
  options: PlanOptions,
): Promise<ExitCode> {
  const { view } = session;
  const stackFile = await openStackFile(session, named);
  const environment = await openEnvironment(session, stackFile.stack.region);
  try {
    view.about({ command: "plan", stack: stackFile.stack.stack, ...about(environment) });
    view.activity("Reading the account");
    const wish = compileStack(stackFile, environment);
    const planning = await planWish(stackFile.stack.stack, wish, session, environment);
    // Before anything is shown: --json prints one object, the plan or why there is none.
    if (options.out !== undefined) await save(session, planning, options.out);
    view.plan(planning.document, planning.desired);
    if (options.out !== undefined)
      view.planSaved(options.out, applying(session.typed, options.out));
    const { changes, problems } = planning.document;
    if (problems.some(({ severity }) => severity === "error")) return EXIT.error;
    const differs = changes.some(({ action }) => action !== "keep");
    return options.check && differs ? EXIT.differs : EXIT.done;
  } finally {
    await environment.close();
  }
}

/** The plan knows its stack; all else is as it was typed. */
function applying(typed: CommandLine, saved: string): string {
  return advise(typed, {
    command: "apply",
    leaveOut: ["--out", "--check"],
    add: { "--plan": saved },
    operands: [],
  });
}

/** It holds all wanted fields, user data with its files and commands too. */
async function save({ io, signal }: Session, planning: Planning, shown: string): Promise<void> {
  const [{ serializePlan }, { writePrivateFile }] = await Promise.all([
    import("../../engine/saved-plan.ts"),
    import("../write-file.ts"),
  ]);
  const text = escapeInJson(serializePlan(planning));
  try {
    await writePrivateFile(resolve(io.cwd, shown), text, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw unwritable(cause, shown);
  }
}
