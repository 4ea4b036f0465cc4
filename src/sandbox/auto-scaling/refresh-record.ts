import type { MixedInstances } from "./mixed-policy.ts";
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
  /** The rest of the requested mixed instances policy. Absent: none was requested. */
  readonly desiredMixed?: MixedInstances | undefined;
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
  /** Of the group's warm pool. Absent: it has none, or it matches. */
  pool?: PoolProgress | undefined;
  /** The time of the last progress. */
  stalledSince: number | undefined;
  rollback: Rollback | undefined;
  /** When its bake time ends, once all instances are replaced. */
  bakedAt?: number;
}

/** "An instance refresh first replaces InService instances. Then it replaces instances in the warm pool." */
export interface PoolProgress {
  /** The instances to replace, until they are terminated. */
  outdated: string[];
  readonly total: number;
  /** How many new instances the pool has ready. */
  replaced: number;
  /** Without the warm pool. */
  livePercentage: number;
  liveToUpdate: number;
}

export type RefreshStatus =
  | "Pending"
  | "InProgress"
  | "Baking"
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
  /** The names of the alarms that it watches. Absent: none. */
  readonly alarms?: readonly string[];
  /** Absent: 0. */
  readonly bakeSeconds?: number;
}
