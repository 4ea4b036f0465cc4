import type { CommonErrors } from "./common-errors.ts";
import { AwsError } from "./error.ts";
import { createRandom } from "./random.ts";
import { partitionName } from "./regions.ts";

/** What goes wrong with one request. */
export interface Fault {
  readonly kind:
    | "throttle"
    | "internal-error"
    | "unavailable"
    | "deny"
    | "expired"
    /** The connection breaks. */
    | "drop"
    /** No answer ever arrives, as if our own process had died. Only an abort ends the wait. */
    | "hang"
    /** Nothing but `delayMilliseconds`. */
    | "slow"
    /** `code`, `message` and `status`, as given. */
    | "error";
  /** Whether the fault comes before or after AWS did the work. Default: before. */
  readonly when?: "before" | "after";
  /** Sandbox milliseconds until the answer. With `before`, also until the work. */
  readonly delayMilliseconds?: number;
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
}

/** A request as the fault plan sees it, before anything is done. */
export interface PendingCall {
  /** Counts from 1, over all calls of this sandbox. */
  readonly number: number;
  /** Sandbox time in milliseconds. */
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The requests that a fault affects. All conditions must hold. */
export interface FaultRule extends Fault {
  readonly service?: string;
  readonly operation?: string | RegExp;
  /** The n-th call that matches the conditions above, counted from 1. */
  readonly nth?: number;
  /** A share of the calls, from 0 to 1. */
  readonly rate?: number;
  /** The maximum number of times. */
  readonly times?: number;
  /** Sandbox time in milliseconds: the start and the end of the fault. */
  readonly from?: number;
  readonly until?: number;
}

/** A fault without a request. AWS's own processes ask the plan before each step. */
export interface Happening {
  readonly kind: /** EC2 has no room for an instance: a launch fails. */
    | "capacity"
    /** An image becomes `failed`. */
    | "image-fails"
    /** An instance cannot use the KMS key of its encrypted volume. EC2 terminates it before it runs. */
    | "disk-key"
    /** A guest never finishes its user data script. */
    | "guest-hangs"
    /** A guest does not come back from the restart that its script asks for. */
    | "guest-lost"
    /** A guest restarts by itself, after the restart that its script asks for. */
    | "guest-restarts"
    /** A guest's script fails. */
    | "guest-fails"
    /** A running instance stops answering and fails its status checks. */
    | "instance-dies"
    /** A NAT gateway becomes `failed` by an internal error. */
    | "nat-gateway-fails";
  readonly region: string;
  /** The affected object: an instance type for capacity and disk-key, otherwise the id of an image, an instance or a NAT gateway. */
  readonly subject: string;
  /** The affected availability zone, for capacity. */
  readonly zone?: string;
  readonly at: number;
}

export interface HappeningRule {
  readonly happening: Happening["kind"];
  readonly subject?: string | RegExp;
  readonly zone?: string;
  readonly nth?: number;
  readonly rate?: number;
  readonly times?: number;
  readonly from?: number;
  readonly until?: number;
}

/** Rules for the usual cases, and functions for a simulation that decides everything itself. */
export interface FaultPlan {
  readonly seed?: number;
  readonly rules?: readonly (FaultRule | HappeningRule)[];
  readonly decide?: (call: PendingCall) => Fault | undefined;
  readonly happens?: (happening: Happening) => boolean;
}

export interface Faults {
  decide(call: PendingCall): Fault | undefined;
  happens(happening: Happening): boolean;
}

/** The first matching rule decides. Without a matching rule, `decide` and `happens` decide. */
export function createFaults(plan: FaultPlan): Faults {
  let seed = plan.seed ?? 1;
  const random = createRandom(seed, (state) => {
    seed = state;
  });
  const callRules: { rule: FaultRule; strikes: Strikes }[] = [];
  const worldRules: { rule: HappeningRule; strikes: Strikes }[] = [];
  for (const rule of plan.rules ?? []) {
    const strikes = createStrikes(rule, random.next);
    if ("happening" in rule) worldRules.push({ rule, strikes });
    else callRules.push({ rule, strikes });
  }
  return {
    decide(call) {
      const hit = callRules.find(
        ({ rule, strikes }) =>
          (rule.service === undefined || rule.service === call.service) &&
          matches(rule.operation, call.operation) &&
          strikes(call.at),
      );
      return hit?.rule ?? plan.decide?.(call);
    },
    happens(happening) {
      const hit = worldRules.some(
        ({ rule, strikes }) =>
          rule.happening === happening.kind &&
          matches(rule.subject, happening.subject) &&
          (rule.zone === undefined || rule.zone === happening.zone) &&
          strikes(happening.at),
      );
      return hit || (plan.happens?.(happening) ?? false);
    },
  };
}

type Strikes = (at: number) => boolean;

function createStrikes(rule: FaultRule | HappeningRule, random: () => number): Strikes {
  let seen = 0;
  let struck = 0;
  return (at) => {
    if (at < (rule.from ?? -Infinity) || at >= (rule.until ?? Infinity)) return false;
    seen += 1;
    if (rule.nth !== undefined && rule.nth !== seen) return false;
    if (struck >= (rule.times ?? Infinity)) return false;
    if (rule.rate !== undefined && random() >= rule.rate) return false;
    struck += 1;
    return true;
  };
}

function matches(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === "string" ? pattern === text : pattern.test(text);
}

/** The error of a fault. Undefined for faults that never answer or only answer late. */
export function faultError(
  fault: Fault,
  { service, operation, region }: PendingCall,
  errors: CommonErrors,
): AwsError | undefined {
  switch (fault.kind) {
    case "throttle":
      return errors.throttled();
    case "internal-error":
      return errors.internalError();
    case "unavailable":
      return errors.unavailable();
    case "deny":
      return errors.accessDenied(
        `arn:${partitionName(region)}:iam::000000000000:user/sandbox`,
        `${service}:${operation}`,
      );
    case "expired":
      return errors.credentialsExpired();
    case "error":
      return new AwsError(
        fault.code ?? "InternalError",
        fault.message ?? "An error made by a fault plan.",
        fault.status ?? 400,
      );
    default:
      return undefined;
  }
}
