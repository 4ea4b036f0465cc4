import type { Fault, FaultPlan, Happening } from "../../src/sandbox/faults.ts";
import type { Random } from "./random.ts";
import type { Trial } from "./trial.ts";

/** How bad a day of AWS is: shares of calls and of happenings that go wrong. */
export interface Weather {
  readonly name: string;
  /** Of API calls. */
  readonly calls: number;
  /** Of launches, images and builds. */
  readonly work: number;
  /** Of status checks of running instances. */
  readonly deaths: number;
}

export const weathers: readonly Weather[] = [
  { name: "fair", calls: 0, work: 0, deaths: 0 },
  { name: "light", calls: 0.01, work: 0.05, deaths: 0 },
  { name: "medium", calls: 0.05, work: 0.15, deaths: 0.05 },
  { name: "heavy", calls: 0.2, work: 0.3, deaths: 0.15 },
];

/** Seconds of an answer that comes late; other answers overtake it. */
const slowest = 25;

/** Every decision comes from `random`, in the order in which AWS asks. */
export function storm(random: Random, weather: Weather, trial: Trial): FaultPlan {
  return {
    decide: () => (random.chance(weather.calls) ? fault(random) : undefined),
    happens: (happening) => {
      // No day of AWS takes a key away: that is the account's own doing.
      if (happening.kind === "disk-key") return false;
      const struck = random.chance(shareOf(happening.kind, weather));
      if (struck && happening.kind === "instance-dies") trial.observer.excuse();
      return struck;
    },
  };
}

function fault(random: Random): Fault {
  const delayMilliseconds = random.between(100, slowest * 1000);
  return random.pick<Fault>([
    { kind: "throttle" },
    { kind: "throttle" },
    { kind: "internal-error" },
    { kind: "internal-error", when: "after" },
    { kind: "unavailable" },
    { kind: "unavailable", when: "after" },
    { kind: "drop" },
    { kind: "drop", when: "after" },
    { kind: "drop", when: "after", delayMilliseconds },
    { kind: "slow", delayMilliseconds },
    { kind: "slow", delayMilliseconds },
  ]);
}

function shareOf(kind: Happening["kind"], weather: Weather): number {
  return kind === "instance-dies" ? weather.deaths : weather.work;
}

/** What parts of AWS say that have not yet heard of something just made, though others have. */
const unheard: Readonly<Record<string, string>> = {
  RunInstances: "InvalidGroup.NotFound",
  AuthorizeSecurityGroupIngress: "InvalidGroup.NotFound",
  ModifyLaunchTemplate: "InvalidLaunchTemplateId.VersionNotFound",
};

/**
 * Calls fail at a rate that has to be borne, and each part of AWS is a few times late to hear of
 * what was made: under this weather every apply has to succeed.
 */
export function drizzle(random: Random, rate: number): FaultPlan {
  const late = new Map<string, number>();
  return {
    decide: ({ operation }) => {
      const code = unheard[operation];
      const times = late.get(operation) ?? 0;
      if (code !== undefined && times < 3 && random.chance(0.5)) {
        late.set(operation, times + 1);
        return { kind: "error", code, message: "It does not exist", status: 400 };
      }
      return random.chance(rate) ? fault(random) : undefined;
    },
  };
}

/** The first builds fail, each in its own way, at whatever point of them. */
export function badBuilds(random: Random): FaultPlan {
  const kinds = [
    "guest-fails",
    "guest-hangs",
    "guest-lost",
    "guest-restarts",
    "image-fails",
    "capacity",
  ] as const;
  const left = new Map<Happening["kind"], number>(
    kinds.map((kind) => [kind, random.between(0, 2)]),
  );
  return {
    happens: ({ kind }) => {
      const times = left.get(kind) ?? 0;
      if (times === 0 || random.chance(0.3)) return false;
      left.set(kind, times - 1);
      return true;
    },
  };
}

/** From then on no call is accepted: credentials that were only lent. */
export function expiring(after: number, plan: FaultPlan): FaultPlan {
  return {
    ...plan,
    decide: (call) => (call.at >= after ? { kind: "expired" } : plan.decide?.(call)),
  };
}

/** From then on AWS cannot be reached. */
export function unreachable(after: number): FaultPlan {
  return { decide: (call) => (call.at >= after ? { kind: "drop" } : undefined) };
}
