import { drawn } from "../random.ts";
import { defineEvent, defineSignal, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import {
  type ChangeRecord,
  changes,
  hostedZones,
  keyOf,
  publishedSets,
  type RecordSet,
} from "./tables.ts";

/** What public resolvers answer may have changed. The region is the account's global one. */
export const publicDnsChanged = defineSignal<string>("publicDnsChanged");

/** One step of a change: what the name servers answer, or do not answer any more. */
export interface Step {
  readonly removes: boolean;
  readonly set: RecordSet;
}

/** Lets the name servers learn the steps after some time. */
export function publish(
  region: Region,
  zone: string,
  steps: readonly Step[],
  comment: string | null,
): ChangeRecord {
  const found = region.table(hostedZones).latest(zone);
  const delay = drawn(region.random, durations.inSync);
  const inSyncAt = Math.max(region.now + delay, found?.inSyncAt ?? 0);
  if (found !== undefined) found.inSyncAt = inSyncAt;
  const change: ChangeRecord = {
    id: `C0${region.random.hex(19).toUpperCase()}`,
    submittedAt: region.now,
    inSyncAt,
    comment,
  };
  region.table(changes).add(change.id, change, { immediate: true });
  region.schedule(inSync, inSyncAt - region.now, { zone, steps });
  return change;
}

export const inSync = defineEvent<{ readonly zone: string; readonly steps: readonly Step[] }>(
  "route-53.in-sync",
  (region, { zone, steps }) => {
    const table = region.table(publishedSets);
    for (const { removes, set } of steps) {
      table.remove(keyOf(set), { immediate: true });
      if (!removes) table.add(keyOf(set), set, { immediate: true });
    }
    region.signal(publicDnsChanged, zone);
  },
);

/** As answers describe a change. */
export function describeChange(region: Region, change: ChangeRecord) {
  return {
    Id: `/change/${change.id}`,
    Status: change.inSyncAt <= region.now ? ("INSYNC" as const) : ("PENDING" as const),
    SubmittedAt: new Date(change.submittedAt),
    ...(change.comment !== null && { Comment: change.comment }),
  };
}
