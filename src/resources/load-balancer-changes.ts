import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  AddTagsCommand,
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerListenersCommand,
  DetachLoadBalancerFromSubnetsCommand,
  RemoveTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { sendTagChanges, tagChanges } from "../aws/tags.ts";
import type { ResourceContext } from "./context.ts";
import type { LoadBalancerFields } from "./load-balancer-live.ts";
import {
  type Attributes,
  configureHealthCheck,
  type Listener,
  modifyAttributes,
  toSdkListener,
} from "./load-balancer-settings.ts";
import { retryNotFound } from "./owned.ts";

/**
 * Changes the named fields by the calls that serve them alone.
 *
 * @returns what AWS will show: as wanted, save subnets whose zone's earlier one is to stay for now.
 */
export async function changeLoadBalancer(
  context: ResourceContext,
  name: string,
  live: LoadBalancerFields,
  wanted: LoadBalancerFields,
  changed: readonly (keyof LoadBalancerFields & string)[],
): Promise<LoadBalancerFields> {
  const has = (field: keyof LoadBalancerFields) => changed.includes(field);
  if (has("tags")) await changeTags(context, name, live, wanted);
  if (has("securityGroupIds")) await applyGroups(context, name, wanted.securityGroupIds);
  const subnets = has("subnets")
    ? await changeSubnets(context, name, live.subnets, wanted.subnets)
    : wanted.subnets;
  if (has("listeners")) await changeListeners(context, name, live.listeners, wanted.listeners);
  if (has("healthCheck")) await configureHealthCheck(context, name, wanted.healthCheck);
  const attributes: (keyof Attributes)[] = ["crossZone", "connectionDraining", "idleTimeout"];
  await modifyAttributes(context, name, wanted, attributes.filter(has));
  return { ...wanted, subnets };
}

async function applyGroups(
  context: ResourceContext,
  name: string,
  groups: readonly string[],
): Promise<void> {
  const command = new ApplySecurityGroupsToLoadBalancerCommand({
    LoadBalancerName: name,
    SecurityGroups: [...groups],
  });
  await retryNotFound(context, "the security group", () =>
    context.clients.loadBalancing.send(command),
  );
}

/**
 * New subnets first, so that the load balancer always stands somewhere; but it takes one a zone.
 *
 * @returns the subnets that it is in then.
 */
async function changeSubnets(
  context: ResourceContext,
  name: string,
  live: readonly string[],
  wanted: readonly string[],
): Promise<readonly string[]> {
  const { loadBalancing } = context.clients;
  const LoadBalancerName = name;
  const missing = wanted.filter((subnet) => !live.includes(subnet));
  const surplus = live.filter((subnet) => !wanted.includes(subnet));
  const staying = live.filter((subnet) => wanted.includes(subnet));
  const zones = missing.length > 0 ? await zonesOf(context, [...live, ...missing]) : new Map();
  const beside = (others: readonly string[]) => {
    const taken = new Set(others.map((subnet) => zones.get(subnet)));
    return missing.filter((subnet) => !taken.has(zones.get(subnet)));
  };
  const attach = async (Subnets: string[]) => {
    if (Subnets.length === 0) return;
    await loadBalancing.send(new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName, Subnets }));
  };
  const first = beside(live);
  await attach(first);
  if (surplus.length > 0) {
    await loadBalancing.send(
      new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName, Subnets: surplus }),
    );
  }
  const then = beside([...staying, ...first]);
  await attach(then);
  return [...staying, ...first, ...then];
}

async function zonesOf(
  { clients }: ResourceContext,
  subnets: readonly string[],
): Promise<Map<string | undefined, string | undefined>> {
  const command = new DescribeSubnetsCommand({ SubnetIds: [...subnets] });
  const { Subnets = [] } = await clients.ec2.send(command);
  return new Map(Subnets.map((subnet) => [subnet.SubnetId, subnet.AvailabilityZone]));
}

/** A listener cannot be changed: one of the same port is deleted, and made anew at once. */
async function changeListeners(
  context: ResourceContext,
  name: string,
  live: readonly Listener[],
  wanted: readonly Listener[],
): Promise<void> {
  const { loadBalancing } = context.clients;
  const same = (one: Listener, other: Listener) =>
    JSON.stringify(toSdkListener(one)) === JSON.stringify(toSdkListener(other));
  const missing = wanted.filter((listener) => !live.some((other) => same(listener, other)));
  const surplus = live.filter((listener) => !wanted.some((other) => same(listener, other)));
  const taken = (listener: Listener) => surplus.some((other) => other.port === listener.port);
  const make = async (listeners: readonly Listener[]) => {
    if (listeners.length === 0) return;
    await loadBalancing.send(
      new CreateLoadBalancerListenersCommand({
        LoadBalancerName: name,
        Listeners: listeners.map(toSdkListener),
      }),
    );
  };
  await make(missing.filter((listener) => !taken(listener)));
  if (surplus.length > 0) {
    await loadBalancing.send(
      new DeleteLoadBalancerListenersCommand({
        LoadBalancerName: name,
        LoadBalancerPorts: surplus.map((listener) => listener.port),
      }),
    );
  }
  await make(missing.filter(taken));
}

async function changeTags(
  context: ResourceContext,
  name: string,
  live: LoadBalancerFields,
  wanted: LoadBalancerFields,
): Promise<void> {
  const LoadBalancerNames = [name];
  const { loadBalancing } = context.clients;
  await sendTagChanges(tagChanges(live.tags, wanted.tags), {
    remove: (Tags) => loadBalancing.send(new RemoveTagsCommand({ LoadBalancerNames, Tags })),
    set: (Tags) => loadBalancing.send(new AddTagsCommand({ LoadBalancerNames, Tags })),
  });
}
