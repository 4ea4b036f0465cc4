import { resolve } from "node:path";
import { UserError } from "../../engine/errors.ts";
import { withoutNotes } from "../../engine/notes.ts";
import type { PlannedWork } from "../../engine/plan.ts";
import type { FindWish } from "../../engine/prepare.ts";
import type { NextCommand } from "../../ui/view.ts";
import { refuseErrors, requireSomeoneToAsk } from "../approve.ts";
import { carryOut } from "../carry-out.ts";
import { advise, type CommandLine, STANDARD_STREAM } from "../command-line.ts";
import { about, type Environment, openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { describeFailure } from "../failure.ts";
import { finalOutputs } from "../final-outputs.ts";
import { readFileOrPipe } from "../local-file.ts";
import type { ApplyOptions } from "../options.ts";
import { readStream } from "../read-bytes.ts";
import type { Session } from "../session.ts";
import { openStackFile, refusePlan } from "../stack-file.ts";
import { compileStack, planWish } from "../work.ts";

/** Plans, asks, changes, waits until healthy, and tells the outputs. */
export async function apply(
  session: Session,
  named: string | undefined,
  options: ApplyOptions,
): Promise<ExitCode> {
  if (named !== undefined) await refusePlan(session, named);
  requireSomeoneToAsk(session, "apply", options.yes);
  const saved = options.plan === undefined ? undefined : await readSavedPlan(session, options.plan);
  if (saved !== undefined) refuseOtherRegion(session, saved);
  const source = saved === undefined ? await fromFile(session, named) : fromPlan(saved, named);
  const environment = await openEnvironment(session, source.region);
  try {
    return await planAndApply(session, environment, source, options.yes);
  } finally {
    await environment.close();
  }
}

/** Where the wanted resources come from. */
interface Source {
  readonly stack: string;
  readonly region: string | undefined;
  readonly saved?: PlannedWork;
  wish(environment: Environment): FindWish;
}

async function fromFile(session: Session, named: string | undefined): Promise<Source> {
  const stackFile = await openStackFile(session, named);
  const { stack, region } = stackFile.stack;
  return { stack, region, wish: (environment) => compileStack(stackFile, environment) };
}

function fromPlan(saved: PlannedWork, named: string | undefined): Source {
  if (named !== undefined) {
    throw new UserError("a saved plan says everything that is to be done", {
      remedy: `Leave out ${named}, or leave out --plan.`,
    });
  }
  const { stack, region } = saved.document;
  return {
    stack,
    region,
    saved,
    wish:
      ({ clients }) =>
      async () => {
        const { lookUpAccount } = await import("../../aws/facts.ts");
        const problems = withoutNotes(saved);
        return { stack, account: await lookUpAccount(clients), desired: saved.desired, problems };
      },
  };
}

async function planAndApply(
  session: Session,
  environment: Environment,
  source: Source,
  yes: boolean,
): Promise<ExitCode> {
  const { view } = session;
  const next = nextOf(session.typed);
  view.about({ command: "apply", stack: source.stack, next, ...about(environment) });
  view.activity("Reading the account");
  const wish = source.wish(environment);
  const planning = await planWish(source.stack, wish, session, environment).catch(
    source.saved === undefined ? undefined : damagedUnlessKnown(session),
  );
  if (source.saved !== undefined) await refuseDifferences(source.saved, planning);
  const { document } = planning;
  view.plan(document, planning.desired);
  refuseErrors(document);
  if (document.steps.length === 0) {
    const outputs = await finalOutputs(planning.live, planning, session, environment);
    view.nothing("nothing-differs", outputs);
    return EXIT.done;
  }
  if (!yes && !(await view.approve({ kind: "confirm", document }, session.signal))) {
    view.nothing("declined", {});
    return EXIT.error;
  }
  session.signal.throwIfAborted();
  return carryOut(planning, session, environment);
}

/**
 * Whoever edits a saved plan can make its sum, too; then it may hold what no plan is, such as a reference to
 * nothing. Planning the same from a stack file cannot fail so, since the file is checked.
 */
function damagedUnlessKnown({ typed, signal }: Session): (error: unknown) => Promise<never> {
  return async (error) => {
    if (describeFailure(error, signal.aborted).kind !== "bug") throw error;
    const { damagedPlan } = await import("../../engine/saved-plan.ts");
    throw damagedPlan(typed.options.get("--plan") ?? "the file", error);
  };
}

/** What was done of a saved plan makes the live resources others than it was made for. */
function nextOf(typed: CommandLine): NextCommand {
  const saved = typed.options.get("--plan");
  if (saved === undefined) return { kind: "again", command: advise(typed) };
  const leaveOut = ["--plan", "--yes"];
  return {
    kind: "plan-anew",
    command: advise(typed, { command: "plan", leaveOut, add: { "--out": saved } }),
  };
}

/** A plan of some hundred resources, user data included, has a few MiB. */
const MOST_PLAN = 2 ** 25;

async function readSavedPlan(session: Session, named: string): Promise<PlannedWork> {
  const { io, signal } = session;
  const limits = { most: MOST_PLAN, signal };
  const shown = named === STANDARD_STREAM ? "standard input" : named;
  const content =
    named === STANDARD_STREAM
      ? (await readStream(io.stdin, limits)).content
      : await readFileOrPipe(resolve(io.cwd, named), named, limits);
  const [{ parseSavedPlan }, { resourceTypes }] = await Promise.all([
    import("../../engine/saved-plan.ts"),
    import("../../resources/all.ts"),
  ]);
  return parseSavedPlan(new TextDecoder().decode(content), shown, resourceTypes);
}

function refuseOtherRegion(session: Session, saved: PlannedWork): void {
  const { region } = saved.document;
  if (session.options.region === undefined || session.options.region === region) return;
  throw new UserError(`the plan was made for ${region}, not for ${session.options.region}`, {
    remedy: "Leave out --region, or make a new plan for that region.",
  });
}

async function refuseDifferences(saved: PlannedWork, now: PlannedWork): Promise<void> {
  const { planDifference } = await import("../../engine/saved-plan.ts");
  const differences = planDifference(saved, now);
  if (differences.length === 0) return;
  throw new UserError(
    `the live resources are not what they were when the plan was saved, so nothing was changed:\n${differences.map((line) => `- ${line}`).join("\n")}`,
    { remedy: "Make a new plan, look at it, and apply that." },
  );
}
