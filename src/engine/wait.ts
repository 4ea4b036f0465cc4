import { Cancelled, OutsideError, passes } from "./errors.ts";
import type { EngineContext } from "./resource.ts";

/** What one look found: the end, or what is still missing. */
export type Probe<T> = { readonly done: T } | Pending;

interface Pending {
  readonly pending: string;
  readonly progress?: { readonly done: number; readonly total: number };
}

export interface Wait<T> {
  /** What is waited for, as a user would say it: "the builder to stop". */
  readonly what: string;
  /** Milliseconds of the context's clock after which the wait fails. */
  readonly deadline: number;
  /** Milliseconds beyond the deadline, as far as it is known by then: what others took their time for. */
  readonly allowance?: () => number;
  /** Milliseconds between two looks. */
  readonly pace: number;
  readonly context: EngineContext;
  /** Reads; never writes. An error ends the wait, but one that passes does so only after some minutes. */
  readonly probe: () => Promise<Probe<T>>;
  readonly remedy?: string;
}

/**
 * Milliseconds. So long a wait goes on without an answer: a router that restarts or a laptop that
 * changes networks is back by then, and a person still learns that AWS cannot be reached.
 */
const longestSilence = 10 * 60_000;

/**
 * The one way to wait. Looks at once, then at every pace, reporting each new reason as progress.
 *
 * @throws OutsideError at the deadline, with the last reason seen.
 * @throws the probe's own error; one that passes, if nothing is answered until the deadline or for
 * ten minutes.
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

/** What one look found. That AWS does not answer now says nothing of what is waited for. */
async function look<T>(
  probe: Wait<T>["probe"],
): Promise<Probe<T> | (Pending & { readonly unanswered: Error })> {
  try {
    return await probe();
  } catch (error) {
    if (!passes(error)) throw error;
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
