import type { Summary, Verb } from "./plan-format.ts";
import type { Address } from "./resource.ts";

/** A failure in words: AWS's own, the operation, and what to do. */
export interface FailureDescription {
  readonly message: string;
  /** AWS's error code, where it was AWS. */
  readonly code?: string;
  /** `ec2:RunInstances`, where it was a call. */
  readonly operation?: string;
  readonly remedy?: string;
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
      /** To be known after the step, too: not only what is going on. */
      readonly note?: true;
    } & StepEvent)
  | ({ readonly event: "step-retried"; readonly reason: string } & StepEvent)
  | ({ readonly event: "step-done"; readonly seconds: number; readonly id?: string } & StepEvent)
  | ({ readonly event: "step-failed"; readonly error: FailureDescription } & StepEvent)
  | ({ readonly event: "step-skipped"; readonly because: string } & StepEvent)
  | {
      readonly event: "finished";
      readonly ok: boolean;
      /** What was done, by verb of the plan. */
      readonly summary: Summary;
      /** `url` and whatever else a user needs next. */
      readonly outputs: Readonly<Record<string, string>>;
      readonly apiCalls: number;
      readonly seconds: number;
      readonly interrupted?: true;
      /** Why it is not ok though every step is done. */
      readonly error?: FailureDescription;
    }
);
