import type { EngineEvent } from "../../../src/engine/events.ts";
import type { PlanDocument } from "../../../src/engine/plan-format.ts";
import { type Progress, reduceProgress } from "../../../src/ui/ink/progress.ts";
import { TYPES } from "../types.ts";

type Step = PlanDocument["steps"][number];

/** The moment that a run begins, on the clock of its events. */
export const START = Date.parse("2026-11-22T08:00:00.000Z");

export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

/** Events of one plan's steps, by the position of the step. */
export function eventsOf(plan: PlanDocument) {
  const step = (index: number): Pick<Step, "key" | "verb" | "address"> => {
    const found = plan.steps[index];
    if (found === undefined) throw new Error(`the plan has no step ${index}`);
    return { key: found.key, verb: found.verb, address: found.address };
  };
  return {
    planned: (): EngineEvent => ({
      at: at(0),
      event: "planned",
      summary: plan.summary,
      steps: plan.steps.map((_, index) => step(index)),
    }),
    started: (index: number, seconds: number): EngineEvent => ({
      at: at(seconds),
      event: "step-started",
      ...step(index),
    }),
    progressed: (
      index: number,
      seconds: number,
      message: string,
      count: { done?: number; total?: number } = {},
    ): EngineEvent => ({
      at: at(seconds),
      event: "step-progress",
      ...step(index),
      message,
      ...count,
    }),
    retried: (index: number, seconds: number, reason: string): EngineEvent => ({
      at: at(seconds),
      event: "step-retried",
      ...step(index),
      reason,
    }),
    done: (index: number, seconds: number, took: number, id = `id-${index}`): EngineEvent => ({
      at: at(seconds),
      event: "step-done",
      ...step(index),
      seconds: took,
      id,
    }),
    failed: (index: number, seconds: number, message: string): EngineEvent => ({
      at: at(seconds),
      event: "step-failed",
      ...step(index),
      error: {
        message,
        code: "VcpuLimitExceeded",
        operation: "ec2:RunInstances",
        remedy: "Ask AWS for a higher limit, then run it again.",
      },
    }),
    skipped: (index: number, seconds: number, because: string): EngineEvent => ({
      at: at(seconds),
      event: "step-skipped",
      ...step(index),
      because,
    }),
    finished: (
      seconds: number,
      rest: Partial<Extract<EngineEvent, { event: "finished" }>> = {},
    ): EngineEvent => ({
      at: at(seconds),
      event: "finished",
      ok: true,
      summary: plan.summary,
      outputs: {},
      apiCalls: 42,
      seconds,
      ...rest,
    }),
  };
}

/** The progress that these events leave. */
export function progressAfter(plan: PlanDocument, events: readonly EngineEvent[]): Progress {
  const progress = events.reduce<Progress | undefined>(
    (before, event) => reduceProgress(before, event, { document: plan, types: TYPES, desired: [] }),
    undefined,
  );
  if (progress === undefined) throw new Error("no events");
  return progress;
}
