import type { Account } from "./account.ts";
import { type Course, openAt, prepare } from "./journeys.ts";
import { type Outcome, tryOut } from "./trial.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A moment at which the process dies, and how everything stood then. */
export interface Crash {
  readonly name: string;
  readonly start: Parameters<typeof openAt>[1];
}

export interface CrashChoice {
  /** Of the moments at which AWS only answers questions, one in so many. Writes are always taken. */
  readonly everyRead: number;
}

/**
 * The moments of one undisturbed run at which its process may die: before call k is sent, and after
 * AWS did it but before the answer is read. Moments that leave the very same account behind at the
 * very same time are one.
 */
export async function crashesOf(
  time: VirtualTime,
  course: Course,
  { everyRead }: CrashChoice,
): Promise<readonly Crash[]> {
  const account = await openAt(time, course.start);
  account.sandbox.setFaults(course.journey.faults ?? {});
  const crashes: Crash[] = [];
  let last = "";
  let reads = 0;
  const look = (name: string, always: boolean) => {
    account.sandbox.advance();
    const snapshot = account.sandbox.snapshot();
    reads += 1;
    if (snapshot === last || !(always || reads % everyRead === 0)) return;
    last = snapshot;
    crashes.push({ name, start: { snapshot, time: time.now(), files: account.files() } });
  };
  const writes = writeCalls(account);
  const { attempt } = course.journey;
  await account.run(prepare(account, { ...course.journey, ...(attempt && { target: attempt }) }), {
    onCall: ({ call, operation, when }) => {
      const written = when === "after" && writes.delete(call);
      look(`${course.journey.name}, ${when} call ${call}, ${operation}`, written);
    },
  });
  account.close();
  return crashes;
}

/** Numbers of the process's calls that have just written. */
function writeCalls(account: Account): Set<number> {
  const numbers = new Set<number>();
  let count = 0;
  account.sandbox.observe((call) => {
    count += 1;
    if (call.writes) numbers.add(count);
  });
  return numbers;
}

/**
 * Milliseconds: nobody thinks better of it faster than AWS shows what was made. What is wanted still
 * is found by its name before that; what is wanted no longer is not.
 */
const rethinking = 60_000;

/** A fresh process goes on from there. */
export function recover(
  time: VirtualTime,
  course: Course,
  { start }: Crash,
  log?: (line: string) => void,
): Promise<Outcome> {
  const otherWay = course.journey.attempt !== undefined;
  return tryOut(time, course, { start, otherWay, log }, async ({ account }) => {
    if (otherWay) await account.time.wait(rethinking);
  });
}
