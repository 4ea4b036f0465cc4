import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import type { Group, Member } from "./group.ts";
import { isWorking } from "./health.ts";
import { launchMember } from "./launch-member.ts";
import { livingMembers, retireMember } from "./members.ts";
import { launchTemplateNow } from "./refresh.ts";
import { resolvedTemplate } from "./template.ts";

/**
 * Replaces Spot Instances that EC2 recommends to replace: "waits until the new instance passes its health check
 * before it proceeds with terminating the old instance" (User Guide, "Capacity Rebalancing").
 *
 * @returns whether it is at work, so that the group may have more instances than desired.
 */
export function replaceAtRisk(region: Region, group: Group): boolean {
  const atRisk = livingMembers(group).filter(isAtRisk);
  if (group.capacityRebalance !== true || atRisk.length === 0) return false;
  retireReplaced(region, group, atRisk);
  launchReplacements(region, group);
  return true;
}

function isAtRisk(member: Member): boolean {
  return member.isAtRisk === true;
}

function retireReplaced(region: Region, group: Group, atRisk: readonly Member[]): void {
  if (group.suspended["Terminate"] !== undefined) return;
  const working = livingMembers(group).filter((member) => isWorking(region, group, member));
  const spare = Math.max(0, working.length - group.desired);
  for (const member of atRisk.slice(0, spare)) {
    const cause = `At ${causeTime(region.now)} an instance was taken out of service in response to an EC2 instance rebalance recommendation.`;
    retireMember(region, group, member, cause);
  }
}

/** "Can temporarily exceed the specified maximum capacity of a group by up to 10 percent of its desired capacity." */
function launchReplacements(region: Region, group: Group): void {
  if (group.suspended["Launch"] !== undefined) return;
  const most = group.maxSize + Math.max(1, Math.floor(group.desired / 10));
  for (;;) {
    const living = livingMembers(group);
    const staying = living.filter((member) => !isAtRisk(member));
    if (staying.length >= group.desired || living.length >= most) return;
    if (region.now < group.nextLaunchAt) return;
    const cause = `At ${causeTime(region.now)} an instance was launched in response to an EC2 instance rebalance recommendation.`;
    const template = resolvedTemplate(region, launchTemplateNow(group));
    if (!launchMember(region, group, template, cause, { beside: staying })) return;
  }
}
