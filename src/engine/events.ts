import type { PendingItem } from "./errors.ts";
import type { Summary, Verb } from "./plan-format.ts";
import type { Address } from "./resource.ts";

/** A failure in words: the message (AWS's own), the operation, and what to do. */
export interface FailureDescription {
  readonly message: string;
  /** AWS's error code, if AWS reported the error. */
  readonly code?: string;
  /** The failed API operation, such as `ec2:RunInstances`. */
  readonly operation?: string;
  readonly remedy?: string;
  /** What a machine's console shows around the failure, a line each. */
  readonly consoleOutput?: readonly string[];
}

interface StepEvent {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
}

/** What happens during an apply or a destroy, in order; `at` is an ISO 8601 time of the clock. */
export type EngineEvent = { readonly at: string } & (
  | { readonly event: "planned"; readonly summary: Summary; readonly steps: readonly StepEvent[] }
  | ({ readonly event: "step-started" } & StepEvent)
  | ({
      readonly event: "step-progress";
      readonly message: string;
      readonly done?: number;
      readonly total?: number;
      /** A note that stays relevant after the step, not only progress. */
      readonly note?: true;
    } & StepEvent)
  | ({ readonly event: "step-retried"; readonly reason: string } & StepEvent)
  | ({ readonly event: "step-done"; readonly seconds: number; readonly id?: string } & StepEvent)
  | ({ readonly event: "step-failed"; readonly error: FailureDescription } & StepEvent)
  | ({ readonly event: "step-skipped"; readonly because: string } & StepEvent)
  | {
      readonly event: "finished";
      readonly ok: boolean;
      /** The completed changes, by action. */
      readonly summary: Summary;
      /** `url`, and whatever else a user needs next. */
      readonly outputs: Readonly<Record<string, string>>;
      readonly apiCalls: number;
      readonly seconds: number;
      readonly interrupted?: true;
      /**
       * What only somebody outside can do. `ok` stays true: the next apply completes the steps that waited for it, if
       * there are any (`applyAgain`).
       */
      readonly pending?: readonly PendingItem[];
      /** Why `ok` is false although no step failed. */
      readonly error?: FailureDescription;
    }
);

/** An event without the members that every event has. */
export type News = EngineEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, "at">
    : never
  : never;
/** The event of a step, without the members that every event of a step has. */
export type StepNews = News extends infer Event
  ? Event extends { readonly key: string }
    ? Omit<Event, "key" | "verb" | "address">
    : never
  : never;
