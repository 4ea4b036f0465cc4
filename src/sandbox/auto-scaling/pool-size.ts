import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import type { Group } from "./group.ts";
import { launchMember } from "./launch-member.ts";
import { finishTermination, livingMembers, retireMember } from "./members.ts";
import { activeRefresh, launchTemplateNow } from "./refresh.ts";
import { resolvedTemplate } from "./template.ts";
import { pooledMembers, poolGoal, warmMembers } from "./warm-pool.ts";

/** Keeps the warm pool at its size, and replaces its unhealthy instances. The group itself comes first. */
export function tendPool(region: Region, group: Group): void {
  if (group.warmPool?.deleting) endPool(region, group);
  // A refresh replaces the pool itself, until it only waits.
  const isReplacing = (activeRefresh(group)?.status ?? "Baking") !== "Baking";
  if (group.warmPool === undefined || isReplacing) return;
  retireUnhealthyPooled(region, group);
  if (livingMembers(group).length < group.desired) return;
  retireSurplusPooled(region, group);
  fillPool(region, group);
}

function endPool(region: Region, group: Group): void {
  for (const member of warmMembers(group)) {
    // "This parameter also deletes any outstanding lifecycle actions associated with the warm pool instances."
    if (member.lifecycle === "Warmed:Terminating:Wait") {
      member.lifecycle = "Warmed:Terminating:Proceed";
      member.actions = [];
      finishTermination(region, member);
    }
    retireMember(
      region,
      group,
      member,
      `At ${causeTime(region.now)} instance ${member.instanceId} was taken out of the warm pool in response to a user request deleting the warm pool.`,
    );
  }
  if (warmMembers(group).length === 0) group.warmPool = undefined;
}

function retireUnhealthyPooled(region: Region, group: Group): void {
  if (group.suspended["ReplaceUnhealthy"] !== undefined) return;
  if (group.suspended["Terminate"] !== undefined) return;
  for (const member of pooledMembers(group)) {
    if (member.health === "Unhealthy") {
      retireMember(region, group, member, member.unhealthyBecause ?? "");
    }
  }
}

function retireSurplusPooled(region: Region, group: Group): void {
  if (group.suspended["Terminate"] !== undefined) return;
  const pooled = pooledMembers(group);
  for (const member of pooled.slice(0, Math.max(0, pooled.length - poolGoal(group)))) {
    const cause = `At ${causeTime(region.now)} instance ${member.instanceId} was taken out of the warm pool in response to a difference between the desired and the actual size of the warm pool.`;
    retireMember(region, group, member, cause);
  }
}

/** Launches what the pool lacks. Suspending Launch also stops that. */
export function fillPool(region: Region, group: Group): void {
  if (group.suspended["Launch"] !== undefined) return;
  while (pooledMembers(group).length < poolGoal(group) && region.now >= group.nextLaunchAt) {
    const cause = `At ${causeTime(region.now)} an instance was launched into the warm pool in response to a difference between the desired and the actual size of the warm pool.`;
    const template = resolvedTemplate(region, launchTemplateNow(group));
    const options = { beside: pooledMembers(group), intoPool: true };
    if (!launchMember(region, group, template, cause, options)) return;
  }
}
