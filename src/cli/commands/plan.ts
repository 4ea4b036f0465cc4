import { rename, rm, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Planning } from "../../engine/plan.ts";
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
    session.signal.throwIfAborted();
    // Before anything is shown: --json prints one object, the plan or why there is none.
    if (options.out !== undefined) {
      await save(planning, resolve(session.io.cwd, options.out), options.out);
    }
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

async function save(planning: Planning, path: string, shown: string): Promise<void> {
  const { serializePlan } = await import("../../engine/saved-plan.ts");
  try {
    const text = serializePlan(planning);
    if (await isDevice(path)) await writeFile(path, text);
    else await replace(path, text);
  } catch (cause) {
    throw unwritable(cause, shown);
  }
}

/** A pipe or a terminal, which cannot be replaced. */
async function isDevice(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile();
}

/** At once or not at all: on a disk that gets full the plan saved before stays. */
async function replace(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    // It holds all wanted fields, user data with its files and commands too.
    await writeFile(unfinished, text, { mode: 0o600, flush: true });
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
