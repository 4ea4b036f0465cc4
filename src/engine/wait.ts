import { Cancelled, isTransient, OutsideError } from "./errors.ts";
import type { EngineContext } from "./resource.ts";

/** The result of one poll: done, or what is still pending. */
export type Probe<T> = { readonly done: T } | Pending;

interface Pending {
  readonly pending: string;
  readonly progress?: { readonly done: number; readonly total: number };
}

export interface Wait<T> {
  /** What to wait for, in words that follow "waiting for": "the builder to stop". */
  readonly what: string;
  /** Milliseconds, on the context's clock, after which the wait fails. */
  readonly deadline: number;
  /**
   * Milliseconds to add to the deadline, such as the time that lifecycle hooks took. Asked at every
   * poll.
   */
  readonly allowance?: () => number;
  /** Milliseconds between two polls. */
  readonly pace: number;
  readonly context: EngineContext;
  /** Reads, never writes. An error ends the wait; a transient error does so only after some minutes. */
  readonly probe: () => Promise<Probe<T>>;
  readonly remedy?: string;
}

/**
 * Milliseconds that a wait continues without an answer. A restarting router or a laptop that changes
 * networks is back by then, and the user still learns that AWS cannot be reached.
 */
const longestSilence = 10 * 60_000;

/**
 * The only way to wait. Polls at once, then once per pace, and reports each new status as progress.
 *
 * @throws OutsideError at the deadline, with the last status.
 * @throws the probe's own error. A transient error is thrown only if no answer comes until the
 * deadline or for ten minutes.
 * @throws Cancelled when the context's signal is aborted.
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const { clock, signal, report } = wait.context;
  const begun = clock.now();
  let reported: string | undefined;
  let silentSince: number | undefined;
  for (;;) {
    if (signal.aborted) throw new Cancelled(`stopped while waiting for ${wait.what}`);
    const started = clock.now();
    const found = await look(wait.probe);
    if ("done" in found) return found.done;
    silentSince = "unanswered" in found ? (silentSince ?? started) : undefined;
    const seen = `${found.pending} ${found.progress?.done}/${found.progress?.total}`;
    if (seen !== reported) {
      report.progress(found.pending, found.progress?.done, found.progress?.total);
      reported = seen;
    }
    const next = clock.now() + wait.pace;
    const patience = wait.deadline + (wait.allowance?.() ?? 0);
    const end = begun + patience;
    if ("unanswered" in found && next > Math.min(end, (silentSince ?? started) + longestSilence)) {
      throw found.unanswered;
    }
    if (next > end) {
      throw new OutsideError(
        `waited ${Math.round(patience / 1000)} s for ${wait.what}; last seen: ${found.pending}`,
        wait.remedy === undefined ? {} : { remedy: wait.remedy },
      );
    }
    await sleepOrCancel(wait.context, wait.pace, wait.what);
  }
}

/** One poll. After a transient error, the state is unknown, so the wait continues. */
async function look<T>(
  probe: Wait<T>["probe"],
): Promise<Probe<T> | (Pending & { readonly unanswered: Error })> {
  try {
    return await probe();
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { pending: `AWS does not answer: ${error.message}`, unanswered: error };
  }
}

async function sleepOrCancel(context: EngineContext, milliseconds: number, what: string) {
  try {
    await context.clock.sleep(milliseconds, context.signal);
  } catch (cause) {
    if (!context.signal.aborted) throw cause;
    throw new Cancelled(`stopped while waiting for ${what}`, { cause });
  }
}
