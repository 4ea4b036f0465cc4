import type { Region } from "../region.ts";
import type { Group } from "./group.ts";
import type { InstanceRefresh, RefreshStatus } from "./refresh-record.ts";

/** Waits at the end of a refresh, while it still watches its alarms, and completes it once its bake time has passed. */
export function bake(region: Region, group: Group, refresh: InstanceRefresh): void {
  refresh.status = "Baking";
  refresh.bakedAt ??= region.now + (refresh.preferences.bakeSeconds ?? 0) * 1000;
  refresh.reason = "Waiting for the bake time to pass.";
  refresh.stalledSince = undefined;
  if (region.now < refresh.bakedAt) return;
  if (refresh.desired !== undefined) {
    group.template = refresh.desired;
    group.mixed = refresh.desiredMixed;
  }
  finish(region, group, refresh, "Successful", undefined);
}

/** Ends a refresh, or its rollback. */
export function finish(
  region: Region,
  group: Group,
  refresh: InstanceRefresh,
  status: RefreshStatus,
  reason: string | undefined,
): void {
  refresh.status = status;
  refresh.reason = reason;
  refresh.endedAt = region.now;
  refresh.stalledSince = undefined;
  if (status === "Successful") {
    refresh.percentage = 100;
    refresh.toUpdate = 0;
  } else if (status === "RollbackSuccessful") {
    refresh.percentage = 0;
  }
  group.failedLaunches = 0;
  group.nextLaunchAt = region.now;
}
