import type { Address } from "./address.ts";

/**
 * The difference in one field. A value with unknown parts has `known: false`. Its `after`, if present,
 * has `KNOWN_AFTER_APPLY` in the place of each unknown part. `before` has `NOT_STORED` likewise. Both are
 * values of their own (see `Worded`), and their words in JSON.
 */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly known: boolean;
  readonly forcesReplace: boolean;
  /** A secret, which has neither `before` nor `after`. No field of a stack file is one. */
  readonly sensitive: boolean;
}

export type Action = "create" | "update" | "replace" | "delete" | "keep";

export interface Change {
  readonly address: Address;
  readonly action: Action;
  /** Id of the live object, if one exists. */
  readonly id?: string;
  readonly because: string;
  readonly fields: readonly FieldChange[];
}

export type Verb = "create" | "update" | "delete";

/** One unit of work, with the keys of the steps that have to complete before it. */
export interface Step {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
  readonly after: readonly string[];
}

/** Something that the user has to know. An error prevents an apply from starting. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly address?: Address;
  readonly summary: string;
  readonly remedy: string;
}

export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly keep: number;
}

/** What `plan --json` prints. Plain data. */
export interface PlanDocument {
  readonly formatVersion: 1;
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly summary: Summary;
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
  readonly problems: readonly Problem[];
}
