import { MAXIMUM_RETRY_DELAY, Retry as SdkRetry, StandardRetryStrategy } from "@smithy/core/retry";
import pRetry from "p-retry";
import type { Clock } from "./clock.ts";
import { kindOfCode } from "./error-codes.ts";
import type { ErrorKind } from "./error-kind.ts";
import { AwsError, errorCodeOf, isAwsError } from "./errors.ts";
import { sleep } from "./stop.ts";

/**
 * Everything that is called again. Each repetition has one place that decides it:
 *
 * 1. **One request**, after throttling, an error of AWS's servers or a broken connection:
 *    `RetryStrategy`, up to `attempts`. It runs inside the SDK, so it repeats reads and writes alike. A
 *    create is safe to repeat, because its name or its client token is deterministic. An error of ours
 *    with `mostAttempts` is final earlier: the answer is not AWS's (`answer-check.ts`,
 *    `connection.ts`), or a proxy refuses (`proxy-error.ts`).
 * 2. **One call**, while AWS refuses it for a reason that resolves itself: `retry`, with the kinds of
 *    errors, the reason in words and a deadline. Any other error is final. `retryNotFound`
 *    (`resources/shared/consistency.ts`) retries a call while AWS does not know a new object everywhere.
 * 3. **A lookup**, until AWS shows a state: `waitFor` (`engine/wait.ts`), the only way to wait, with a
 *    deadline, a pace and the last status. It only reads, so it continues for ten minutes after a
 *    transient error (`isTransient`, `engine/errors.ts`) that all attempts of a request had. `untilSeen`,
 *    `untilGone` and `adopt` (`resources/shared/consistency.ts`) wait for AWS to show what was just
 *    written.
 * 4. **The next page** of a list: `everyPage` (`paging.ts`). Pages that do not end are an error.
 * 5. **An image's builder**: the next client token if the last token's instance was terminated, and the
 *    group again if it was just deleted (`resources/image/builder.ts`); a second build if the one that an
 *    earlier apply started fails (`resources/image/build.ts`).
 * 6. **A look at the whole stack**: `status --watch` (`cli/watch-status.ts`).
 * 7. **A step**, only by a person who runs the command again. Every method of a resource type may be
 *    repeated (`engine/resource.ts`), so no step repeats itself.
 */

/** The attempts of one request, by what is asked. */
export const attempts = {
  /**
   * Of a service. The waits are a random part of 0.05 s (throttling: 1 s) before the second attempt,
   * and twice as long before each further one, at most 20 s. So ten attempts survive about ten seconds
   * without network or a minute of throttling.
   */
  service: 10,
  /** For credentials: the SDK's value. At this point no work has been done yet. */
  credentials: 3,
  /** If each answer takes a minute (`limits` in `connection.ts`). */
  slowAnswer: 2,
  /** If a further attempt would fail alike: the answer is not AWS's, or a proxy refuses for good. */
  final: 1,
} as const;

type ErrorInfo = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[1];
type RetryToken = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[0];

/** Milliseconds that an answer's Retry-After may add to a wait, as in the SDK's own strategy. */
const mostAdded = 5_000;

/**
 * The SDK's standard strategy retries only common codes. This strategy also retries codes of single
 * services (Elastic Load Balancing's DependencyThrottle) and network errors of the operating system. Its
 * waits end with the calls, while the SDK's waits would keep the process running.
 */
export class RetryStrategy extends StandardRetryStrategy {
  readonly #stop: AbortSignal;
  readonly #service: string;

  /** @param service The name of the service that answers, in IAM's notation. */
  constructor(maxAttempts: number, stop: AbortSignal, service: string) {
    super({ maxAttempts, backoff: { computeNextBackoffDelay: () => 0, setDelayBase: () => {} } });
    this.#stop = stop;
    this.#service = service;
  }

  override async refreshRetryTokenForRetry(
    token: RetryToken,
    { retryAfterHint, ...info }: ErrorInfo,
  ): Promise<RetryToken> {
    const errorType = errorTypeOf(info, token.getRetryCount() + 1, this.#service);
    const next = await super.refreshRetryTokenForRetry(token, { ...info, errorType });
    await sleep(delayOf(errorType, token.getRetryCount(), retryAfterHint), this.#stop);
    return next;
  }
}

/**
 * A random part of a delay that doubles ("Exponential Backoff And Jitter", AWS Architecture Blog),
 * like the SDK's.
 */
function delayOf(
  errorType: ErrorInfo["errorType"],
  retries: number,
  hint: ErrorInfo["retryAfterHint"],
): number {
  const base = errorType === "THROTTLING" ? SdkRetry.throttlingDelay() : SdkRetry.delay();
  const delay = Math.floor(Math.random() * Math.min(base * 2 ** retries, MAXIMUM_RETRY_DELAY));
  if (hint === undefined) return delay;
  return Math.max(delay, Math.min(hint.getTime() - Date.now(), delay + mostAdded));
}

function errorTypeOf(
  { error, errorType }: ErrorInfo,
  attempts: number,
  service: string,
): ErrorInfo["errorType"] {
  if (!(error instanceof Error)) return errorType;
  // Our own errors define their number of attempts.
  const most: unknown = Reflect.get(error, "mostAttempts");
  if (typeof most === "number" && attempts >= most) return "CLIENT_ERROR";
  if (errorType !== "CLIENT_ERROR") return errorType;
  const kind = kindOfCode(errorCodeOf(error), service);
  if (kind === "throttled") return "THROTTLING";
  return kind === "network" ? "TRANSIENT" : errorType;
}

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
