import type { Verb } from "../engine/plan-format.ts";
import { typeNameOf } from "./types.ts";

/**
 * Seconds after which this run's pace counts as much as the usual durations. A few quick steps say little
 * about a long one.
 */
const PACE_WEIGHT_SECONDS = 300;

/** Of a quick step, an overhead that every step has; of none, that it is a hundred times as slow. */
const FARTHEST_PACE = 2;

/** The minimum remaining share of a step's forecast until the step is done. */
const LAST_SHARE = 0.15;

export interface TimedStep {
  readonly key: string;
  readonly verb: Verb;
  readonly address: string;
  readonly after: readonly string[];
  /** The usual duration in seconds, until this run has its own measurements. */
  readonly usual: number;
  /** The name of the part that takes the time, if there is one. */
  readonly slowPart?: string;
  /** The progress of the step is the share of the time that is over. */
  readonly tellsShare?: true;
  readonly state: "waiting" | "running" | "done" | "failed" | "skipped";
  /** The start in milliseconds since the epoch. Undefined before the start. */
  readonly since?: number;
  /** Its duration. Undefined until it is done. */
  readonly seconds?: number;
  /** Its progress, if it reports any. */
  readonly done?: number;
  readonly total?: number;
}

type Kind = Pick<TimedStep, "verb" | "address" | "slowPart" | "usual">;

/** The expected duration of a step of this kind, from the usual duration and this run's finished steps. */
export function expectedSeconds(step: Kind, steps: Iterable<TimedStep>): number {
  let alike = 0;
  let alikeSeconds = 0;
  let took = 0;
  let usual = 0;
  for (const other of steps) {
    if (other.state !== "done" || other.seconds === undefined) continue;
    usual += other.usual;
    took += Math.min(other.seconds, other.usual * FARTHEST_PACE);
    if (!isAlike(step, other)) continue;
    alike += 1;
    alikeSeconds += other.seconds;
  }
  const pace = (took + PACE_WEIGHT_SECONDS) / (usual + PACE_WEIGHT_SECONDS);
  // A single step may be an exception, so the usual duration counts as one more step.
  return (alikeSeconds + step.usual * pace) / (alike + 1);
}

/**
 * Seconds until the last step is done: the longest chain of dependent steps. Running steps count with
 * their remaining time. Failed and skipped steps count as zero.
 */
export function secondsLeft(steps: ReadonlyMap<string, TimedStep>, now: number): number {
  const known = new Map<string, number>();
  const finish = (key: string): number => {
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    // A cycle, which no plan has, must not hang the screen.
    known.set(key, 0);
    const step = steps.get(key);
    if (step === undefined) return 0;
    const begins = Math.max(0, ...step.after.map(finish));
    const ends = begins + ownSecondsLeft(step, steps, now);
    known.set(key, ends);
    return ends;
  };
  return Math.max(0, ...[...steps.keys()].map(finish));
}

function ownSecondsLeft(
  step: TimedStep,
  steps: ReadonlyMap<string, TimedStep>,
  now: number,
): number {
  if (step.state === "waiting") return expectedSeconds(step, steps.values());
  if (step.state !== "running") return 0;
  const elapsed = Math.max(0, (now - (step.since ?? now)) / 1000);
  const expected = expectedSeconds(step, steps.values());
  // A late step is expected to be late by the same amount again.
  const late = Math.max(0, elapsed - expected);
  return Math.max(expected - elapsed, expected * LAST_SHARE + late, secondsByShare(step, elapsed));
}

/** The usual duration does not know how much there is to do. The progress does. */
function secondsByShare({ tellsShare, done = 0, total = 0 }: TimedStep, elapsed: number): number {
  if (tellsShare !== true || done <= 0 || done >= total) return 0;
  return (elapsed * (total - done)) / done;
}

function isAlike(one: Kind, other: Kind): boolean {
  return (
    one.verb === other.verb &&
    one.slowPart === other.slowPart &&
    typeNameOf(one.address) === typeNameOf(other.address)
  );
}
