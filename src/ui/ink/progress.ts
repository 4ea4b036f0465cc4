import type { PendingItem } from "../../engine/errors.ts";
import type { EngineEvent, FailureDescription } from "../../engine/events.ts";
import type { Summary } from "../../engine/plan-format.ts";
import type { TimedStep } from "../durations.ts";
import { type Planned, timingOf } from "../forecast.ts";

/** One step as the screen shows it. */
export interface StepProgress extends TimedStep {
  /** Its current activity. */
  readonly message?: string;
  /** Why its last attempt is retried, and the number of retries. */
  readonly retry?: { readonly reason: string; readonly times: number };
  /** Notes for the user, whatever the result. */
  readonly notes?: readonly string[];
  /** The id of the created or changed object. */
  readonly id?: string;
  readonly error?: FailureDescription;
  readonly because?: string;
}

/** An apply or a destroy in progress, and its result. */
export interface Progress {
  /** Milliseconds since the epoch, on the clock of the events. */
  readonly begin: number;
  readonly destroys: boolean;
  /** In the plan's order. */
  readonly steps: ReadonlyMap<string, StepProgress>;
  readonly ending?: Ending;
}

export interface Ending {
  readonly ok: boolean;
  readonly interrupted: boolean;
  readonly summary: Summary;
  readonly outputs: Readonly<Record<string, string>>;
  readonly apiCalls: number;
  readonly seconds: number;
  readonly pending?: readonly PendingItem[];
  /** Why the run failed although every step is done. */
  readonly error?: FailureDescription;
}

/** A finished step. Its line stays on the screen. */
export type SettledStep = StepProgress & { readonly state: "done" | "failed" };

/** Skipped steps have not settled. The end of the run lists them together. */
export function isSettled(step: StepProgress): step is SettledStep {
  return step.state === "done" || step.state === "failed";
}

/**
 * The progress after an event. Pure. A `planned` event starts again with the steps of the plan
 * shown before.
 */
export function reduceProgress(
  progress: Progress | undefined,
  event: EngineEvent,
  planned: Planned,
): Progress {
  if (event.event === "planned") return begin(event, planned);
  const now: Progress = progress ?? {
    begin: Date.parse(event.at),
    destroys: false,
    steps: new Map(),
  };
  if (event.event === "finished") {
    const { ok, interrupted = false, summary, outputs, apiCalls, seconds, pending, error } = event;
    const ending = {
      ok,
      interrupted,
      summary,
      outputs,
      apiCalls,
      seconds,
      ...(pending && { pending }),
      ...(error && { error }),
    };
    return { ...now, ending };
  }
  const { key, verb, address } = event;
  const step = now.steps.get(key) ?? waiting({ key, verb, address }, planned);
  return { ...now, steps: new Map(now.steps).set(key, reduceStep(step, event)) };
}

function begin(event: Extract<EngineEvent, { event: "planned" }>, planned: Planned): Progress {
  const after = new Map(planned.document?.steps.map((step) => [step.key, step.after]));
  const steps = event.steps.map(({ key, verb, address }): readonly [string, StepProgress] => {
    const step = waiting({ key, verb, address }, planned);
    return [key, { ...step, after: after.get(key) ?? [] }];
  });
  return {
    begin: Date.parse(event.at),
    destroys: event.steps.length > 0 && event.steps.every(({ verb }) => verb === "delete"),
    steps: new Map(steps),
  };
}

function waiting(
  step: Pick<StepProgress, "key" | "verb" | "address">,
  planned: Planned,
): StepProgress {
  return { ...step, after: [], state: "waiting", ...timingOf(step, planned) };
}

type StepEvent = Extract<EngineEvent, { key: string }>;

function reduceStep(step: StepProgress, event: StepEvent): StepProgress {
  switch (event.event) {
    case "step-started":
      return { ...step, state: "running", since: Date.parse(event.at) };
    case "step-progress": {
      const { message, done, total, note } = event;
      if (note) return { ...step, notes: [...(step.notes ?? []), message] };
      const { retry: _over, done: _done, total: _total, ...rest } = step;
      return {
        ...rest,
        message,
        ...(done !== undefined && { done }),
        ...(total !== undefined && { total }),
      };
    }
    case "step-retried":
      return { ...step, retry: { reason: event.reason, times: (step.retry?.times ?? 0) + 1 } };
    case "step-done": {
      const { seconds, id } = event;
      return { ...step, state: "done", seconds, ...(id !== undefined && { id }) };
    }
    case "step-failed":
      return { ...step, state: "failed", error: event.error };
    case "step-skipped":
      return { ...step, state: "skipped", because: event.because };
  }
}

/** What a waiting step still waits for, as addresses, in the plan's order. */
export function waitsFor(step: StepProgress, steps: Progress["steps"]): readonly string[] {
  const open = step.after.flatMap((key) => {
    const before = steps.get(key);
    return before === undefined || before.state === "done" ? [] : [before.address];
  });
  return [...new Set(open)];
}

/** Steps in one state, in the plan's order. */
export function stepsIn(progress: Progress, state: StepProgress["state"]): StepProgress[] {
  return [...progress.steps.values()].filter((step) => step.state === state);
}
