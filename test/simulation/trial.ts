import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import type { Account, Ended, ProcessOptions } from "./account.ts";
import { compare, describeAccount } from "./description.ts";
import { type Course, openAt, prepare, settling } from "./journeys.ts";
import { Observer } from "./observer.ts";
import { Stuck, type VirtualTime } from "./virtual-time.ts";

/** What came of one schedule. */
export interface Outcome {
  readonly calls: number;
  readonly virtualMilliseconds: number;
  /** Things that are there and should not be. */
  readonly leaks: readonly string[];
  /** What is not as after an undisturbed run, or did not end well. */
  readonly divergences: readonly string[];
  readonly stuck: readonly string[];
  /** Safety invariants that did not hold. */
  readonly violations: readonly string[];
}

export interface Trial {
  readonly account: Account;
  readonly observer: Observer;
  readonly course: Course;
  /** Runs one command line; what holds of every one is demanded of it. */
  run(...parameters: Parameters<Account["run"]>): Promise<Ended>;
  /**
   * Several at once, each begun so many milliseconds after the schedule; never two at the very same
   * moment, since then the disk would decide which of them is the first.
   */
  runAll(processes: readonly Late[]): Promise<void>;
}

interface Late {
  readonly after: number;
  readonly line: string;
  readonly options?: ProcessOptions;
}

export interface TrialOptions {
  readonly sandbox?: SandboxOptions;
  /** Where it begins; left out: where the course does. */
  readonly start?: Parameters<typeof openAt>[1];
  /** Whether other things were wanted on the way: then only the present has to be the same. */
  readonly otherWay?: boolean;
  /** Every call and every line that is printed. */
  readonly log?: ((line: string) => void) | undefined;
}

/** No schedule's processes together take longer than a day of AWS's time. */
const longest = 24 * 60 * 60_000;

/**
 * Lets `disturb` do its worst, and demands that afterwards one run of the journey's command line ends
 * where an undisturbed one does, that a plan is empty then, and that nothing unsafe was ever done.
 */
export async function tryOut(
  time: VirtualTime,
  course: Course,
  { sandbox = {}, start = course.start, otherWay = false, log }: TrialOptions,
  disturb: (trial: Trial) => Promise<void>,
): Promise<Outcome> {
  const { journey } = course;
  const account = await openAt(time, start, sandbox);
  const observer = new Observer(account, "afterpay", course.start.others);
  const { before, attempt, target } = journey;
  observer.allow(...[before, attempt, target].filter((file) => file !== undefined));
  if (target === undefined) observer.destroying();
  if (log !== undefined) logCalls(account, log);
  const began = time.now();
  const leaks: string[] = [];
  const divergences: string[] = [];
  const stuck: string[] = [];
  const see = (ended: Ended) => {
    log?.(`${clock(ended.ended)} ${ended.line} ended with ${ended.code ?? "its death"}`);
    if (ended.code !== 0) log?.(ended.stdout.split("\n").filter(told).join("\n") + ended.stderr);
    observer.ended(ended);
    return ended;
  };
  const trial: Trial = {
    account,
    observer,
    course,
    run: async (...parameters) => see(await account.run(...parameters)),
    async runAll(processes) {
      const all = processes.map(async ({ after, line, options }) => {
        await new Promise((resolve) => setTimeout(resolve, after));
        return account.start(line, options);
      });
      for (const ended of await time.pass(Promise.all(all), { within: longest })) see(ended);
    },
  };
  try {
    await disturb(trial);
    const line = prepare(account, journey);
    const last = await trial.run(line);
    if (last.code !== 0) {
      divergences.push(`the last ${line} ended with ${last.code}: ${last.stdout.slice(-1500)}`);
    }
    await time.wait(settling);
    const differences = compare(
      otherWay ? course.present : course.end,
      describeAccount(account.sandbox, course.start.others, { past: !otherWay }),
    );
    for (const difference of differences) {
      (difference.startsWith("+") ? leaks : divergences).push(difference.slice(0, 4000));
    }
    if (target !== undefined) {
      const check = await trial.run("plan --check --json");
      if (check.code !== 0) {
        divergences.push(`the plan afterwards is not empty: ${check.stdout.slice(0, 1500)}`);
      }
    }
  } catch (error) {
    if (!(error instanceof Stuck)) throw error;
    stuck.push(error.message);
  } finally {
    account.close();
  }
  return {
    calls: observer.calls,
    virtualMilliseconds: time.now() - began,
    leaks,
    divergences,
    stuck,
    violations: observer.violations,
  };
}

export function failed({ leaks, divergences, stuck, violations }: Outcome): boolean {
  return leaks.length + divergences.length + stuck.length + violations.length > 0;
}

/** Events that say why something did not go well. */
function told(line: string): boolean {
  return /"event":"(step-failed|step-skipped|finished)"/.test(line);
}

function logCalls(account: Account, log: (line: string) => void): void {
  account.sandbox.observe((call) => {
    const what = call.error === undefined ? "" : ` ${call.error.code}: ${call.error.message}`;
    const fault = call.fault === undefined ? "" : ` (${call.fault.kind} ${call.fault.when ?? ""})`;
    const input = call.writes ? ` ${JSON.stringify(call.input).slice(0, 300)}` : "";
    log(`${clock(call.at)} #${call.number} ${call.operation}${what}${fault}${input}`);
  });
}

function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 23);
}
