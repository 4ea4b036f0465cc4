import type { Verb } from "../../engine/plan-format.ts";

/**
 * Seconds that a step usually takes, by verb and type, before this run has shown better. From AWS's
 * own pace: an image is an instance that boots, updates itself and stops (some 5 minutes) and a
 * snapshot of 8 GiB (some 3); a group is instances that boot and pass the load balancer's checks; a
 * load balancer lets go of its network interfaces, and of security groups, a minute or two late.
 */
const TYPICAL_SECONDS: Readonly<Record<Verb, Readonly<Record<string, number>>>> = {
  create: {
    "key-pair": 1,
    image: 480,
    "security-group": 3,
    "launch-template": 2,
    "load-balancer": 4,
    "auto-scaling-group": 150,
  },
  update: {
    "key-pair": 1,
    image: 2,
    "security-group": 2,
    "launch-template": 2,
    "load-balancer": 3,
    "auto-scaling-group": 420,
  },
  delete: {
    "key-pair": 1,
    image: 3,
    "security-group": 60,
    "launch-template": 1,
    "load-balancer": 5,
    "auto-scaling-group": 120,
  },
};

/** A type that the table does not know: a few calls and a short wait. */
const OTHER_SECONDS = 10;

/** Seconds that must have gone by before this run's pace counts as much as the table's: a few quick steps tell little of a long one. */
const PACE_WEIGHT_SECONDS = 300;

/** A step that outlasts its forecast is taken to need this share of what it took so far. */
const OVERTIME_SHARE = 0.15;

export interface TimedStep {
  readonly key: string;
  readonly verb: Verb;
  readonly address: string;
  readonly after: readonly string[];
  readonly state: "waiting" | "running" | "done" | "failed" | "skipped";
  /** Milliseconds since the epoch, once it runs. */
  readonly since?: number;
  /** How long it took, once it is done. */
  readonly seconds?: number;
}

/** What a step of this kind takes, as far as the table and this run's finished steps tell. */
export function expectedSeconds(
  { verb, address }: Pick<TimedStep, "verb" | "address">,
  steps: Iterable<TimedStep>,
): number {
  const type = typeOf(address);
  let alike = 0;
  let alikeSeconds = 0;
  let took = 0;
  let typical = 0;
  for (const step of steps) {
    if (step.state !== "done" || step.seconds === undefined) continue;
    took += step.seconds;
    typical += typicalSeconds(step.verb, typeOf(step.address));
    if (step.verb !== verb || typeOf(step.address) !== type) continue;
    alike += 1;
    alikeSeconds += step.seconds;
  }
  if (alike > 0) return alikeSeconds / alike;
  const pace = (took + PACE_WEIGHT_SECONDS) / (typical + PACE_WEIGHT_SECONDS);
  return typicalSeconds(verb, type) * pace;
}

/**
 * Seconds until the last step is done: the longest chain of steps that wait for each other, of what
 * runs only what is left of it. Nothing is expected of a step that failed or was skipped.
 */
export function secondsLeft(steps: ReadonlyMap<string, TimedStep>, now: number): number {
  const known = new Map<string, number>();
  const finish = (key: string): number => {
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    // A circle, which no plan has, must not hang a screen.
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
  return Math.max(expectedSeconds(step, steps.values()) - elapsed, elapsed * OVERTIME_SHARE);
}

function typicalSeconds(verb: Verb, type: string): number {
  return TYPICAL_SECONDS[verb][type] ?? OTHER_SECONDS;
}

function typeOf(address: string): string {
  return address.slice(0, address.indexOf("/"));
}
