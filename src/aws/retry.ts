import pRetry from "p-retry";
import type { Clock } from "./clock.ts";
import type { ErrorKind } from "./error-codes.ts";
import { AwsError, isAwsError } from "./errors.ts";

/** Retries one call while AWS answers with transient errors. */
export interface Retry {
  /** The kinds of transient errors, or a test for them. */
  readonly while: readonly ErrorKind[] | ((error: AwsError) => boolean);
  /** Why a retry may succeed, in the user's words: "AWS does not know the new security group yet". */
  readonly reason: string;
  /** Milliseconds of the clock after which the error is final. */
  readonly deadline: number;
  /** Milliseconds of the clock before the second attempt; doubles each time up to `maxPace`. */
  readonly pace?: number;
  readonly maxPace?: number;
  readonly context: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly report: { retried(reason: string): void };
  };
}

/**
 * EC2 knows a new object everywhere within seconds, rarely within a minute ("Eventual consistency in the
 * Amazon EC2 API" advises to back off up to a few minutes).
 */
export const consistencyDeadline = 180_000;

/**
 * Runs `call` until it succeeds, fails with an unexpected error, or the deadline passes.
 *
 * @throws AwsError the last error, with the total time of the attempts.
 * @throws the signal's reason when it is aborted between two attempts.
 */
export async function retry<T>(call: () => Promise<T>, options: Retry): Promise<T> {
  const { clock, signal, report } = options.context;
  const started = clock.now();
  let pace = options.pace ?? 1_000;
  const isExpected = (error: unknown) =>
    error instanceof AwsError &&
    (typeof options.while === "function"
      ? options.while(error)
      : isAwsError(error, ...options.while));
  try {
    return await pRetry(call, {
      // The wait happens below, on the clock of the deadline. Only the deadline ends it.
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 0,
      shouldRetry: async ({ error }) => {
        if (!isExpected(error)) return false;
        signal.throwIfAborted();
        if (clock.now() + pace > started + options.deadline) return false;
        report.retried(
          `${options.reason} (${error instanceof AwsError ? error.code : error.name})`,
        );
        await clock.sleep(pace, signal).catch((cause: unknown) => {
          // A timer rejects with its own error, which would look like a failure.
          signal.throwIfAborted();
          throw cause;
        });
        pace = Math.min(pace * 2, options.maxPace ?? 15_000);
        return true;
      },
    });
  } catch (error) {
    if (!(error instanceof AwsError) || !isExpected(error)) throw error;
    const seconds = Math.round((clock.now() - started) / 1000);
    throw new AwsError(`${error.message} (tried for ${seconds} s: ${options.reason})`, {
      code: error.code,
      kind: error.kind,
      operation: error.operation,
      remedy: error.remedy,
      requestId: error.requestId,
      cause: error,
    });
  }
}
