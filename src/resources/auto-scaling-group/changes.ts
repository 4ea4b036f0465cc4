import {
  AttachLoadBalancersCommand,
  type AutoScalingGroup,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
  DetachLoadBalancersCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { RegisterInstancesWithLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { ownTags, sendTagChanges, tagChanges } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sameSet } from "../shared/field-rules.ts";
import { presentAmong } from "../shared/instances.ts";
import { identity, makeTagChanges, retryNotFound, untilGone, untilSeen } from "../shared/owned.ts";
import { registrations } from "./instance-health.ts";
import {
  type AutoScalingGroupFields,
  fieldsOf,
  instancesInService,
  type LiveGroup,
  lookAtGroup,
  sameTemplate,
  type TemplateVersion,
  toLiveGroup,
  unpropagatedKeys,
} from "./live.ts";
import { rolledOut } from "./rollout-fields.ts";
import { blocking } from "./scaling-processes.ts";
import { waitUntilHealthy } from "./wait-until-healthy.ts";

/**
 * Fields whose change launches or terminates instances. Such a change ends when all instances are
 * healthy.
 */
export const movesInstances = new Set<string>([
  "min",
  "max",
  "desired",
  "subnets",
  "loadBalancers",
  ...rolledOut,
]);

/** Updates all plain settings that differ, and no others, in one call. */
export async function updateSettings(
  context: ResourceContext,
  name: string,
  fields: AutoScalingGroupFields,
  changed: readonly (keyof AutoScalingGroupFields)[],
): Promise<void> {
  const has = (field: keyof AutoScalingGroupFields) => changed.includes(field);
  const settings = {
    ...(has("min") && { MinSize: fields.min }),
    ...(has("max") && { MaxSize: fields.max }),
    ...(has("desired") && fields.desired !== null && { DesiredCapacity: fields.desired }),
    ...(has("cooldown") && { DefaultCooldown: fields.cooldown }),
    ...(has("healthCheckType") && { HealthCheckType: fields.healthCheckType }),
    ...(has("healthCheckGrace") && { HealthCheckGracePeriod: fields.healthCheckGrace }),
    ...(has("subnets") && { VPCZoneIdentifier: fields.subnets.join(",") }),
  };
  if (Object.keys(settings).length === 0) return;
  await retry(
    () =>
      context.clients.autoScaling.send(
        new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: name, ...settings }),
      ),
    {
      while: ["in-progress"],
      reason: "a scaling activity of the group is still in progress",
      deadline: consistencyDeadline,
      context,
    },
  );
}

/**
 * After a rollout, the group has the launch template of the desired configuration and nothing else. If
 * there was nothing to roll out, or the group still has a mixed instances policy or a launch
 * configuration, this call sets the template, which replaces both ("UpdateAutoScalingGroup").
 */
export async function launchFromTemplateAlone(
  context: ResourceContext,
  name: string,
  template: TemplateVersion,
): Promise<void> {
  const group = await lookAtGroup(context, name);
  if (group === undefined || group.LaunchTemplate !== undefined) return;
  await context.clients.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: { LaunchTemplateId: template.id, Version: template.version },
    }),
  );
}

/** Attaches new load balancers first, so that the instances are always behind one. */
export async function changeLoadBalancers(
  context: ResourceContext,
  live: LiveGroup,
  fields: AutoScalingGroupFields,
): Promise<void> {
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
  // AWS drains connections first. Until then, the group still lists the load balancer.
  await untilGone(
    context,
    `the group's connection to ${names.join(" and ")}`,
    async () => {
      const group = await lookAtGroup(context, name);
      const left = names.filter((each) => group?.LoadBalancerNames?.includes(each));
      return left.length === 0 ? undefined : `${left.join(" and ")} is being detached`;
    },
    // Connection draining ends after an hour at most ("Configure connection draining").
    { deadline: 65 * 60_000, pace: 5_000 },
  );
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

/**
 * AWS tags instances at their launch only, so running instances get the change here. They come before
 * the group: a later apply compares the group's tags, and would miss the instances if this apply ended
 * in between. Tags that somebody excluded from propagation are set again, because instances launched
 * since then lack them.
 */
export async function changeTags(
  context: ResourceContext,
  live: LiveGroup,
  fields: AutoScalingGroupFields,
): Promise<void> {
  const group = await lookAtGroup(context, live.physicalName);
  const members = (group?.Instances ?? [])
    .filter((instance) => !instance.LifecycleState?.startsWith("Terminat"))
    .flatMap((instance) => instance.InstanceId ?? []);
  const withheld = new Set(group === undefined ? [] : unpropagatedKeys(group));
  const again = ownTags(identity(context, live), fields.tags).filter(({ Key }) =>
    withheld.has(Key),
  );
  const { set, remove } = tagChanges(live.fields.tags, fields.tags);
  const changes = { set: [...set.filter(({ Key }) => !withheld.has(Key)), ...again], remove };
  await makeTagChanges(context, await presentAmong(context, members), changes);
  const where = { ResourceId: live.physicalName, ResourceType: "auto-scaling-group" };
  const { autoScaling } = context.clients;
  await sendTagChanges(changes, {
    remove: (keys) =>
      autoScaling.send(new DeleteTagsCommand({ Tags: keys.map((key) => ({ ...key, ...where })) })),
    set: (tags) => {
      const Tags = tags.map((tag) => ({ ...tag, ...where, PropagateAtLaunch: true }));
      return autoScaling.send(new CreateOrUpdateTagsCommand({ Tags }));
    },
  });
}

/** Waits until the group has the desired fields and all its instances are in service. */
export async function settle(
  context: ResourceContext,
  name: string,
  fields: AutoScalingGroupFields,
  changed: readonly (keyof AutoScalingGroupFields)[] = [],
): Promise<LiveGroup> {
  await untilAsWanted(context, name, fields, changed);
  const look = () => lookAtGroup(context, name);
  const group = await waitUntilHealthy(context, name, fields.healthCheckGrace, look);
  return toLiveGroup(group, context, "ready");
}

/** Waits until AWS shows the new values of the changed fields. Ignores health. */
export async function untilAsWanted(
  context: ResourceContext,
  name: string,
  fields: AutoScalingGroupFields,
  changed: readonly (keyof AutoScalingGroupFields)[],
): Promise<LiveGroup> {
  const group = await untilSeen(
    context,
    `the Auto Scaling group ${name}`,
    () => lookAtGroup(context, name),
    (found) => {
      const left = changed.filter((field) => !isAsWanted(field, fieldsOf(found), fields));
      return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
    },
  );
  return toLiveGroup(group, context, "ready");
}

function isAsWanted(
  field: keyof AutoScalingGroupFields,
  live: AutoScalingGroupFields,
  wanted: AutoScalingGroupFields,
): boolean {
  switch (field) {
    case "subnets":
    case "loadBalancers":
      return sameSet(live[field], wanted[field]);
    case "launchTemplate":
      return sameTemplate(live.launchTemplate, wanted.launchTemplate);
    case "tags":
      return sameSet(
        Object.entries(live.tags).map(String),
        Object.entries(wanted.tags).map(String),
      );
    case "desired":
      return wanted.desired === null || live.desired === wanted.desired;
    case "rollout":
      return true;
    default:
      return live[field] === wanted[field];
  }
}
