import { Cancelled, OutsideError } from "./errors.ts";
import type { EngineContext } from "./resource.ts";

/** What one look found: the end, or what is still missing. */
export type Probe<T> =
  | { readonly done: T }
  | {
      readonly pending: string;
      readonly progress?: { readonly done: number; readonly total: number };
    };

export interface Wait<T> {
  /** What is waited for, as a user would say it: "the builder to stop". */
  readonly what: string;
  /** Milliseconds of the context's clock after which the wait fails. */
  readonly deadline: number;
  /** Milliseconds between two looks. */
  readonly pace: number;
  readonly context: EngineContext;
  /** Reads; never writes. An error ends the wait. */
  readonly probe: () => Promise<Probe<T>>;
  readonly remedy?: string;
}

/**
 * The one way to wait. Looks at once, then at every pace, reporting each new reason as progress.
 *
 * @throws OutsideError at the deadline, with the last reason seen.
 * @throws Cancelled when the context's signal is aborted.
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const { clock, signal, report } = wait.context;
  const end = clock.now() + wait.deadline;
  let reported: string | undefined;
  for (;;) {
    if (signal.aborted) throw new Cancelled(`stopped while waiting for ${wait.what}`);
    const found = await wait.probe();
    if ("done" in found) return found.done;
    const seen = `${found.pending} ${found.progress?.done}/${found.progress?.total}`;
    if (seen !== reported) {
      report.progress(found.pending, found.progress?.done, found.progress?.total);
      reported = seen;
    }
    if (clock.now() + wait.pace > end) {
      throw new OutsideError(
        `waited ${Math.round(wait.deadline / 1000)} s for ${wait.what}; last seen: ${found.pending}`,
        wait.remedy === undefined ? {} : { remedy: wait.remedy },
      );
    }
    await sleepOrCancel(wait.context, wait.pace, wait.what);
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
