import {
  AttachLoadBalancersCommand,
  AttachLoadBalancerTargetGroupsCommand,
  type AutoScalingGroup,
  DetachLoadBalancersCommand,
  DetachLoadBalancerTargetGroupsCommand,
  paginateDescribeLoadBalancers,
  paginateDescribeLoadBalancerTargetGroups,
} from "@aws-sdk/client-auto-scaling";
import { everyPage } from "../../aws/paging.ts";
import { retry } from "../../aws/retry.ts";
import { unlessGone, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { AutoScalingGroupFields, GroupUpdate, LiveGroup } from "./fields.ts";
import { registrations } from "./instance-health.ts";
import { instancesInService } from "./live.ts";
import { lookAtGroup } from "./look-ups.ts";
import { tryOut, untilAllServe, waitingIn } from "./move.ts";
import { type Sources, sourcesOf } from "./sources.ts";
import { goneAmong, targetsOf } from "./targets.ts";

/** Attaches new load balancers and target groups first, so that the instances are always behind one. */
export async function changeTrafficSources({
  context,
  live,
  fields,
}: GroupUpdate): Promise<LiveGroup> {
  const name = live.physicalName;
  const group = await lookAtGroup(context, name);
  const attached = sourcesOf(group ?? {});
  // Those that the stack file names. Others that are attached stay, unless they no longer exist.
  const named: Sources = {
    loadBalancers: fields.loadBalancers ?? [],
    targetGroups: fields.targetGroups ?? [],
  };
  const { empty, gone } = await lookAtSources(context, group);
  const living = both(attached, gone, isNotIn);
  const wanted: Sources = {
    loadBalancers: fields.loadBalancers ?? living.loadBalancers,
    targetGroups: fields.targetGroups ?? living.targetGroups,
  };
  const renewed = both(both(attached, empty, isIn), wanted, isIn);
  const missing = both(wanted, attached, isNotIn);
  const left = both(attached, wanted, isNotIn);
  // A group that is attached to what no longer exists launches no servers, so this comes before any wait for them.
  await detach(context, name, both(left, gone, isIn));
  const surplus = both(left, gone, isNotIn);
  const serving = both(living, renewed, isNotIn);
  const isMove = !isEmpty(missing) && !isEmpty(serving);
  if (isMove && group !== undefined) await tryOut(context, group, missing);
  await detach(context, name, renewed);
  await attach(context, name, together(missing, renewed));
  // An earlier apply may have attached the new ones, and ended before all servers were healthy there.
  const incoming = isEmpty(surplus) ? missing : named;
  if (isMove || (!isEmpty(surplus) && !isEmpty(named))) {
    await untilAllServe(context, name, incoming, fields.healthCheckGrace, async () => {
      // If the servers are healthy behind the others, it is the new ones that do not fit.
      const fits = isMove || (await waitingIn(context, name, surplus)).length === 0;
      if (fits) await detach(context, name, incoming);
      return fits;
    });
  }
  await detach(context, name, surplus);
  return live;
}

/** The fields without the sources that only a later update detaches, as far as they no longer exist or have no use. */
export async function withoutGoneSources(
  context: ResourceContext,
  name: string,
  fields: AutoScalingGroupFields,
  eventual: AutoScalingGroupFields,
): Promise<AutoScalingGroupFields> {
  const kept = kinds.flatMap((kind) => {
    const final = eventual[kind] ?? [];
    return (fields[kind] ?? []).filter((id) => !final.includes(id));
  });
  if (kept.length === 0) return fields;
  const { gone } = await lookAtSources(context, await lookAtGroup(context, name));
  const left = [...gone.loadBalancers, ...gone.targetGroups].filter((id) => kept.includes(id));
  const without = (ids: readonly string[] | null) =>
    ids === null ? null : ids.filter((id) => !left.includes(id));
  return {
    ...fields,
    loadBalancers: without(fields.loadBalancers),
    targetGroups: without(fields.targetGroups),
  };
}

const kinds = ["loadBalancers", "targetGroups"] as const;

function both(
  one: Sources,
  other: Sources,
  test: (id: string, others: readonly string[]) => boolean,
): Sources {
  const [loadBalancers, targetGroups] = kinds.map((kind) =>
    one[kind].filter((id) => test(id, other[kind])),
  );
  return { loadBalancers: loadBalancers ?? [], targetGroups: targetGroups ?? [] };
}

function together(one: Sources, other: Sources): Sources {
  return {
    loadBalancers: [...one.loadBalancers, ...other.loadBalancers],
    targetGroups: [...one.targetGroups, ...other.targetGroups],
  };
}

function isIn(id: string, others: readonly string[]): boolean {
  return others.includes(id);
}

function isNotIn(id: string, others: readonly string[]): boolean {
  return !others.includes(id);
}

function isEmpty({ loadBalancers, targetGroups }: Sources): boolean {
  return loadBalancers.length === 0 && targetGroups.length === 0;
}

/** The sources of a group that do nothing for it. */
interface IdleSources {
  /**
   * Those that have none of its instances. This happens when a load balancer was recreated under the same name: the
   * group still counts it as attached.
   */
  readonly empty: Sources;
  /** Those that no longer exist, or that no load balancer forwards to. */
  readonly gone: Sources;
}

async function lookAtSources(
  context: ResourceContext,
  group: AutoScalingGroup | undefined,
): Promise<IdleSources> {
  if (group === undefined) return { empty: sourcesOf({}), gone: sourcesOf({}) };
  const [found, targets] = await Promise.all([
    registrations(context, group),
    targetsOf(context, sourcesOf(group)),
  ]);
  const inService = instancesInService(group);
  const empty = found
    .filter(({ instances }) => !instances.some(({ instanceId }) => inService.includes(instanceId)))
    .map(({ id }) => id);
  return { empty: { loadBalancers: empty, targetGroups: empty }, gone: goneAmong(found, targets) };
}

async function attach(context: ResourceContext, name: string, sources: Sources): Promise<void> {
  const { autoScaling } = context.clients;
  const { loadBalancers, targetGroups } = sources;
  if (loadBalancers.length > 0) {
    const command = new AttachLoadBalancersCommand({
      AutoScalingGroupName: name,
      LoadBalancerNames: [...loadBalancers],
    });
    await patiently(context, "the load balancer", () => autoScaling.send(command));
  }
  if (targetGroups.length > 0) {
    const command = new AttachLoadBalancerTargetGroupsCommand({
      AutoScalingGroupName: name,
      TargetGroupARNs: [...targetGroups],
    });
    await patiently(context, "the target group", () => autoScaling.send(command));
  }
}

/** "You can't attach target groups while an instance refresh is in progress" (error InstanceRefreshInProgress). */
async function patiently(
  context: ResourceContext,
  what: string,
  call: () => Promise<unknown>,
): Promise<void> {
  await retry(call, {
    while: ["not-found", "in-progress"],
    reason: `AWS does not know ${what} everywhere yet, or a rollout of the group is in progress`,
    deadline: rolloutDeadline,
    context,
  });
}

/** A rollout of some servers ends within it. */
const rolloutDeadline = 30 * 60_000;

async function detach(context: ResourceContext, name: string, sources: Sources): Promise<void> {
  const { autoScaling } = context.clients;
  const { loadBalancers, targetGroups } = sources;
  if (loadBalancers.length > 0) {
    await autoScaling.send(
      new DetachLoadBalancersCommand({
        AutoScalingGroupName: name,
        LoadBalancerNames: [...loadBalancers],
      }),
    );
  }
  if (targetGroups.length > 0) {
    await autoScaling.send(
      new DetachLoadBalancerTargetGroupsCommand({
        AutoScalingGroupName: name,
        TargetGroupARNs: [...targetGroups],
      }),
    );
  }
  await untilDetached(context, name, sources);
}

/**
 * Waits until none of these sources has requests of the group's servers in flight. Deleting one would cut them.
 *
 * @param name The name of a group, which may no longer exist.
 */
export async function untilDetached(
  context: ResourceContext,
  name: string,
  sources: Sources,
): Promise<void> {
  const names = [...sources.loadBalancers, ...sources.targetGroups];
  if (names.length === 0) return;
  // "When all instances are deregistered, then you can no longer describe the load balancer using the
  // DescribeLoadBalancers API call" ("DetachLoadBalancers"). The group itself lists it no longer at once, but
  // connections are still being drained, and deleting the load balancer would cut them.
  await untilGone(
    context,
    `the group's connection to ${names.join(" and ")}`,
    async () => {
      const connected = await connectedTo(context, name, sources);
      const left = names.filter((each) => connected.includes(each));
      return left.length === 0 ? undefined : `${left.join(" and ")} is being detached`;
    },
    // Draining ends after an hour at most ("Configure connection draining", "Deregistration delay").
    { deadline: 65 * 60_000, pace: 5_000 },
  );
}

/** What still has instances of the group. Nothing if somebody has deleted the group. */
async function connectedTo(
  { clients }: ResourceContext,
  name: string,
  { loadBalancers, targetGroups }: Sources,
): Promise<readonly string[]> {
  const asked = { AutoScalingGroupName: name };
  const client = clients.autoScaling;
  const [balancers, groups] = await Promise.all([
    loadBalancers.length === 0
      ? []
      : unlessGone(() =>
          everyPage(paginateDescribeLoadBalancers({ client }, asked), (page) => page.LoadBalancers),
        ),
    targetGroups.length === 0
      ? []
      : unlessGone(() =>
          everyPage(
            paginateDescribeLoadBalancerTargetGroups({ client }, asked),
            (page) => page.LoadBalancerTargetGroups,
          ),
        ),
  ]);
  // "Removed - All Auto Scaling instances are deregistered from the load balancer" ("LoadBalancerState").
  return [
    ...(balancers ?? [])
      .filter(({ State }) => State !== "Removed")
      .map(({ LoadBalancerName = "" }) => LoadBalancerName),
    ...(groups ?? [])
      .filter(({ State }) => State !== "Removed")
      .map(({ LoadBalancerTargetGroupARN = "" }) => LoadBalancerTargetGroupARN),
  ];
}
