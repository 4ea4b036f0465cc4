import {
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  type StateReason,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { keyProblem, ownKeyRemedy } from "../../aws/remedies.ts";
import { OutsideError } from "../../engine/errors.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { unpackConsoleList } from "../../image/packages.ts";
import { promisesOf } from "../../image/promises.ts";
import { unpackScript } from "../../image/user-data.ts";
import { parseVerdict } from "../../image/verdict.ts";
import { retryNotFound } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { buildFailed, endOf } from "./build-failure.ts";

/** One run of a build script on a builder. */
export interface BuildRun {
  /** Of the builder. */
  readonly id: string;
  /** The build's identity, which each of its console lines contains. */
  readonly hash: string;
}

/** The identity of the build in a packed script, from its header. */
export function buildHash(userData: string): string {
  const script = unpackScript(Buffer.from(userData, "base64"));
  const header = /^# reconcile-build: (.*)$/m.exec(script)?.[1] ?? "";
  return /(?:^| )hash=([0-9a-f]{64})(?: |$)/.exec(header)?.[1] ?? "";
}

/** A builder whose script has ended stops within a minute; the script itself keeps to its timeout. */
const stopMargin = 5 * 60_000;

/** Waits until the builder has powered itself off, and reports its steps as progress. */
export async function runsToItsEnd(
  context: ResourceContext,
  run: BuildRun & { readonly launched: number; readonly timeout: number },
): Promise<void> {
  const console = { at: Number.NEGATIVE_INFINITY, progress: {} as Partial<BuildProgress> };
  const end = run.launched + run.timeout * 1000 + stopMargin;
  try {
    await waitFor({
      what: `the builder ${run.id} to finish and power off`,
      deadline: Math.max(end - context.clock.now(), stopMargin),
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<void>> => {
        const { state, reason } = await stateOf(context, run.id);
        if (state === "stopped") return { done: undefined };
        if (state === "shutting-down" || state === "terminated") throw terminated(run.id, reason);
        if (state === "running" && context.clock.now() >= console.at + consolePace) {
          console.at = context.clock.now();
          console.progress = await progressOf(context, run);
        }
        return { pending: `the builder is ${state}`, ...console.progress };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    const text = await consoleText(context, run.id);
    throw new OutsideError(`${error.message}${lastStep(text, run)}`, {
      code: "BuildTimedOut",
      remedy: error.remedy ?? slowRemedy(text, run),
      consoleOutput: endOf(text),
      cause: error,
    });
  }
}

function slowRemedy(text: string, run: BuildRun): string {
  return parseVerdict(text, run.hash).progress?.step === "restart_system"
    ? "The system was restarted, and then something kept it busy, or it did not start again: see the console output. Check what your files and commands change about the boot."
    : "If the last step only needs more time, raise image.builder.timeout.";
}

interface BuildProgress {
  readonly pending: string;
  readonly progress: { readonly done: number; readonly total: number };
}

/** The console changes slowly, and its answer is up to 64 KB. */
const consolePace = 15_000;

async function progressOf(
  context: ResourceContext,
  run: BuildRun,
): Promise<Partial<BuildProgress>> {
  const { progress } = parseVerdict(await consoleText(context, run.id), run.hash);
  if (progress === undefined) return {};
  const { done, total, step } = progress;
  return { pending: `building: ${step}`, progress: { done, total } };
}

/**
 * EC2 posts the console "shortly after" a change of state ("GetConsoleOutput"): some minutes at
 * worst.
 */
const verdictDeadline = 10 * 60_000;

/** The result of a build that passed. */
export interface BuildResult {
  /** The ids of the promises whose checks passed, in order. */
  readonly checks: readonly string[];
  /** The URLs of the image's packages. Undefined if the console does not have the whole list. */
  readonly packages: readonly string[] | undefined;
}

/**
 * Reads a stopped builder's verdict.
 *
 * @throws OutsideError unless the build passed.
 */
export async function readVerdict(context: ResourceContext, run: BuildRun): Promise<BuildResult> {
  let text = "";
  try {
    return await waitFor({
      what: `the build's result on the console of ${run.id}`,
      deadline: verdictDeadline,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<BuildResult>> => {
        text = await consoleText(context, run.id);
        const { state, checks, notices, packages, failure } = parseVerdict(text, run.hash);
        if (state === "passed" || failure !== undefined) {
          for (const notice of notices) context.report.noted(notice);
        }
        if (state === "passed") {
          const kept = promisesOf(checks.map(({ id }) => id));
          return { done: { checks: kept, packages: unpackConsoleList(packages) } };
        }
        if (failure !== undefined) throw buildFailed({ checks, failure }, text);
        return {
          pending:
            state === "none" ? "the console shows no build yet" : "the console is not complete yet",
        };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    throw new OutsideError(
      `The builder ${run.id} powered off without reporting a result.${lastStep(text, run)}`,
      {
        code: "BuildWithoutVerdict",
        remedy:
          "Run the same command again. If the build ends like this again, the system shut down before the build script ended: see the console output.",
        consoleOutput: endOf(text),
        cause: error,
      },
    );
  }
}

/** The last step of a build that did not report its result. */
function lastStep(text: string, run: BuildRun): string {
  const { progress } = parseVerdict(text, run.hash);
  if (progress === undefined) return "\nNo step of the build began.";
  const { done, total, step } = progress;
  return `\nThe last step that began: ${step} (${done} of ${total}).`;
}

/** AWS's reason code for an instance that a person or a program terminated. */
const userInitiated = "Client.UserInitiatedShutdown";

function terminated(id: string, reason: StateReason | undefined): OutsideError {
  const code = "BuilderTerminated";
  if (reason === undefined || reason.Code === userInitiated) {
    return new OutsideError(`somebody terminated the builder ${id}`, {
      code,
      remedy: "Run the same command again.",
    });
  }
  const words = reason.Message ?? reason.Code ?? "AWS gives no reason";
  return new OutsideError(`AWS terminated the builder ${id}: ${words}`, {
    code,
    remedy: keyProblem.test(words) ? ownKeyRemedy : "Run the same command again.",
  });
}

async function stateOf(
  context: ResourceContext,
  id: string,
): Promise<{ state: string; reason: StateReason | undefined }> {
  const { Reservations } = await retryNotFound(context, "the builder", () =>
    context.clients.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })),
  );
  const instance = Reservations?.[0]?.Instances?.[0];
  return { state: instance?.State?.Name ?? "not visible yet", reason: instance?.StateReason };
}

/**
 * The last 64 KB. Only Nitro instances show the current console; the others show the last posted
 * one.
 */
async function consoleText(context: ResourceContext, id: string): Promise<string> {
  const ask = async (Latest: boolean) => {
    const command = new GetConsoleOutputCommand({ InstanceId: id, ...(Latest && { Latest }) });
    const { Output = "" } = await retryNotFound(context, "the builder", () =>
      context.clients.ec2.send(command),
    );
    return Buffer.from(Output, "base64").toString("utf8");
  };
  try {
    return await ask(true);
  } catch (error) {
    if (!isAwsError(error) || error.code !== "UnsupportedOperation") throw error;
    return ask(false);
  }
}
