import { actionOf } from "./actions.ts";
import { clockDifference, isAboutTime } from "./clock-difference.ts";
import { isAboutLaunchTemplate, readDenial, splitEncoded } from "./denial.ts";
import { describeDestination, destinationOfError } from "./destination.ts";
import { kindOfCode } from "./error-codes.ts";
import type { ErrorKind } from "./error-kind.ts";
import { remedyByKind } from "./remedies.ts";

/** A failed API call as plain data. `cause` is the SDK's own error. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  /** AWS's code on the wire: `InvalidGroup.NotFound`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** As IAM writes it: `ec2:RunInstances`. */
  readonly operation: string;
  readonly remedy: string | undefined;
  readonly requestId: string | undefined;
  /** Whether the error is transient: the same request succeeds when AWS answers again. */
  readonly isTransient: boolean;

  constructor(
    message: string,
    facts: {
      code: string;
      kind: ErrorKind;
      operation: string;
      remedy?: string | undefined;
      requestId?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = facts.code;
    this.kind = facts.kind;
    this.operation = facts.operation;
    this.remedy = facts.remedy;
    this.requestId = facts.requestId;
    this.isTransient = ["network", "unavailable", "throttled"].includes(facts.kind);
  }
}

/** True for AWS errors of one of these kinds. */
export function isAwsError(error: unknown, ...kinds: readonly ErrorKind[]): error is AwsError {
  return error instanceof AwsError && (kinds.length === 0 || kinds.includes(error.kind));
}

/**
 * Turns any error of an SDK client into an `AwsError`.
 *
 * @param operation In IAM's notation.
 * @param region The region of the call, if known.
 */
export function classify(error: unknown, operation: string, region?: string): AwsError {
  if (error instanceof AwsError) return error;
  const facts = readSdkError(error);
  const kind = isAboutTime(facts.code, facts.message, error) ? "clock" : kindOf(facts, operation);
  const denial = kind === "denied" ? readDenial(facts.message, actionOf(operation)) : undefined;
  const { code, requestId, message: words } = facts;
  const destination = destinationOfError(error);
  const remedy =
    ownRemedy(error) ?? remedyByKind[kind]?.({ denial, code, words, destination, region });
  const where =
    destination === undefined || !unreached.has(kind)
      ? ""
      : `, asking ${describeDestination(destination)}`;
  const when = kind === "clock" ? clockDifference(error) : "";
  const message = `${wording(facts, denial?.action)}${where}${when}`;
  return new AwsError(message, { code, kind, operation, remedy, requestId, cause: error });
}

/** For these kinds the destination matters, because AWS itself has not answered. */
const unreached: ReadonlySet<ErrorKind> = new Set(["network", "certificate", "endpoint"]);

/** Our own errors have a remedy, and so do errors of the embedded AWS, for example on a full disk. */
function ownRemedy(error: unknown): string | undefined {
  const remedy: unknown = error instanceof Error && Reflect.get(error, "remedy");
  return typeof remedy === "string" ? remedy : undefined;
}

interface SdkErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

function readSdkError(error: unknown): SdkErrorFacts {
  if (!(error instanceof Error)) {
    return { code: "Unknown", message: String(error), status: undefined, requestId: undefined };
  }
  const fields = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  if (Reflect.get(error, "code") === "ERR_INVALID_URL") {
    return {
      code: "InvalidEndpoint",
      message: `${JSON.stringify(Reflect.get(error, "input"))} is not a URL`,
      status: undefined,
      requestId: undefined,
    };
  }
  const header = unsendableHeader(error);
  if (header !== undefined) {
    return {
      code: "MalformedCredentials",
      message: `${header} contains a character that an HTTP header cannot hold, such as a line break`,
      status: undefined,
      requestId: undefined,
    };
  }
  if (error.message.includes("Deserialization error: to see the raw response")) {
    return {
      code: "UnreadableAnswer",
      message: "the answer is not in AWS's format. Its sender is not AWS, or is faulty",
      status: undefined,
      requestId: undefined,
    };
  }
  const [first]: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return {
    code: errorCodeOf(error),
    // Node's error for a host with several addresses has no message of its own.
    message: error.message === "" && first instanceof Error ? first.message : error.message,
    status: fields.$metadata?.httpStatusCode,
    requestId: fields.$metadata?.requestId,
  };
}

