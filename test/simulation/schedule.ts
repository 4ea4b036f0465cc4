import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import type { Blow } from "./account.ts";
import { deeds, ofNetworks, type Suspended, suspendProcesses, takeTags } from "./hands.ts";
import {
  type Courses,
  type Journey,
  journeys,
  networkJourneys,
  prepare,
  swept,
} from "./journeys.ts";
import { oneZone, perZone, regional, single } from "./network-files.ts";
import { ownNetworkOf } from "./networks.ts";
import { Random } from "./random.ts";
import { hardened, keyless, otherGroup, otherRules, tier } from "./stack-files.ts";
import { badBuilds, drizzle, expiring, storm, unreachable, weathers } from "./storm.ts";
import { type Outcome, type Trial, tryOut } from "./trial.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What a seed decides first; the rest follows as the schedule runs. */
const kinds = [
  "crash",
  "storm",
  "person",
  "twins",
  "rivals",
  "destroyer",
  "all",
  "drizzle",
  "gone",
  "untagged",
  "bad-build",
] as const;
type Kind = (typeof kinds)[number] | "suspended" | "founders";

/** Every so many seeds a process of the group is suspended, so that each range of some length has that. */
const suspendedEvery = 10;

/** Every so many seeds the stack has a network of its own. */
const networkEvery = 7;
/** The first seed of these. */
const firstNetwork = 4;

/** Every second of these seeds, two applies make the network at the same time. */
export function hasFounders(seed: number): boolean {
  return seed % (2 * networkEvery) === firstNetwork;
}

export interface Schedule {
  readonly seed: number;
  readonly kind: Kind;
  readonly journey: string;
  readonly outcome: Outcome;
}

/** Other people's idea of what the stack should be. */
const rivals = [tier, hardened, otherRules, otherGroup, keyless];
const networkRivals = [perZone, regional, single, oneZone];

/** Runs the schedule that follows from the seed: the same one every time. */
export async function runSchedule(
  time: VirtualTime,
  courses: Courses,
  seed: number,
  log?: (line: string) => void,
): Promise<Schedule> {
  const random = new Random(seed);
  const kind = kindOf(seed, random.pick(kinds));
  const course = await courses.course(journeyOf(seed, random));
  const drawn = random.pick([0, 1_000, 3_000, 15_000, 60_000]);
  const lag = kind === "founders" ? Math.min(drawn, 15_000) : drawn;
  const sandbox: SandboxOptions = {
    seed,
    consistency: { maxMilliseconds: lag },
    ...(random.chance(0.25) && { pageSize: random.pick([1, 2]) }),
  };
  log?.(`seed ${seed}: ${kind}, ${course.journey.name}, ${JSON.stringify(sandbox)}`);
  // The SDK's back-off has jitter: it follows from the seed, too.
  const chance = Math.random;
  Math.random = () => random.next();
  try {
    const disturb = (trial: Trial) => disturbances[kind](trial, random);
    const otherWay = !["crash", "storm", "twins", "drizzle", "gone", "founders"].includes(kind);
    const outcome = await tryOut(time, course, { sandbox, otherWay, log }, async (trial) => {
      if (lag > settled) trial.observer.allowTwoNetworks();
      await disturb(trial);
      trial.account.sandbox.setFaults({});
    });
    return { seed, kind, journey: course.journey.name, outcome };
  } finally {
    Math.random = chance;
  }
}

/** Milliseconds: an apply looks for so long whether another one makes a network, too. */
const settled = 8_000;

function kindOf(seed: number, drawn: Kind): Kind {
  if (hasFounders(seed)) return "founders";
  return seed % suspendedEvery === 0 ? "suspended" : drawn;
}

type Disturbance = (trial: Trial, random: Random) => Promise<void>;

