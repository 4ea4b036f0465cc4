import { MAXIMUM_RETRY_DELAY, Retry, StandardRetryStrategy } from "@smithy/core/retry";
import { kindByCode } from "./error-codes.ts";
import { errorCodeOf } from "./errors.ts";
import { sleep } from "./stop.ts";

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

  constructor(maxAttempts: number, stop: AbortSignal) {
    super({ maxAttempts, backoff: { computeNextBackoffDelay: () => 0, setDelayBase: () => {} } });
    this.#stop = stop;
  }

  override async refreshRetryTokenForRetry(
    token: RetryToken,
    { retryAfterHint, ...info }: ErrorInfo,
  ): Promise<RetryToken> {
    const errorType = errorTypeOf(info, token.getRetryCount() + 1);
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
  const base = errorType === "THROTTLING" ? Retry.throttlingDelay() : Retry.delay();
  const delay = Math.floor(Math.random() * Math.min(base * 2 ** retries, MAXIMUM_RETRY_DELAY));
  if (hint === undefined) return delay;
  return Math.max(delay, Math.min(hint.getTime() - Date.now(), delay + mostAdded));
}

function errorTypeOf({ error, errorType }: ErrorInfo, attempts: number): ErrorInfo["errorType"] {
  if (!(error instanceof Error)) return errorType;
  // Our own errors define their number of attempts.
  const most: unknown = Reflect.get(error, "mostAttempts");
  if (typeof most === "number" && attempts >= most) return "CLIENT_ERROR";
  if (errorType !== "CLIENT_ERROR") return errorType;
  const kind = kindByCode.get(errorCodeOf(error));
  if (kind === "throttled") return "THROTTLING";
  return kind === "network" ? "TRANSIENT" : errorType;
}
