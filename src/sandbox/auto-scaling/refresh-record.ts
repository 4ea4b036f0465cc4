import type { TemplateReference } from "./template-reference.ts";

/** An instance refresh as the sandbox stores it. Times are sandbox milliseconds. */
export interface InstanceRefresh {
  readonly id: string;
  status: RefreshStatus;
  reason: string | undefined;
  readonly startedAt: number;
  endedAt: number | undefined;
  readonly preferences: RefreshPreferences;
  /** The requested configuration. Undefined: the group's own configuration. */
  readonly desired: TemplateReference | undefined;
  /** The source of new instances, and the source that a rollback returns to. Versions are numbers. */
  readonly target: TemplateReference;
  readonly previous: TemplateReference;
  /** The instances to replace, until they are terminated. */
  outdated: string[];
  /**
   * How many instances to replace, and how many not, at the start of the refresh or of its
   * rollback.
   */
  total: number;
  matching: number;
  percentage: number;
  toUpdate: number;
  /** The time of the last progress. */
  stalledSince: number | undefined;
  rollback: Rollback | undefined;
}

export type RefreshStatus =
  | "Pending"
  | "InProgress"
  | "Successful"
  | "Failed"
  | "Cancelling"
  | "Cancelled"
  | "RollbackInProgress"
  | "RollbackSuccessful"
  | "RollbackFailed";

export interface Rollback {
  readonly reason: string;
  readonly startedAt: number;
  readonly percentage: number;
  readonly toUpdate: number;
}

export interface RefreshPreferences {
  readonly minHealthy: number;
  /** Undefined differs from 100: instances are then terminated before their replacement is launched. */
  readonly maxHealthy: number | undefined;
  readonly warmupSeconds: number;
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  readonly protectedInstances: "Refresh" | "Ignore" | "Wait";
  readonly standbyInstances: "Terminate" | "Ignore" | "Wait";
}
