import type { Region } from "../region.ts";
import { wake } from "./evaluation.ts";
import { allGroups } from "./group.ts";
import { activeRefresh } from "./refresh.ts";

/** The state of an alarm has changed, and a refresh may watch it. */
export function mindWatchedAlarm(region: Region, alarm: string): void {
  for (const group of allGroups(region)) {
    if (activeRefresh(group)?.preferences.alarms?.includes(alarm) === true) {
      wake(region, group, "reaction");
    }
  }
}
