import type { Verb } from "../engine/plan-format.ts";

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
    "auto-scaling-group": 3,
  },
  delete: {
    "key-pair": 1,
    image: 3,
    "security-group": 60,
    "launch-template": 1,
    "load-balancer": 5,
    "auto-scaling-group": 120,
    instance: 40,
  },
};

/**
 * What takes a group minutes to update: replacing its instances some at a time, each with its boot,
 * its checks and its warm-up, or waiting for more of them.
 */
const GROUP_SECONDS = { rollout: 420, capacity: 150 } as const;

/** A type that the table does not know: a few calls and a short wait. */
const OTHER_SECONDS = 10;

/** Seconds that must have gone by before this run's pace counts as much as the table's: a few quick steps tell little of a long one. */
const PACE_WEIGHT_SECONDS = 300;

/** Of a quick step, an overhead that every step has; of none, that it is a hundred times as slow. */
const FARTHEST_PACE = 2;

/** A step never is nearer to its end than this share of its forecast, until it is done. */
const LAST_SHARE = 0.15;

export interface TimedStep {
  readonly key: string;
  readonly verb: Verb;
  readonly address: string;
  readonly after: readonly string[];
  /** Of the update of a group: what of it takes time, if anything does. */
  readonly effort?: keyof typeof GROUP_SECONDS;
  /** Seconds that this step usually takes, where more is known of it than of its kind. */
  readonly usual?: number;
  readonly state: "waiting" | "running" | "done" | "failed" | "skipped";
  /** Milliseconds since the epoch, once it runs. */
  readonly since?: number;
  /** How long it took, once it is done. */
  readonly seconds?: number;
  /** How much of its work is done, where it tells. */
  readonly done?: number;
  readonly total?: number;
}

type Kind = Pick<TimedStep, "verb" | "address" | "effort" | "usual">;

/** What a step of this kind takes, as far as the table and this run's finished steps tell. */
export function expectedSeconds(step: Kind, steps: Iterable<TimedStep>): number {
  let alike = 0;
  let alikeSeconds = 0;
  let took = 0;
  let usual = 0;
  for (const other of steps) {
    if (other.state !== "done" || other.seconds === undefined) continue;
    const typical = typicalSeconds(other);
    usual += typical;
    took += Math.min(other.seconds, typical * FARTHEST_PACE);
    if (!isAlike(step, other)) continue;
    alike += 1;
    alikeSeconds += other.seconds;
  }
  const pace = (took + PACE_WEIGHT_SECONDS) / (usual + PACE_WEIGHT_SECONDS);
  // One of a kind may be the exception: the table counts as one more of them.
  return (alikeSeconds + typicalSeconds(step) * pace) / (alike + 1);
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
  const expected = expectedSeconds(step, steps.values());
  // What is late so far is taken to be late by as much again.
  const late = Math.max(0, elapsed - expected);
  return Math.max(expected - elapsed, expected * LAST_SHARE + late, secondsByShare(step, elapsed));
}

/** A rollout tells how far it is, and knows how many instances it has to replace: the table does not. */
function secondsByShare({ effort, done = 0, total = 0 }: TimedStep, elapsed: number): number {
  if (effort !== "rollout" || done <= 0 || done >= total) return 0;
  return (elapsed * (total - done)) / done;
}

function isAlike(one: Kind, other: Kind): boolean {
  return (
    one.verb === other.verb &&
    one.effort === other.effort &&
    typeOf(one.address) === typeOf(other.address)
  );
}

function typicalSeconds({ verb, address, effort, usual }: Kind): number {
  if (usual !== undefined) return usual;
  if (effort !== undefined) return GROUP_SECONDS[effort];
  return TYPICAL_SECONDS[verb][typeOf(address)] ?? OTHER_SECONDS;
}

function typeOf(address: string): string {
  return address.slice(0, address.indexOf("/"));
}
