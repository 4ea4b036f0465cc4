import type { Address } from "./resource.ts";

/**
 * One field's difference. A value that is not wholly known yet has `known: false`; its `after`, where
 * there is one, says "known after apply" in the place of what is missing.
 */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly known: boolean;
  readonly forcesReplace: boolean;
  /** Part of the format. Nothing of a stack file is marked as secret. */
  readonly sensitive: false;
}

export type Action = "create" | "update" | "replace" | "delete" | "keep";

export interface Change {
  readonly address: Address;
  readonly action: Action;
  /** The live object, where there is one. */
  readonly id?: string;
  readonly because: string;
  readonly fields: readonly FieldChange[];
}

export type Verb = "create" | "update" | "delete";

/** One thing to do, with the keys of the steps that must be done before it. */
export interface Step {
  readonly key: string;
  readonly verb: Verb;
  readonly address: Address;
  readonly after: readonly string[];
}

/** Something the user has to know; an error stops an apply before it starts. */
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
