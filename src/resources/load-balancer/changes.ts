import {
  AddTagsCommand,
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerListenersCommand,
  DetachLoadBalancerFromSubnetsCommand,
  RemoveTagsCommand,
  SetLoadBalancerPoliciesOfListenerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import type { AwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { sendTagChanges, tagChanges } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Setters, UpdateInput } from "../../engine/update.ts";
import { retryNotFound } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { withFields } from "../shared/owned.ts";
import { zonesOf } from "../shared/subnet-zones.ts";
import type { LiveLoadBalancer, LoadBalancerFields, LoadBalancerOutputs } from "./live.ts";
import { type ListenerPolicies, policiesOfExchanged } from "./policies.ts";
import {
  type Attributes,
  configureHealthCheck,
  type ListenerFields,
  modifyAttributes,
  sameListener,
  toSdkAttributes,
  toSdkListener,
} from "./settings.ts";

type Change = UpdateInput<LoadBalancerFields, LoadBalancerOutputs, ResourceContext>;

/** What sets each field. Each returns the load balancer as AWS will show it. */
export const setters: Setters<LoadBalancerFields, LoadBalancerOutputs, ResourceContext> = {
  vpcId: null,
  scheme: null,
  policies: null,
  tags: changeTags,
  securityGroupIds: applyGroups,
  subnets: changeSubnets,
  listeners: changeListeners,
  healthCheck: changeHealthCheck,
  crossZone: changeAttributes,
  connectionDraining: changeAttributes,
  idleTimeout: changeAttributes,
};

async function applyGroups({ context, live, fields }: Change): Promise<LiveLoadBalancer> {
  const { securityGroupIds } = fields;
  const command = new ApplySecurityGroupsToLoadBalancerCommand({
    LoadBalancerName: live.physicalName,
    SecurityGroups: [...securityGroupIds],
  });
  await retryNotFound(context, "the security group", () =>
    context.clients.loadBalancing.send(command),
  );
  return withFields(live, fields, ["securityGroupIds"]);
}

async function changeHealthCheck({ context, live, fields }: Change): Promise<LiveLoadBalancer> {
  await configureHealthCheck(context, live.physicalName, fields.healthCheck);
  return withFields(live, fields, ["healthCheck"]);
}

async function changeAttributes(
  { context, live, fields }: Change,
  changed: readonly (keyof Attributes)[],
): Promise<LiveLoadBalancer> {
  await modifyAttributes(context, live.physicalName, toSdkAttributes(fields, changed));
  return withFields(live, fields, changed);
}

/**
 * Attaches new subnets first, so that the load balancer always has one. AWS allows one subnet per
 * zone, so within a zone, the old subnet is detached before the new one is attached, one zone at a
 * time.
 *
 * @returns with the desired subnets, except for those whose zone keeps its old subnet for now.
 */
async function changeSubnets(change: Change): Promise<LiveLoadBalancer> {
  const { context } = change;
  const name = change.live.physicalName;
  const live = change.live.fields.subnets;
  const wanted = change.fields.subnets;
  const missing = wanted.filter((subnet) => !live.includes(subnet));
  const surplus = live.filter((subnet) => !wanted.includes(subnet));
  const zones =
    missing.length > 0
      ? await zonesOf(context, [...live, ...missing])
      : new Map<string | undefined, string>();
  const inZoneOf = (subnet: string, others: readonly string[]) =>
    others.filter((other) => zones.get(other) === zones.get(subnet));
  const first = missing.filter((subnet) => inZoneOf(subnet, live).length === 0);
  await attach(context, name, first);
  let present = [...live, ...first];
  const leave = async (subnets: readonly string[]) => {
    if (subnets.length === 0) return;
    if (subnets.length === present.length) throw nowhereMeanwhile(name, subnets);
    await detach(context, name, subnets);
    present = present.filter((subnet) => !subnets.includes(subnet));
  };
  for (const subnet of missing.filter((each) => !first.includes(each))) {
    const before = inZoneOf(subnet, present);
    // The new subnet waits until the old one in its zone may be detached.
    if (before.some((other) => !surplus.includes(other))) continue;
    await leave(before);
    await attach(context, name, [subnet]);
    present.push(subnet);
  }
  await leave(surplus.filter((subnet) => present.includes(subnet)));
  return withFields(change.live, { ...change.fields, subnets: present }, ["subnets"]);
}

async function attach(
  context: ResourceContext,
  name: string,
  subnets: readonly string[],
): Promise<void> {
  if (subnets.length === 0) return;
  const command = new AttachLoadBalancerToSubnetsCommand({
    LoadBalancerName: name,
    Subnets: [...subnets],
  });
  await retry(() => context.clients.loadBalancing.send(command), {
    while: isZoneTaken,
    reason: `AWS has not removed the old subnet of ${name} yet`,
    deadline: consistencyDeadline,
    context,
  });
}

/** The code also covers errors that are not transient, so the message decides. */
function isZoneTaken({ code, message }: AwsError): boolean {
  return (
    code === "InvalidConfigurationRequest" &&
    message.includes("cannot be attached to multiple subnets in the same AZ")
  );
}

async function detach(
  { clients }: ResourceContext,
  name: string,
  subnets: readonly string[],
): Promise<void> {
  await clients.loadBalancing.send(
    new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName: name, Subnets: [...subnets] }),
  );
}

