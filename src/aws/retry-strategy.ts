import { StandardRetryStrategy } from "@smithy/core/retry";
import { kindByCode } from "./error-codes.ts";
import { codeOf } from "./errors.ts";

type ErrorInfo = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[1];
type RetryToken = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[0];

/**
 * The SDK's standard strategy, which knows the common codes alone: what AWS documents for one
 * service (Elastic Load Balancing's DependencyThrottle) or a system says of its network is
 * repeated as well.
 */
export class RetryStrategy extends StandardRetryStrategy {
  override refreshRetryTokenForRetry(token: RetryToken, info: ErrorInfo): Promise<RetryToken> {
    return super.refreshRetryTokenForRetry(token, { ...info, errorType: errorTypeOf(info) });
  }
}

function errorTypeOf({ error, errorType }: ErrorInfo): ErrorInfo["errorType"] {
  if (errorType !== "CLIENT_ERROR" || !(error instanceof Error)) return errorType;
  const kind = kindByCode[codeOf(error)];
  if (kind === "throttled") return "THROTTLING";
  return kind === "network" ? "TRANSIENT" : errorType;
}
