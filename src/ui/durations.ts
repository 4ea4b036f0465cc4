import type { Verb } from "../engine/plan-format.ts";

/**
 * The usual duration of a step in seconds, by verb and type, until this run has its own measurements.
 * Based on AWS: an image needs an instance that boots, updates and stops (about 5 minutes) and a
 * snapshot of 8 GiB (about 3). A group needs instances that boot and pass the load balancer's checks.
 * A load balancer releases its network interfaces and security groups one or two minutes late.
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
 * Updates of a group that take minutes: replacing its instances in batches, each with boot, checks and
 * warm-up, or launching more instances.
 */
const GROUP_SECONDS = { rollout: 420, capacity: 150 } as const;

/** For a type that the table lacks: a few calls and a short wait. */
const OTHER_SECONDS = 10;

/**
 * Seconds after which this run's pace counts as much as the table's. A few quick steps say little
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
  /** For the update of a group: the part that takes time, if any. */
  readonly effort?: keyof typeof GROUP_SECONDS;
  /** The usual seconds of this step, if more is known about it than about its kind. */
  readonly usual?: number;
  readonly state: "waiting" | "running" | "done" | "failed" | "skipped";
  /** The start in milliseconds since the epoch. Undefined before the start. */
  readonly since?: number;
  /** Its duration. Undefined until it is done. */
  readonly seconds?: number;
  /** Its progress, if it reports any. */
  readonly done?: number;
  readonly total?: number;
}

type Kind = Pick<TimedStep, "verb" | "address" | "effort" | "usual">;

/** The expected duration of a step of this kind, from the table and this run's finished steps. */
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
  // A single step may be an exception, so the table counts as one more step.
  return (alikeSeconds + typicalSeconds(step) * pace) / (alike + 1);
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

/**
 * A rollout reports its progress and the number of instances to replace, which the table does not
 * know.
 */
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
