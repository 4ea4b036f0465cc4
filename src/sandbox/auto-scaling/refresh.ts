import type { Group, TemplateReference } from "./group.ts";

/** An instance refresh, as the sandbox keeps it. Times are sandbox milliseconds. */
export interface InstanceRefresh {
  readonly id: string;
  status: RefreshStatus;
  reason: string | undefined;
  readonly startedAt: number;
  endedAt: number | undefined;
  readonly preferences: RefreshPreferences;
  /** As it was asked for; undefined: the group's own configuration. */
  readonly desired: TemplateReference | undefined;
  /** What new instances are launched from, and what a rollback returns to; versions are numbers. */
  readonly target: TemplateReference;
  readonly previous: TemplateReference;
  /** The instances that are to be replaced, until they are gone. */
  outdated: string[];
  /** How many were to be replaced, and how many were not, at the beginning; of the rollback when there is one. */
  total: number;
  matching: number;
  percentage: number;
  toUpdate: number;
  /** Since when nothing has got better. */
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
  /** Not the same as 100 when undefined: instances are then terminated before their replacement is there. */
  readonly maxHealthy: number | undefined;
  readonly warmupSeconds: number;
  readonly skipMatching: boolean;
  readonly autoRollback: boolean;
  readonly protectedInstances: "Refresh" | "Ignore" | "Wait";
  readonly standbyInstances: "Terminate" | "Ignore" | "Wait";
}

const ACTIVE: ReadonlySet<RefreshStatus> = new Set([
  "Pending",
  "InProgress",
  "Cancelling",
  "RollbackInProgress",
]);

/** The refresh of a group that is under way. */
export function activeRefresh(group: Group): InstanceRefresh | undefined {
  const last = group.refreshes.at(-1);
  return last !== undefined && ACTIVE.has(last.status) ? last : undefined;
}

/** What instances are launched from now: a refresh's configuration while it is under way. */
export function launchTemplateNow(group: Group): TemplateReference {
  const refresh = activeRefresh(group);
  if (refresh === undefined) return group.template;
  return refresh.status === "RollbackInProgress" ? refresh.previous : refresh.target;
}

/** The instance types that the group may launch now instead of its template's, the preferred one first. */
export function instanceTypesNow(group: Group): readonly string[] {
  const refresh = activeRefresh(group);
  const isNew = refresh?.desired !== undefined && refresh.status !== "RollbackInProgress";
  // A desired configuration of a launch template alone takes the place of a mixed instances policy.
  return isNew ? [] : (group.mixed?.instanceTypes ?? []);
}

/** How many instances a refresh may go down and up to. */
export interface CapacityBounds {
  readonly least: number;
  readonly most: number;
}

/**
 * The bounds that preferences draw around a desired capacity. The least is rounded up. When they
 * leave no room at all, an explicit maximum (or a minimum of 100%) means that one more is launched
 * first; otherwise one is terminated first (API reference of RefreshPreferences, MaxHealthyPercentage).
 */
export function capacityBounds(desired: number, preferences: RefreshPreferences): CapacityBounds {
  const least = Math.ceil((desired * preferences.minHealthy) / 100);
  const most = Math.max(desired, Math.floor((desired * (preferences.maxHealthy ?? 100)) / 100));
  if (least < desired || most > desired) return { least, most };
  return preferences.maxHealthy !== undefined || preferences.minHealthy === 100
    ? { least, most: desired + 1 }
    : { least: Math.max(0, desired - 1), most };
}