/** Headers with parts of the credentials, among those that Node refuses to send. */
function unsendableHeader(error: Error): string | undefined {
  if (Reflect.get(error, "code") !== "ERR_INVALID_CHAR") return undefined;
  if (/"x-amz-security-token"/i.test(error.message)) {
    return "the session token (AWS_SESSION_TOKEN, or aws_session_token of the profile)";
  }
  if (/"authorization"/i.test(error.message)) {
    return "the access key id (AWS_ACCESS_KEY_ID, or aws_access_key_id of the profile)";
  }
  return undefined;
}

/**
 * The code on the wire is in `Code`. The SDK's class name is only similar. Node's own errors have a
 * `code` and a generic class.
 */
export function errorCodeOf(error: Error): string {
  const { Code, code, name } = error as Error & {
    readonly Code?: unknown;
    readonly code?: unknown;
  };
  // The SDK's handler renames the error of a broken connection to TimeoutError, and keeps its code.
  const words = name === "Error" || name === "AggregateError" ? [code] : [name];
  const found = [Code, ...(name === "TimeoutError" ? [code] : []), ...words].find(
    (candidate) => typeof candidate === "string" && candidate !== "",
  );
  return typeof found === "string" ? found : "Unknown";
}

function kindOf(facts: SdkErrorFacts, operation: string): ErrorKind {
  if (operation.startsWith("autoscaling:")) {
    // The caller needs EC2's permissions for what the group launches, and the code does not say so.
    if (isAboutLaunchTemplate(facts.message)) return "denied";
    // Auto Scaling has no own codes for these errors. Only the message identifies them.
    if (/pending delete|is being deleted/i.test(facts.message)) return "in-progress";
    if (
      facts.code === "ValidationError" &&
      /not found|not exist|ensure they exist/i.test(facts.message)
    ) {
      return "not-found";
    }
  }
  if (isAboutInstanceProfile(facts)) return "not-found";
  if (/scoped to a valid region/.test(facts.message)) return "region";
  const known = kindOfCode(facts.code, operation.split(":", 1)[0] ?? "");
  if (known !== undefined) return known;
  if (/\.NotFound(Exception)?$/.test(facts.code)) return "not-found";
  if (/\.Duplicate$|AlreadyExists/.test(facts.code)) return "already-exists";
  if (/LimitExceeded$|TooMany/.test(facts.code)) return "quota";
  if (facts.status !== undefined && facts.status >= 500) return "unavailable";
  return "other";
}

/**
 * EC2 and Auto Scaling do not know a new instance profile, or the role in it, for some seconds. Both have only the codes
 * of any wrong parameter for it, so the message decides.
 */
function isAboutInstanceProfile({ code, message }: SdkErrorFacts): boolean {
  return (
    (code === "InvalidParameterValue" || code === "ValidationError") &&
    /Invalid IAM Instance Profile|has no associated IAM Roles/i.test(message)
  );
}

function wording(facts: SdkErrorFacts, deniedAction: string | undefined): string {
  // The encoded part has a thousand characters that nobody reads: it comes with the remedy.
  const whole = splitEncoded(facts.message).readable;
  const words = whole.length > longestWords ? `${whole.slice(0, longestWords)}…` : whole;
  const said = words === "" || words === facts.code ? "" : `: ${words}`;
  return deniedAction === undefined
    ? `${facts.code}${said}`
    : `not allowed to call ${deniedAction}${said}`;
}

/** Characters. AWS's own messages have some hundreds at most. */
const longestWords = 2_000;
