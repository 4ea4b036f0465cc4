import { crashesOf, recover } from "./crash-sweep.ts";
import { Courses, swept } from "./journeys.ts";
import { runSchedule } from "./schedule.ts";
import { failed, type Outcome } from "./trial.ts";
import { installVirtualTime } from "./virtual-time.ts";

/** What came of many schedules. */
export interface Tally {
  readonly schedules: number;
  readonly calls: number;
  readonly virtualHours: number;
  readonly leaks: number;
  readonly divergences: number;
  readonly stuck: number;
  readonly violations: number;
  /** What went wrong in each schedule that failed, the smallest seed first. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** The seed, or the moment of the crash. */
  readonly name: string;
  readonly outcome: Outcome;
}

export interface RunOptions {
  readonly log?: (line: string) => void;
  /** Ends with the first that fails. */
  readonly untilFailure?: boolean;
}

/** Runs the schedules of a range of seeds, both ends included. */
export function runSeeds(
  first: number,
  last: number,
  { log, untilFailure = false }: RunOptions = {},
): Promise<Tally> {
  return inVirtualTime(async (courses, time, count) => {
    for (let seed = first; seed <= last; seed += 1) {
      const { kind, journey, outcome } = await runSchedule(time, courses, seed, log);
      count(`seed ${seed} (${kind}, ${journey})`, outcome);
      if (untilFailure && failed(outcome)) return;
    }
  });
}

/** Lets the process of each journey die at every call, or at every write and some of the reads. */
export function sweepCrashes(choice: {
  readonly everyRead: number;
  /** Of the journeys; left out: all. */
  readonly only?: readonly string[];
  readonly untilFailure?: boolean;
}): Promise<Tally> {
  const { only, untilFailure } = choice;
  return inVirtualTime(async (courses, time, count) => {
    for (const journey of swept) {
      if (only !== undefined && !only.includes(journey.name)) continue;
      const course = await courses.course(journey);
      const crashes = await crashesOf(time, course, choice);
      for (const crash of crashes) {
        const outcome = await recover(time, course, crash);
        count(crash.name, outcome);
        if (untilFailure && failed(outcome)) return;
      }
    }
  });
}

/** The moments at which the process of a journey may die: at every write, and between. */
export async function crashNames(journey: string): Promise<readonly string[]> {
  const names: string[] = [];
  await inVirtualTime(async (courses, time) => {
    for (const each of swept.filter(({ name }) => name === journey)) {
      const crashes = await crashesOf(time, await courses.course(each), { everyRead: 4 });
      names.push(...crashes.map(({ name }) => name));
    }
  });
  return names;
}

async function inVirtualTime(
  run: (
    courses: Courses,
    time: ReturnType<typeof installVirtualTime>,
    count: (name: string, outcome: Outcome) => void,
  ) => Promise<void>,
): Promise<Tally> {
  await loadWhatCommandsLoad();
  const time = installVirtualTime(0);
  const all: Outcome[] = [];
  const failures: Failure[] = [];
  try {
    await run(new Courses(time), time, (name, outcome) => {
      all.push(outcome);
      if (failed(outcome)) failures.push({ name, outcome });
    });
  } finally {
    time.restore();
  }
  const sum = (of: (outcome: Outcome) => number) => all.reduce((to, each) => to + of(each), 0);
  return {
    schedules: all.length,
    calls: sum(({ calls }) => calls),
    virtualHours: sum(({ virtualMilliseconds }) => virtualMilliseconds) / 3_600_000,
    leaks: sum(({ leaks }) => leaks.length),
    divergences: sum(({ divergences }) => divergences.length),
    stuck: sum(({ stuck }) => stuck.length),
    violations: sum(({ violations }) => violations.length),
    failures,
  };
}

/** Before time is virtual: it does not wait for a module, which would then decide what comes first. */
async function loadWhatCommandsLoad(): Promise<void> {
  await Promise.all([
    import("../../src/cli/commands/apply.ts"),
    import("../../src/cli/commands/destroy.ts"),
    import("../../src/cli/commands/plan.ts"),
    import("../../src/cli/sandbox.ts"),
    import("../../src/cli/wall-clock.ts"),
    import("../../src/aws/clients.ts"),
    import("../../src/aws/facts.ts"),
    import("../../src/ui/json.ts"),
  ]);
}

/** Both as one. */
export function add(one: Tally, other: Tally): Tally {
  return {
    schedules: one.schedules + other.schedules,
    calls: one.calls + other.calls,
    virtualHours: one.virtualHours + other.virtualHours,
    leaks: one.leaks + other.leaks,
    divergences: one.divergences + other.divergences,
    stuck: one.stuck + other.stuck,
    violations: one.violations + other.violations,
    failures: [...one.failures, ...other.failures],
  };
}

export function summaryOf(tally: Tally): string {
  const { schedules, calls, virtualHours, leaks, divergences, stuck, violations } = tally;
  return `${count(schedules)} schedules, ${count(calls)} API calls, ${count(Math.round(virtualHours))} virtual hours, ${leaks} leaks, ${divergences} divergences, ${stuck} stuck, ${violations} unsafe`;
}

/** What went wrong, the first few in detail. */
export function failuresOf({ failures }: Tally): string {
  const shown = failures.slice(0, 5).map(({ name, outcome }) => {
    const told = (["violations", "stuck", "divergences", "leaks"] as const).flatMap((kind) =>
      outcome[kind].slice(0, 3).map((text) => `  ${kind}: ${text.slice(0, 1_500)}`),
    );
    return [name, ...told].join("\n");
  });
  const names = failures.map(({ name }) => name).slice(0, 50);
  return [...shown, `failed: ${names.join("; ")}`].join("\n");
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
