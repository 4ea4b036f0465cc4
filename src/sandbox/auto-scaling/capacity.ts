import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import type { Group } from "./group.ts";
import { launchMember } from "./launch-member.ts";
import { capacityCause, countIn, isLaunching, livingMembers, retireMember } from "./members.ts";
import { launchTemplateNow } from "./refresh.ts";
import { isForeign, retireOrder } from "./retire-order.ts";
import { resolvedTemplate } from "./template.ts";

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
    const template = resolvedTemplate(region, launchTemplateNow(group));
    if (!launchMember(region, group, template, cause)) return;
  }
}

function retireSurplus(region: Region, group: Group): void {
  if (group.suspended["Terminate"] !== undefined) return;
  const living = livingMembers(group);
  // The old instance stays until the rebalancing launch is in service.
  if (group.rebalancing && living.some(({ lifecycle }) => isLaunching(lifecycle))) return;
  group.rebalancing = false;
  const surplus = living.length - group.desired;
  const candidates = living.filter((member) => !member.protectedFromScaleIn);
  for (const member of retireOrder(group, candidates).slice(0, surplus)) {
    const cause = `${capacityCause(region, group, "taken out of service", -1)}  At ${causeTime(region.now)} instance ${member.instanceId} was selected for termination.`;
    retireMember(region, group, member, cause);
  }
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
  if (!lopsided && !living.some((member) => isForeign(group, member.zone))) return;
  const cause = `At ${causeTime(region.now)} availability zones were unbalanced; an instance was launched to aid in balancing the group's zones.`;
  const template = resolvedTemplate(region, group.template);
  group.rebalancing = launchMember(region, group, template, cause);
}
