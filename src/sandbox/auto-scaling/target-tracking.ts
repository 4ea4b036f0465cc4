import { findAlarm } from "../cloud-watch/alarms.ts";
import type { Region } from "../region.ts";
import type { Group } from "./group.ts";
import { trackingScaleInFrom, warmMembers } from "./scaling-pauses.ts";
import { isTracking, type TrackingPolicy } from "./scaling-policy.ts";
import { isMeasured, metricNow } from "./tracked-metric.ts";

/**
 * How many servers hold the metric at the target. The servers that warm up do not count in the metric, but
 * those that are needed include them, so the same load does not scale out twice.
 */
function neededFor(
  region: Region,
  group: Group,
  policy: TrackingPolicy,
  value: number | undefined,
): number | undefined {
  const { scaling } = policy;
  const metric = value ?? metricNow(region, group, scaling);
  if (metric === undefined) return undefined;
  const measured = warmMembers(region, group, policy).filter((member) =>
    isMeasured(region, group, scaling, member),
  ).length;
  // A sum of shares of a whole is not exactly the whole.
  return Math.ceil((measured * metric) / scaling.target - 1e-9);
}

/** The desired capacity after the high alarm. Undefined: no change. */
export function scaledOut(
  region: Region,
  group: Group,
  policy: TrackingPolicy,
  value: number | undefined,
): number | undefined {
  const needed = neededFor(region, group, policy, value);
  return needed !== undefined && needed > group.desired ? needed : undefined;
}

/**
 * The desired capacity after the low alarm. Undefined: no change. The group scales in "only if all of the
 * target tracking policies (with the scale-in portion enabled) are ready to scale in", and to the largest
 * number that one of them needs.
 *
 * "A target tracking scaling policy prioritizes availability […] by scaling in more gradually" (User Guide).
 * AWS does not document how gradually. Here, half of the surplus leaves at a time, and target tracking waits
 * between two of these steps (`trackingScaleInFrom`).
 */
export function scaledIn(
  region: Region,
  group: Group,
  acting: TrackingPolicy,
  value: number | undefined,
): number | undefined {
  const all = (group.policies ?? []).filter(isTracking).filter(canScaleIn);
  const needs = all.map((policy) => {
    const { low } = policy.scaling.alarms;
    const isReady = low !== undefined && findAlarm(region, low)?.state === "ALARM";
    if (!isReady || region.now < trackingScaleInFrom(group, policy)) return undefined;
    return neededFor(region, group, policy, policy === acting ? value : undefined);
  });
  if (needs.length === 0) return undefined;
  const needed = Math.max(group.minSize, ...needs.map((need) => need ?? Number.POSITIVE_INFINITY));
  if (needed >= group.desired) return undefined;
  return group.desired - Math.ceil((group.desired - needed) / 2);
}

function canScaleIn({ enabled, scaling }: TrackingPolicy): boolean {
  return enabled && scaling.scaleIn;
}