const disturbances: Readonly<Record<Kind, Disturbance>> = {
  async crash(trial, random) {
    const line = prepare(trial.account, trial.course.journey);
    for (let left = random.between(1, 3); left > 0; left -= 1) {
      await trial.run(line, { blow: blow(random) });
      if (random.chance(0.5)) await trial.account.time.wait(random.between(1, 600_000));
    }
  },

  async storm(trial, random) {
    const { account } = trial;
    const line = prepare(account, trial.course.journey);
    const weather = random.pick(weathers);
    const bad = storm(random, weather, trial);
    const soon = account.time.now() + random.between(1_000, 900_000);
    const turn = random.next();
    account.sandbox.setFaults(
      turn < 0.1 ? unreachable(soon) : turn < 0.25 ? expiring(soon, bad) : bad,
    );
    for (let left = random.between(1, 2); left > 0; left -= 1) {
      // A clock that is wrong by up to five minutes, which is what AWS's signatures bear.
      const clockError = random.chance(0.3) ? random.between(-300_000, 300_000) : 0;
      await trial.run(line, { clockError });
    }
  },

  async drizzle(trial, random) {
    const { account, observer } = trial;
    const line = prepare(account, trial.course.journey);
    account.sandbox.setFaults(drizzle(random, random.pick([0, 0.01, 0.05])));
    const { code, began, ended, stdout } = await trial.run(line);
    if (code !== 0) observer.violate(`${line} gave up under faults that pass: ${stdout}`);
    if (ended - began > bearable) observer.violate(`${line} took ${(ended - began) / 1000} s`);
  },

  async gone(trial, random) {
    const { account, observer } = trial;
    const line = prepare(account, trial.course.journey);
    const from = account.time.now() + random.between(1, 300_000);
    account.sandbox.setFaults(unreachable(from));
    const { code, ended } = await trial.run(line);
    if (ended <= from) return;
    if (code !== 1) observer.violate(`${line} ended with ${code}, and AWS was gone`);
    if (ended - from > givesUp) {
      observer.violate(`${line} gave up ${(ended - from) / 1000} s after AWS was gone`);
    }
  },

  async person(trial, random) {
    const line = prepare(trial.account, trial.course.journey);
    meddle(trial, random, random.between(1, 4));
    await trial.run(line);
    await trial.account.time.wait(meddling);
  },

  async "bad-build"(trial, random) {
    const { account } = trial;
    const line = prepare(account, trial.course.journey);
    account.sandbox.setFaults(badBuilds(random));
    for (let left = random.between(1, 2); left > 0; left -= 1) {
      // Between two changes, or while it looks how far the build is.
      const at: Blow = random.chance(0.5)
        ? { write: random.between(1, 12) }
        : { call: random.between(20, 120), when: "after" };
      await trial.run(line, random.chance(0.8) ? { blow: at } : {});
      if (random.chance(0.3)) continue;
      // The builder that was left comes to its end, still on a bad day.
      await account.time.wait(random.between(1, 2_400_000));
      account.sandbox.advance();
    }
  },

  async untagged(trial, random) {
    const { account, observer } = trial;
    const line = prepare(account, trial.course.journey);
    let giveBack = async () => {};
    const at = account.time.now() + random.between(1, random.chance(0.5) ? 60_000 : 600_000);
    account.time.at(at, async () => {
      const untagged = await takeTags(account, random);
      if (untagged === undefined) return;
      const release = observer.disown(untagged.names);
      giveBack = async () => {
        release();
        await untagged.giveBack();
      };
    });
    await trial.run(line);
    // What is no longer the stack's is in the way now, or makes no difference.
    await account.time.wait(meddling);
    await trial.run(line);
    await giveBack();
    await account.time.wait(shownByThen);
  },

  async suspended(trial, random) {
    const { account, observer } = trial;
    const line = prepare(account, trial.course.journey);
    let found: Suspended | undefined;
    const at = account.time.now() + random.between(1, random.chance(0.5) ? 60_000 : 600_000);
    account.time.at(at, async () => {
      found = await suspendProcesses(account, random);
    });
    // Perhaps something dies that nobody heals then.
    meddle(trial, random, random.between(0, 1));
    await trial.run(line);
    await account.time.wait(meddling);
    if (found === undefined) return;
    const { group, resume } = found;
    // The first apply resumes what was suspended before it began.
    const left = [...account.sandbox.records("auto-scaling-group").values()]
      .filter((record) => Reflect.get(record, "name") === group)
      .flatMap((record) => Object.keys(Reflect.get(record, "suspended") as object));
    const processes = found.processes.filter((process) => left.includes(process));
    const stands = (await trial.run("plan --json")).stdout;
    const isThere = [...account.sandbox.records("auto-scaling-group").values()].some(
      (record) =>
        Reflect.get(record, "name") === group && Reflect.get(record, "deleting") === false,
    );
    // Whatever comes of an apply, it does not wait for what cannot come, and nobody has to guess why.
    const { code, began, ended, stdout } = await trial.run(line);
    if (ended - began > bearable) {
      observer.violate(`${line} took ${(ended - began) / 1000} s without ${processes.join()}`);
    }
    const missing = processes.filter((process) => !stands.includes(`${process} is suspended`));
    if (isThere && trial.course.journey.target !== undefined && missing.length > 0) {
      observer.violate(`a plan does not say that ${missing.join()} is suspended: ${stands}`);
    }
    if (code === 1 && !processes.some((process) => stdout.includes(process))) {
      observer.violate(`${line} failed without ${processes.join()}, and names none: ${stdout}`);
    }
    await resume();
  },

  async twins(trial, random) {
    const line = prepare(trial.account, trial.course.journey);
    await trial.runAll([
      { after: 1, line },
      { after: later(random), line, options: random.chance(0.3) ? { blow: blow(random) } : {} },
    ]);
  },

  async founders(trial, random) {
    const { account } = trial;
    const line = prepare(account, trial.course.journey);
    const lost = random.pick([0, 0.02, 0.1]);
    account.sandbox.setFaults({
      decide: () => (random.chance(lost) ? { kind: "drop", when: "after" } : undefined),
    });
    await trial.runAll([
      { after: 1, line },
      { after: random.between(2, random.chance(0.7) ? 3_000 : 60_000), line },
    ]);
  },

  async rivals(trial, random) {
    const { account, course } = trial;
    const line = prepare(account, course.journey);
    // Of the other type of load balancers, one would stay (`previous: keep`), and that is no other idea of the same.
    const loadBalancer = (course.journey.target ?? course.journey.before)?.loadBalancer;
    const others = networkJourneys.includes(course.journey) ? networkRivals : rivals;
    const rival = { ...random.pick(others), ...(loadBalancer && { loadBalancer }) };
    account.write(rival, "rival.yaml");
    const { before, target } = course.journey;
    trial.observer.allow(...[before, target, rival].filter((file) => file !== undefined));
    await trial.runAll([
      { after: 1, line },
      { after: later(random), line: "apply --yes --json rival.yaml" },
    ]);
  },

  async destroyer(trial, random) {
    const line = prepare(trial.account, trial.course.journey);
    trial.observer.destroying();
    await trial.runAll([
      { after: 1, line },
      { after: random.between(2, 400_000), line: "destroy --yes --json" },
    ]);
  },

  async all(trial, random) {
    const { account } = trial;
    const line = prepare(account, trial.course.journey);
    account.sandbox.setFaults(storm(random, random.pick(weathers), trial));
    meddle(trial, random, random.between(0, 2));
    const perhaps = () => (random.chance(0.5) ? { blow: blow(random) } : {});
    await trial.runAll([
      { after: 1, line, options: perhaps() },
      { after: later(random), line, options: perhaps() },
    ]);
    await trial.run(line, { blow: blow(random) });
    await trial.account.time.wait(meddling);
  },
};

