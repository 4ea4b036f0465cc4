import type { Group } from "./group.ts";
import type { MixedInstances } from "./mixed-policy.ts";
import type { InstanceRefresh, RefreshPreferences, RefreshStatus } from "./refresh-record.ts";
import type { TemplateReference } from "./template-reference.ts";

const ACTIVE: ReadonlySet<RefreshStatus> = new Set([
  "Pending",
  "InProgress",
  "Baking",
  "Cancelling",
  "RollbackInProgress",
]);

/** The refresh in progress of a group. */
export function activeRefresh(group: Group): InstanceRefresh | undefined {
  const last = group.refreshes.at(-1);
  return last !== undefined && ACTIVE.has(last.status) ? last : undefined;
}

/** The current source of new instances. During a refresh this is the configuration of the refresh. */
export function launchTemplateNow(group: Group): TemplateReference {
  const refresh = activeRefresh(group);
  if (refresh === undefined) return group.template;
  return refresh.status === "RollbackInProgress" ? refresh.previous : refresh.target;
}

/** The mixed instances policy that new instances follow. Undefined: none, so the template alone counts. */
export function mixedInstancesNow(group: Group): MixedInstances | undefined {
  const refresh = activeRefresh(group);
  const isNew = refresh?.desired !== undefined && refresh.status !== "RollbackInProgress";
  // A desired configuration with only a launch template replaces a mixed instances policy.
  return isNew ? refresh.desiredMixed : group.mixed;
}

/** The minimum and the maximum number of instances during a refresh. */
export interface CapacityBounds {
  readonly least: number;
  readonly most: number;
}

/**
 * The bounds of the desired capacity during a refresh, from its preferences. The minimum is rounded up.
 * When the bounds allow no change, an explicit maximum (or a minimum of 100%) means that one more instance
 * is launched first. Otherwise one is terminated first (API reference of RefreshPreferences,
 * MaxHealthyPercentage).
 */
export function capacityBounds(desired: number, preferences: RefreshPreferences): CapacityBounds {
  const least = Math.ceil((desired * preferences.minHealthy) / 100);
  const most = Math.max(desired, Math.floor((desired * (preferences.maxHealthy ?? 100)) / 100));
  if (least < desired || most > desired) return { least, most };
  return preferences.maxHealthy !== undefined || preferences.minHealthy === 100
    ? { least, most: desired + 1 }
    : { least: Math.max(0, desired - 1), most };
}
