import {
  AttachLoadBalancersCommand,
  type AutoScalingGroup,
  DetachLoadBalancersCommand,
  paginateDescribeLoadBalancers,
} from "@aws-sdk/client-auto-scaling";
import { RegisterInstancesWithLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { retryNotFound, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { registrations } from "./instance-health.ts";
import { type GroupUpdate, instancesInService, type LiveGroup, lookAtGroup } from "./live.ts";
import { blocking } from "./scaling-processes.ts";

/** Attaches new load balancers first, so that the instances are always behind one. */
export async function changeLoadBalancers({
  context,
  live,
  fields,
}: GroupUpdate): Promise<LiveGroup> {
  const name = live.physicalName;
  const group = await lookAtGroup(context, name);
  const named = group?.LoadBalancerNames ?? [];
  const missing = fields.loadBalancers.filter((each) => !named.includes(each));
  const renewed = (await withoutInstances(context, group)).filter((each) =>
    fields.loadBalancers.includes(each),
  );
  const surplus = named.filter((each) => !fields.loadBalancers.includes(each));
  await detach(context, name, renewed);
  await attach(context, name, [...missing, ...renewed]);
  await detach(context, name, surplus);
  return live;
}

/**
 * The group's load balancers that have none of its instances. This happens when a load balancer was
 * recreated under the same name: the group still counts it as attached.
 */
async function withoutInstances(
  context: ResourceContext,
  group: AutoScalingGroup | undefined,
): Promise<readonly string[]> {
  if (group === undefined) return [];
  const inService = instancesInService(group);
  return (await registrations(context, group))
    .filter(({ states }) => !states.some(({ InstanceId = "" }) => inService.includes(InstanceId)))
    .map(({ name }) => name);
}

async function attach(context: ResourceContext, name: string, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const command = new AttachLoadBalancersCommand({
    AutoScalingGroupName: name,
    LoadBalancerNames: names,
  });
  await retryNotFound(context, "the load balancer", () =>
    context.clients.autoScaling.send(command),
  );
}

async function detach(context: ResourceContext, name: string, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const command = new DetachLoadBalancersCommand({
    AutoScalingGroupName: name,
    LoadBalancerNames: names,
  });
  await context.clients.autoScaling.send(command);
  // "When all instances are deregistered, then you can no longer describe the load balancer using the
  // DescribeLoadBalancers API call" ("DetachLoadBalancers"). The group itself lists it no longer at once, but
  // connections are still being drained, and deleting the load balancer would cut them.
  await untilGone(
    context,
    `the group's connection to ${names.join(" and ")}`,
    async () => {
      const connected = await connectedTo(context, name);
      const left = names.filter((each) => connected.includes(each));
      return left.length === 0 ? undefined : `${left.join(" and ")} is being detached`;
    },
    // Connection draining ends after an hour at most ("Configure connection draining").
    { deadline: 65 * 60_000, pace: 5_000 },
  );
}

/** The load balancers that still have instances of the group. None if somebody has deleted the group. */
async function connectedTo(context: ResourceContext, name: string): Promise<readonly string[]> {
  const pages = paginateDescribeLoadBalancers(
    { client: context.clients.autoScaling },
    { AutoScalingGroupName: name },
  );
  try {
    const balancers = await everyPage(pages, (page) => page.LoadBalancers);
    // "Removed - All Auto Scaling instances are deregistered from the load balancer" ("LoadBalancerState").
    return balancers
      .filter(({ State }) => State !== "Removed")
      .map(({ LoadBalancerName = "" }) => LoadBalancerName);
  } catch (error) {
    if (isAwsError(error, "not-found")) return [];
    throw error;
  }
}

/**
 * The group registers an instance at its launch only. An instance that somebody deregistered would get
 * no requests for the rest of its life.
 */
export async function registerMissing(context: ResourceContext, name: string): Promise<void> {
  const group = await lookAtGroup(context, name);
  // Somebody suspended the registration of servers on purpose.
  if (group === undefined || blocking(group, "register").length > 0) return;
  const inService = instancesInService(group);
  for (const balancer of await registrations(context, group)) {
    const there = new Set(balancer.states.map(({ InstanceId }) => InstanceId));
    const missing = inService.filter((id) => !there.has(id));
    if (missing.length === 0) continue;
    context.report.progress(`registering ${missing.join(" and ")} with ${balancer.name} again`);
    await register(context, balancer.name, missing);
  }
}

/**
 * The group lists a dead instance until it notices. One dead instance makes AWS reject the whole call.
 * Then each instance is registered by itself, and the group replaces those that cannot be.
 */
async function register(context: ResourceContext, name: string, ids: readonly string[]) {
  try {
    await context.clients.loadBalancing.send(
      new RegisterInstancesWithLoadBalancerCommand({
        LoadBalancerName: name,
        Instances: ids.map((InstanceId) => ({ InstanceId })),
      }),
    );
  } catch (error) {
    if (!isAwsError(error) || error.code !== "InvalidInstance") throw error;
    if (ids.length > 1) for (const id of ids) await register(context, name, [id]);
    else
      context.report.progress(
        `cannot register ${ids[0]}; the Auto Scaling group has to replace it: ${error.message}`,
      );
  }
}
