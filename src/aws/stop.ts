/**
 * Ends the calls of a set of clients: those in flight, those waiting for a retry, and all further
 * ones.
 */
export interface Stop {
  readonly signal: AbortSignal;
  now(): void;
}

export function createStop(): Stop {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    now: () =>
      controller.abort(new CallGivenUp("cancelled, because nothing needs its answer any more")),
  };
}

/** Nothing waits for the answer of the call any more: its user failed or is done. */
export class CallGivenUp extends Error {
  override readonly name = "AbortError";
}

/**
 * Resolves after this many milliseconds. Rejects with the signal's reason when it is aborted, and leaves no
 * timer that could keep the process running.
 */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** Settles like the promise. Rejects with the signal's reason when it is aborted first. */
export function unlessStopped<Result>(
  promise: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
  });
}