function nowhereMeanwhile(name: string, subnets: readonly string[]): OutsideError {
  return new OutsideError(
    `the load balancer ${name} is only in ${subnets.join(" and ")}. AWS lets it change to another subnet of the same zone only while it is in a second zone as well.`,
    {
      remedy:
        "Add a subnet of a second zone to network.subnets (or a second zone to network.zones), beside the new subnet, and apply. If one zone is enough, remove the second one again, and apply.",
    },
  );
}

/** AWS cannot change a listener. A listener of the same port is deleted and recreated at once. */
async function changeListeners(change: Change): Promise<LiveLoadBalancer> {
  const { context } = change;
  const name = change.live.physicalName;
  const { listeners: live } = change.live.fields;
  const { listeners: wanted } = change.fields;
  const { loadBalancing } = context.clients;
  const missing = wanted.filter((listener) => !live.some((other) => sameListener(listener, other)));
  const surplus = live.filter((listener) => !wanted.some((other) => sameListener(listener, other)));
  const taken = (listener: ListenerFields) => surplus.some((other) => other.port === listener.port);
  const make = async (listeners: readonly ListenerFields[]) => {
    if (listeners.length === 0) return;
    const command = new CreateLoadBalancerListenersCommand({
      LoadBalancerName: name,
      Listeners: listeners.map(toSdkListener),
    });
    // Without the retry, a deleted listener would be missing until the next apply.
    await retry(() => loadBalancing.send(command), {
      while: ["already-exists"],
      reason: `AWS has not removed the old listener of ${name} yet`,
      deadline: consistencyDeadline,
      context,
    });
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
  for (const { port, names, stay } of policiesOfExchanged(change.live.fields, wanted)) {
    if (stay) await setPolicies(context, name, { port, names });
  }
  return withFields(change.live, change.fields, ["listeners"]);
}

async function setPolicies(
  context: ResourceContext,
  name: string,
  { port, names }: ListenerPolicies,
): Promise<void> {
  const command = new SetLoadBalancerPoliciesOfListenerCommand({
    LoadBalancerName: name,
    LoadBalancerPort: port,
    PolicyNames: [...names],
  });
  await retry(() => context.clients.loadBalancing.send(command), {
    while: ({ code }) => code.startsWith("ListenerNotFound"),
    reason: `AWS does not know the new listener of ${name} everywhere yet`,
    deadline: consistencyDeadline,
    context,
  });
}

async function changeTags({ context, live, fields }: Change): Promise<LiveLoadBalancer> {
  const LoadBalancerNames = [live.physicalName];
  const { loadBalancing } = context.clients;
  await sendTagChanges(tagChanges(live.fields.tags, fields.tags), {
    remove: (Tags) => loadBalancing.send(new RemoveTagsCommand({ LoadBalancerNames, Tags })),
    set: (Tags) => loadBalancing.send(new AddTagsCommand({ LoadBalancerNames, Tags })),
  });
  return withFields(live, fields, ["tags"]);
}
