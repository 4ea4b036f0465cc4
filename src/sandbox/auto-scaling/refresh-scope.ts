import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import type { Group, LifecycleState, Member } from "./group.ts";
import { livingMembers, retireMember } from "./members.ts";
import type { MixedInstances } from "./mixed-policy.ts";
import { mixedInstancesNow } from "./refresh.ts";
import { poolToReplace } from "./refresh-pool.ts";
import type { InstanceRefresh } from "./refresh-record.ts";
import { instanceTypeOf } from "./template.ts";
import type { TemplateReference } from "./template-reference.ts";
import { isWarmed } from "./warm-pool.ts";

/** Decides which instances a refresh replaces. */
export function beginRefresh(region: Region, group: Group, refresh: InstanceRefresh): void {
  refresh.status = "InProgress";
  const isOutdated = (member: Member) =>
    !refresh.preferences.skipMatching ||
    !isFromConfiguration(region, member, refresh.target, mixedInstancesNow(group));
  refresh.outdated = livingMembers(group)
    .filter(isOutdated)
    .map((member) => member.instanceId);
  refresh.pool = poolToReplace(group, isOutdated);
  refresh.total = refresh.outdated.length;
  refresh.matching = livingMembers(group).length - refresh.total;
  refresh.toUpdate = refresh.total + (refresh.pool?.total ?? 0);
}

/**
 * Whether the instance was launched from this version of this template, and has one of the types of the policy,
 * or the template's own: skip matching compares both (User Guide, "Use an instance refresh with skip matching").
 */
export function isFromConfiguration(
  region: Region,
  member: Member,
  template: TemplateReference,
  mixed: MixedInstances | undefined,
): boolean {
  if (!isFrom(member, template)) return false;
  const types = mixed?.instanceTypes ?? [];
  if (types.length > 0) return types.includes(member.instanceType);
  const own = instanceTypeOf(region, template);
  return own === undefined || own === member.instanceType;
}

/** Neither in service nor pending: on standby, in the warm pool, or held by a hook before its termination. */
export function isSetApart(lifecycle: LifecycleState): boolean {
  return lifecycle.endsWith("Standby") || lifecycle === "Terminating:Wait" || isWarmed(lifecycle);
}

/** Handles instances on standby. Returns the wait reason when the refresh waits for one of them. */
export function mindStandby(
  region: Region,
  group: Group,
  refresh: InstanceRefresh,
): string | undefined {
  const target = refresh.rollback === undefined ? refresh.target : refresh.previous;
  const apart = group.members.filter(
    (member) =>
      member.lifecycle === "Standby" &&
      (!refresh.preferences.skipMatching || !isFrom(member, target)),
  );
  const [first] = apart;
  switch (refresh.preferences.standbyInstances) {
    case "Ignore":
      return undefined;
    case "Wait":
      return first === undefined
        ? undefined
        : `Waiting for remaining instances to be available. For example: ${first.instanceId} is in Standby. Return it to service to continue.`;
    case "Terminate":
      for (const member of apart) {
        const cause = `At ${causeTime(region.now)} an instance on standby was taken out of service in response to an instance refresh.`;
        retireMember(region, group, member, cause);
      }
      return undefined;
  }
}

/** Whether the instance was launched from this version of this template. */
export function isFrom(
  member: Member,
  template: { readonly id: string; readonly version: string },
): boolean {
  return member.template.id === template.id && member.template.version === template.version;
}
