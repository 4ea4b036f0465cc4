import { UserError } from "../../engine/errors.ts";
import type { EngineEvent } from "../../engine/events.ts";
import type { Planning } from "../../engine/plan.ts";
import type { WishSource } from "../../engine/prepare.ts";
import type { Stack } from "../../spec/stack.ts";
import type { LocalFiles } from "../../stack/facts.ts";
import { type Login, loginOf } from "../../stack/login.ts";
import { isToldOf } from "../../stack/notify.ts";
import type { NextCommand } from "../../ui/view.ts";
import { refuseErrors, requireSomeoneToAsk } from "../approve.ts";
import { carryOut } from "../carry-out.ts";
import { advise, type CommandLine } from "../command-line.ts";
import { type Environment, openEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { finalOutputs } from "../final-outputs.ts";
import { contentOf } from "../local-source.ts";
import type { ApplyOptions } from "../options.ts";
import { planWish } from "../plan-wish.ts";
import type { Session } from "../session.ts";
import { openStackFile, refusePlan } from "../stack-file.ts";
import { about } from "../subject.ts";
import { compileStack } from "../wish.ts";

/** Plans, asks, applies the plan, waits until everything is healthy, and shows the outputs. */
export async function apply(
  session: Session,
  named: string | undefined,
  options: ApplyOptions,
): Promise<ExitCode> {
  if (named !== undefined) await refusePlan(session, named);
  requireSomeoneToAsk(session, "apply", options.yes);
  const { plan } = options;
  const source =
    plan === undefined ? await fromFile(session, named) : await fromPlan(session, plan, named);
  const environment = await openEnvironment(session, source.region);
  try {
    return await planAndApply(session, environment, source, options.yes);
  } catch (error) {
    // Somebody at a terminal has seen it.
    if (options.yes && source.notified && !session.signal.aborted) {
      const { tellFailedPlan } = await import("../outcome.ts");
      await tellFailedPlan(source.notified, error, session, environment);
    }
    throw error;
  } finally {
    await environment.close();
  }
}

/** The source of the desired resources. */
interface Source {
  readonly stack: string;
  readonly region: string | undefined;
  wish(environment: Environment): WishSource;
  readonly login: Login | undefined;
  /** The stack file, if it wants the outcomes of applies told. */
  readonly notified: Stack | undefined;
  /** Reads what a build fetches beside its script, by its SHA-256. */
  contentOf(sha256: string): Promise<Uint8Array>;
  /** Refuses a plan that is not the expected one. */
  confirm?(planning: Planning): Promise<void>;
}

async function fromFile(session: Session, named: string | undefined): Promise<Source> {
  const stackFile = await openStackFile(session, named);
  const { stack, region } = stackFile.stack;
  let known: LocalFiles | undefined;
  return {
    stack,
    region,
    login: loginOf(stackFile.stack),
    notified: notifiedStack(stackFile.stack),
    wish: (environment) =>
      compileStack(stackFile, environment, session.io.cwd, ({ facts }) => {
        known = facts.files;
      }),
    contentOf: (sha256) => contentOf(stackFile, sha256, known),
  };
}

async function fromPlan(
  session: Session,
  plan: string,
  named: string | undefined,
): Promise<Source> {
  if (named !== undefined) {
    throw new UserError("a saved plan contains its stack file", {
      remedy: `Omit ${named}, or omit --plan.`,
    });
  }
  const { readSavedPlan, requireSamePlan, wishOfSaved } = await import("../saved-source.ts");
  const saved = await readSavedPlan(session, plan);
  const { stack, region } = saved.document;
  const { cwd } = session.io;
  return {
    stack,
    region,
    login: loginOf(saved.stackFile.stack),
    notified: notifiedStack(saved.stackFile.stack),
    contentOf: (sha256) => contentOf(saved.stackFile, sha256, saved.inputs.facts.files),
    wish: (environment) => wishOfSaved(saved, environment, cwd),
    confirm: (planning) => requireSamePlan(saved, planning, cwd),
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
  const planning = await planWish(source.stack, wish, session, environment);
  await source.confirm?.(planning);
  const { document } = planning;
  view.plan(document, planning.desired, planning.live);
  refuseErrors(document);
  if (document.steps.length === 0) {
    const reached = { ...source, retained: planning.retained };
    const outputs = await finalOutputs(planning.live, reached, session, environment);
    view.nothing("nothing-differs", outputs);
    return EXIT.done;
  }
  if (!yes && !(await view.approve({ kind: "confirm", document }, session.signal))) {
    view.nothing("declined", {});
    return EXIT.error;
  }
  session.signal.throwIfAborted();
  const { notified } = source;
  if (notified === undefined) return carryOut(planning, session, environment, source);
  const events: EngineEvent[] = [];
  const heard = (event: EngineEvent) => void events.push(event);
  const code = await carryOut(planning, session, environment, { ...source, heard });
  const { tellOutcome } = await import("../outcome.ts");
  await tellOutcome(notified, { document, events }, session, environment);
  return code;
}

function notifiedStack(stack: Stack): Stack | undefined {
  return isToldOf(stack, "applies") ? stack : undefined;
}

/** A saved plan cannot be applied again: the completed steps have changed the live resources. */
function nextOf(typed: CommandLine): NextCommand {
  const saved = typed.options.get("--plan");
  if (saved === undefined) return { kind: "again", command: advise(typed) };
  const leaveOut = ["--plan", "--yes"];
  return {
    kind: "plan-anew",
    command: advise(typed, { command: "plan", leaveOut, add: { "--out": saved } }),
  };
}
