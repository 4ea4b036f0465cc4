import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import { replaceAtRisk } from "./capacity-rebalancing.ts";
import type { Group, Member } from "./group.ts";
import { graceEnd, isBroken, isWorking } from "./health.ts";
import { launchMember } from "./launch-member.ts";
import { capacityCause, countIn, isLaunching, livingMembers, retireMember } from "./members.ts";
import { missingOption, optionOf } from "./purchase-options.ts";
import { launchTemplateNow } from "./refresh.ts";
import { isForeign, retireOrder } from "./retire-order.ts";
import { returnMember } from "./return-to-pool.ts";
import { resolvedTemplate } from "./template.ts";
import { startWarmed } from "./warm-members.ts";

/**
 * Replaces unhealthy instances. The group terminates the old instance first, and then launches the
 * new one.
 */
export function retireUnhealthy(region: Region, group: Group): void {
  if (group.suspended["ReplaceUnhealthy"] !== undefined) return;
  if (group.suspended["Terminate"] !== undefined) return;
  for (const member of livingMembers(group)) {
    if (member.health === "Unhealthy") {
      retireMember(region, group, member, member.unhealthyBecause ?? "");
    }
  }
}

/**
 * Launches or terminates instances until the group has its desired capacity, balanced over its
 * zones.
 */
export function meetCapacity(region: Region, group: Group): void {
  const living = livingMembers(group);
  if (living.length < group.desired) launchMissing(region, group);
  else if (replaceAtRisk(region, group)) return;
  else if (living.length > group.desired) retireSurplus(region, group);
  else rebalance(region, group);
  if (livingMembers(group).length === group.desired) group.reasons = [];
}

function launchMissing(region: Region, group: Group): void {
  if (group.suspended["Launch"] !== undefined) return;
  while (livingMembers(group).length < group.desired && region.now >= group.nextLaunchAt) {
    const cause = group.members.some((member) => member.unhealthyBecause !== undefined)
      ? `At ${causeTime(region.now)} an instance was launched in response to an unhealthy instance needing to be replaced.`
      : capacityCause(region, group, "started", 1);
    if (startWarmed(region, group, cause)) continue;
    const template = resolvedTemplate(region, launchTemplateNow(group));
    if (!launchMember(region, group, template, cause)) return;
  }
}

function retireSurplus(region: Region, group: Group): void {
  if (group.suspended["Terminate"] !== undefined) return;
  const living = livingMembers(group);
  // The old instance stays until the rebalancing launch serves.
  if (group.rebalancing && living.some((member) => isStarting(region, group, member))) return;
  group.rebalancing = false;
  const surplus = living.length - group.desired;
  const candidates = living.filter((member) => !member.protectedFromScaleIn);
  for (const member of retireOrder(group, candidates).slice(0, surplus)) {
    const cause = `${capacityCause(region, group, "taken out of service", -1)}  At ${causeTime(region.now)} instance ${member.instanceId} was selected for termination.`;
    if (!returnMember(region, group, member, cause)) retireMember(region, group, member, cause);
  }
}

/** Pending, or in service with health checks that have not told yet, within the grace period. */
function isStarting(region: Region, group: Group, member: Member): boolean {
  if (isLaunching(member.lifecycle)) return true;
  if (isWorking(region, group, member) || isBroken(region, group, member)) return false;
  return region.now < graceEnd(group, member);
}

/**
 * Rebalances the zones: launches one instance in the zone with the fewest instances before it terminates
 * one in the zone with the most. It does so when the zones differ by two or more, or when an instance is
 * in a zone that the group no longer uses.
 */
function rebalance(region: Region, group: Group): void {
  group.rebalancing = false;
  if (group.suspended["AZRebalance"] !== undefined || group.suspended["Launch"] !== undefined)
    return;
  if (region.now < group.nextLaunchAt) return;
  const living = livingMembers(group);
  if (living.some((member) => member.lifecycle !== "InService")) return;
  const counts = group.subnets.map((subnet) => countIn(group, subnet.zone));
  const lopsided = Math.max(...counts) - Math.min(...counts) > 1;
  if (!lopsided && !living.some((member) => isForeign(group, member.zone))) {
    matchPurchaseOptions(region, group);
    return;
  }
  const cause = `At ${causeTime(region.now)} availability zones were unbalanced; an instance was launched to aid in balancing the group's zones.`;
  const template = resolvedTemplate(region, launchTemplateNow(group));
  group.rebalancing = launchMember(region, group, template, cause);
}

/**
 * "Existing instances may be replaced to match the new purchasing options that you specified in the policy […]
 * launches new instances before terminating the old ones" (API reference of UpdateAutoScalingGroup). Types that the
 * policy no longer has stay.
 */
function matchPurchaseOptions(region: Region, group: Group): void {
  const option = missingOption(group);
  if (option === undefined) return;
  const canGo = livingMembers(group).some(
    (member) => optionOf(member) !== option && !member.protectedFromScaleIn,
  );
  if (!canGo) return;
  const cause = `At ${causeTime(region.now)} an instance was launched to match the purchase options of the mixed instances policy.`;
  const template = resolvedTemplate(region, launchTemplateNow(group));
  group.rebalancing = launchMember(region, group, template, cause, { option });
}