/** Almost at once, or some minutes into the other's work. */
function later(random: Random): number {
  return random.between(2, random.chance(0.5) ? 3_000 : 300_000);
}

/** Milliseconds: an undisturbed run takes at most nine minutes. */
const bearable = 60 * 60_000;
/** Milliseconds: ten minutes of a wait without an answer, ten attempts of the last look, and once more to clean up. */
const givesUp = 12 * 60_000;

function blow(random: Random): Blow {
  if (random.chance(0.3)) return { write: random.between(1, 20) };
  return {
    call: random.between(1, random.chance(0.5) ? 60 : 300),
    when: random.pick(["before", "after", "after", "interrupt"]),
  };
}

/** Milliseconds after which every read shows what was done, tags too. */
const shownByThen = 120_000;

/** Milliseconds within which a person does everything, from the schedule's begin. */
const meddling = 900_000;

/** What a person finds only in a stack that has a role. */
const ofRoles = ["role", "instance-profile"];

/** A person's deeds at some moments of the next quarter of an hour. */
function meddle(trial: Trial, random: Random, times: number): void {
  const { account, course } = trial;
  const { before, attempt, target } = course.journey;
  const hasRole = [before, attempt, target].some((file) => file?.role !== undefined);
  const hasNetwork = [before, target].some((file) => file !== undefined && ownNetworkOf(file));
  const possible = deeds
    .filter(({ type }) => hasRole || !ofRoles.includes(type))
    .filter(({ type }) => hasNetwork || !ofNetworks.includes(type));
  for (let left = times; left > 0; left -= 1) {
    const what = random.pick(possible);
    const at = account.time.now() + random.between(1, random.chance(0.5) ? 60_000 : meddling);
    account.time.at(at, () => void what.do(account, random));
  }
}

/**
 * Every seventh schedule is that of a stack with a network of its own, every eighth that of a stack with a role; the others
 * are of the usual journeys.
 */
function journeyOf(seed: number, random: Random): Journey {
  const usual = random.pick(journeys);
  if (hasFounders(seed)) return networkJourneys[0] ?? usual;
  if (seed % networkEvery === firstNetwork) return random.pick(networkJourneys);
  return (seed % 8 === 0 && swept.find(({ name }) => name === "change-role")) || usual;
}
