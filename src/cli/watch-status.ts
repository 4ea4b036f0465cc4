import { unlessStopped } from "../aws/stop.ts";
import type { Clock } from "../engine/clock.ts";
import type { StatusDocument } from "../engine/status-format.ts";
import { changesBetween } from "../ui/status/changes.ts";
import type { Failure, StatusChange } from "../ui/view.ts";
import { type Environment, openEnvironment } from "./environment.ts";
import { describeFailure } from "./failure.ts";
import type { Session } from "./session.ts";
import { about } from "./subject.ts";

/**
 * Seconds of real time between two reads. A read makes fewer than twenty calls to three services, and each
 * service allows several calls per second ("Request throttling for the Amazon EC2 API", and its siblings).
 */
const PACE = 5;

/** Each failed read doubles the interval, up to this one: AWS may be overloaded. */
const SLOWEST = 60;

/** The sandbox does not throttle, and its clock runs many times faster. */
const SANDBOX_PACE = 1;

/** What is watched. */
export interface Watching {
  readonly stack: string;
  readonly region: string | undefined;
  read(environment: Environment): Promise<StatusDocument>;
  /** Whether the watch has seen what it waits for. */
  isEnd(document: StatusDocument): boolean;
}

interface Read {
  readonly document: StatusDocument;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

/**
 * Reads the status repeatedly and shows what changed, until the watch has seen its end or is interrupted. A
 * failed read is shown and repeated. Only the first read is an error if it fails: it never worked.
 *
 * @returns the last status; undefined if the watch was interrupted before the first one.
 */
export async function watchStatus(
  session: Session,
  watching: Watching,
): Promise<StatusDocument | undefined> {
  const { view, signal } = session;
  const quitting = new AbortController();
  const stop = AbortSignal.any([signal, quitting.signal]);
  const account = await openAccount(session, watching);
  let last: Read | undefined;
  let failures = 0;
  try {
    while (!stop.aborted) {
      let changes: readonly StatusChange[] = [];
      let failure: Failure | undefined;
      try {
        const document = await account.use((environment) =>
          unlessStopped(watching.read(environment), stop),
        );
        if (last !== undefined) changes = changesBetween(last.document, document);
        last = { document, readAt: account.clock.now() };
        failures = 0;
      } catch (error) {
        if (stop.aborted) break;
        failure = describeFailure(error, false);
        if (last === undefined || failure.kind === "bug") throw error;
        failures += 1;
      }
      const every = account.isSandbox ? SANDBOX_PACE : Math.min(SLOWEST, PACE * 2 ** failures);
      const quit = () => quitting.abort();
      view.look({ ...last, changes, ...(failure && { failure }), every, quit });
      if (failure === undefined && watching.isEnd(last.document)) break;
      await account.wait(every, stop);
    }
    return last?.document;
  } finally {
    await account.close();
  }
}

/** The watched account. */
interface Account {
  readonly clock: Clock;
  readonly isSandbox: boolean;
  use<Result>(work: (environment: Environment) => Promise<Result>): Promise<Result>;
  /** Waits for so many seconds of real time, or until the signal is aborted. */
  wait(seconds: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Only one process at a time can open the sandbox, so it is opened for each read and closed in between. */
async function openAccount(session: Session, { stack, region }: Watching): Promise<Account> {
  const first = await openEnvironment(session, region);
  const { clock, sandbox } = first;
  let environment: Environment | undefined = first;
  const close = async () => {
    const open = environment;
    environment = undefined;
    await open?.close();
  };
  session.view.about({ command: "status", stack, ...about(first) });
  session.view.activity("Reading the account");
  return {
    clock,
    isSandbox: sandbox !== undefined,
    close,
    async use(work) {
      environment ??= await openEnvironment(session, region);
      try {
        return await work(environment);
      } finally {
        if (sandbox !== undefined) await close();
      }
    },
    async wait(seconds, signal) {
      const speed = sandbox?.speed ?? 1;
      // Rejects on an abort, which the loop checks.
      await clock.sleep(seconds * 1000 * speed, signal).catch(() => {});
    },
  };
}
