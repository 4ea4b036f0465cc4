import { defineEvent, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import { wake } from "./evaluation.ts";
import { type AttachedSource, findGroup, type Group } from "./group.ts";
import { registerMember } from "./members.ts";
import { sourcesOf, type TrafficSource } from "./traffic-sources.ts";

/** The attached sources with new ones. Those that are attached already do not change. */
export function withAttached(
  current: readonly AttachedSource[],
  added: readonly AttachedSource[],
): AttachedSource[] {
  const names = new Set(added.map(({ name }) => name));
  const kept = current.filter(({ name, state }) => state !== "Removing" && names.has(name));
  return [
    ...current.filter(({ name }) => !names.has(name)),
    ...added.map((attached) => kept.find(({ name }) => name === attached.name) ?? attached),
  ];
}

/** Registers the group's instances with what was attached. */
export function registerMembers(region: Region, group: Group): void {
  for (const member of group.members) {
    if (member.lifecycle === "InService") registerMember(region, group, member);
  }
  wake(region, group, "reaction");
}

/** Detaches sources from a group. Their names are left when their instances are deregistered. */
export function detach(
  region: Region,
  group: Group,
  type: TrafficSource["type"],
  names: readonly string[],
): void {
  for (const source of sourcesOf(region, group)) {
    if (source.type !== type || !names.includes(source.attached.name)) continue;
    source.attached.state = "Removing";
    const draining = group.members.map(({ instanceId }) => source.deregister(instanceId));
    region.schedule(detached, Math.max(durations.groupReaction * 1000, ...draining), {
      group: group.name,
      balancer: source.attached.name,
    });
  }
}

/** `balancer` names a load balancer, or a target group by its ARN. */
export const detached = defineEvent<{ group: string; balancer: string }>(
  "auto-scaling.load-balancer-detached",
  (region, data) => {
    const group = findGroup(region, data.group);
    if (group === undefined) return;
    const isLeft = ({ name, state }: AttachedSource) =>
      name !== data.balancer || state !== "Removing";
    group.loadBalancers = group.loadBalancers.filter(isLeft);
    group.targetGroups = (group.targetGroups ?? []).filter(isLeft);
    wake(region, group, "now");
  },
);

/** As LoadBalancerState and LoadBalancerTargetGroupState of the API reference have them. */
export function attachmentState(group: Group, { attached, report }: TrafficSource): string {
  if (attached.state === "Removing") return "Removing";
  if (attached.inService) return "InService";
  const own = group.members
    .filter((member) => member.lifecycle === "InService")
    .map(({ instanceId }) => report(instanceId));
  if (own.some((one) => one?.health === "passing")) return "InService";
  return own.every((one) => one !== undefined) ? "Added" : "Adding";
}
