import { durations } from "../ec2/durations.ts";
import { isReclaimable, reclaim } from "../ec2/instances/spot.ts";
import { instances } from "../ec2/instances/tables.ts";
import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import { wake } from "./evaluation.ts";
import { findMember, requireGroup, validationError } from "./group.ts";

/** What a person gets to know of Spot Instances that EC2 takes back. */
export interface ReclaimedSpot {
  readonly instances: readonly {
    readonly id: string;
    readonly instanceType: string;
    readonly zone: string;
    /** The name of its Auto Scaling group, if it has one. */
    readonly group?: string;
  }[];
  /** Seconds of sandbox time from now. */
  readonly noticeIn: number;
  readonly interruptionIn: number;
}

/**
 * EC2 begins to take back Spot Instances, the oldest first.
 *
 * @param name of the group. Undefined: any Spot Instance of the region.
 * @throws AwsError ValidationError when there are not so many.
 */
export function reclaimSpot(
  region: Region,
  count: number,
  name: string | undefined,
): ReclaimedSpot {
  if (!Number.isInteger(count) || count < 1) {
    throw validationError(`The number of Spot Instances must be 1 or more, got ${count}`);
  }
  const group = name === undefined ? undefined : requireGroup(region, name);
  const groupOf = (id: string) => findMember(region, id)?.group.name;
  const running = region
    .table(instances)
    .all()
    .filter((each) => isReclaimable(each) && (group === undefined || groupOf(each.id) === name));
  const where = group === undefined ? region.name : `The Auto Scaling group ${group.name}`;
  const [one, another] = running;
  if (one === undefined) {
    throw validationError(`${where} has no Spot Instance that runs and is not being taken back`);
  }
  if (running.length < count) {
    const some =
      another === undefined
        ? "1 Spot Instance that runs and is"
        : `${running.length} Spot Instances that run and are`;
    throw validationError(`${where} has ${some} not being taken back, not ${count}`);
  }
  const chosen = running.slice(0, count);
  for (const instance of chosen) reclaim(region, instance);
  return {
    instances: chosen.map(({ id, instanceType, zone }) => {
      const owner = groupOf(id);
      return { id, instanceType, zone, ...(owner !== undefined && { group: owner }) };
    }),
    noticeIn: durations.spotNotice,
    interruptionIn: durations.spotNotice + durations.spotInterruption,
  };
}

/** Only a group with Capacity Rebalancing heeds the recommendation. */
export function heedRecommendation(region: Region, id: string): void {
  const { group, member } = findMember(region, id) ?? {};
  if (group?.capacityRebalance !== true || member === undefined) return;
  member.isAtRisk = true;
  wake(region, group, "reaction");
}

/**
 * "In cases where an instance receives a final two-minute interruption notice, Amazon EC2 Auto Scaling calls the
 * termination lifecycle hook and attempts to launch a replacement immediately" (User Guide, "Capacity Rebalancing").
 * Without Capacity Rebalancing, the group replaces the instance after its interruption.
 */
export function heedNotice(region: Region, id: string): void {
  const { group, member } = findMember(region, id) ?? {};
  if (group?.capacityRebalance !== true || member?.lifecycle !== "InService") return;
  if (group.suspended["HealthCheck"] !== undefined) return;
  member.health = "Unhealthy";
  member.unhealthyBecause = `At ${causeTime(region.now)} an instance was taken out of service in response to an EC2 Spot Instance interruption notice.`;
  wake(region, group, "reaction");
}
