import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import type { Update } from "../../engine/resource.ts";
import { oneSetter, updateBySetters } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import { untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sameSet } from "../shared/field-rules.ts";
import type {
  AutoScalingGroupFields,
  AutoScalingGroupOutputs,
  GroupUpdate,
  LiveGroup,
} from "./fields.ts";
import { dropHooks, setHooks } from "./group-hooks.ts";
import { setMetrics } from "./group-metrics.ts";
import { changeTags } from "./group-tags.ts";
import { leaveSubnets } from "./left-subnets.ts";
import { fieldsOf, toLiveGroup } from "./live.ts";
import { lookAtGroup } from "./look-ups.ts";
import {
  type LaunchSource,
  launchesFrom,
  launchParameters,
  launchSourceOf,
} from "./mixed-instances.ts";
import { setNotifications } from "./notifications.ts";
import { registerMissing } from "./registering.ts";
import { rollOut } from "./rollout.ts";
import type { RolledOut } from "./rollout-fields.ts";
import { sameTemplate } from "./running-templates.ts";
import { policyFields, setPolicies } from "./scaling-policies.ts";
import { setSchedule } from "./scheduled-actions.ts";
import { correctSizes, updateSettings } from "./settings.ts";
import { sameSources } from "./sources.ts";
import { resumeProcesses, suspendedRule, suspendProcesses } from "./suspended-processes.ts";
import { changeTrafficSources, withoutGoneSources } from "./traffic-sources.ts";
import { waitUntilHealthy } from "./wait-until-healthy.ts";
import { setWarmPool } from "./warm-pool.ts";

/**
 * Whether a change of the field launches or terminates instances. Such a change ends when all
 * instances are healthy.
 */
const movesInstances: Readonly<Record<keyof AutoScalingGroupFields, boolean>> = {
  min: true,
  max: true,
  desired: true,
  scheduledSizes: false,
  schedule: false,
  cpuTarget: false,
  requestTarget: false,
  requestSource: false,
  scaleIn: false,
  faultyPolicies: false,
  instanceWarmup: false,
  suspended: false,
  deletionProtection: false,
  cooldown: false,
  healthCheckType: false,
  healthCheckGrace: false,
  subnets: true,
  loadBalancers: true,
  targetGroups: true,
  goneLoadBalancers: true,
  goneTargetGroups: true,
  targetPort: false,
  applicationLoadBalancer: false,
  launchTemplate: true,
  mixedInstancesPolicy: true,
  capacityRebalance: false,
  hooks: false,
  warmPool: false,
  notifications: false,
  groupMetrics: false,
  launchConfiguration: true,
  rollout: false,
  tags: false,
  unpropagatedTags: false,
};

/** Changes a group in place, or waits until a group that settles is healthy. */
const setFields: Update<AutoScalingGroupFields, AutoScalingGroupOutputs, ResourceContext> =
  updateBySetters(
    {
      tags: changeTags,
      unpropagatedTags: changeTags,
      min: updateSettings,
      max: updateSettings,
      desired: updateSettings,
      scheduledSizes: null,
      instanceWarmup: updateSettings,
      deletionProtection: updateSettings,
      cooldown: updateSettings,
      healthCheckType: updateSettings,
      healthCheckGrace: updateSettings,
      subnets: updateSettings,
      loadBalancers: changeTrafficSources,
      targetGroups: changeTrafficSources,
      goneLoadBalancers: changeTrafficSources,
      goneTargetGroups: changeTrafficSources,
      targetPort: null,
      applicationLoadBalancer: null,
      // A policy that counts the requests of a target group needs the group attached to it.
      ...oneSetter(policyFields, setPolicies),
      schedule: setSchedule,
      notifications: setNotifications,
      groupMetrics: setMetrics,
      capacityRebalance: updateSettings,
      // Deleted before a rollout, which has fewer servers to replace then.
      warmPool: setWarmPool,
      launchTemplate: rollOutTemplate,
      mixedInstancesPolicy: rollOutTemplate,
      launchConfiguration: rollOutTemplate,
      // The servers of before have no program that completes the hooks, and a failed rollout goes back to them.
      hooks: setHooks,
      rollout: null,
      suspended: suspendProcesses,
    },
    async (input, changed, set) => {
      const { context, live, fields } = input;
      const name = live.physicalName;
      const resumed = changed.includes("suspended") && (await resumeProcesses(input)).length > 0;
      const others = changed.filter((field) => field !== "suspended");
      const putsPool = fields.warmPool !== null && others.includes("warmPool");
      // Attaching a load balancer or a target group registers all instances.
      const attaches = changed.includes("loadBalancers") || changed.includes("targetGroups");
      if (live.status === "settling" && !attaches) {
        await registerMissing(context, name);
      }
      // The servers that a rollout brings may have no program that completes them.
      if (others.includes("hooks")) await dropHooks(input);
      // A pool that is put after a rollout starts its servers from the new template.
      await set(putsPool ? others.filter((field) => field !== "warmPool") : others);
      if (putsPool) await set(["warmPool"]);
      // A scheduled action of before may have set sizes until the new ones were put.
      if (others.includes("schedule")) await correctSizes(context, name, fields);
      if (changed.includes("subnets")) await leaveSubnets(context, name, fields.rollout);
      const settled =
        live.status === "ready" && !resumed && !others.some((field) => movesInstances[field]);
      const done = settled
        ? await untilAsWanted(context, name, fields, others)
        : await settle(context, name, fields, others);
      if (others.length === changed.length) return done;
      // The group may have needed the processes until here.
      await set(["suspended"]);
      return untilAsWanted(context, name, fields, ["suspended"]);
    },
  );

/** A load balancer that is only kept until the requests are directed elsewhere is not kept if it is gone. */
export const updateGroup: typeof setFields = Object.assign(
  async (...given: Parameters<typeof setFields>) => {
    const [context, live, fields, changed, eventual = fields] = given;
    const present = await withoutGoneSources(context, live.physicalName, fields, eventual);
    return setFields(context, live, present, changed, eventual);
  },
  { sets: setFields.sets },
);

/** Replaces the instances that run something else. */
async function rollOutTemplate(
  { context, live, fields }: GroupUpdate,
  _changed: readonly RolledOut[],
): Promise<LiveGroup> {
  const { rollout } = fields;
  if (rollout === null) throw new Error(`${live.address} has no rollout settings`);
  const source = launchSourceOf(fields);
  await rollOut(context, live.physicalName, source, rollout);
  await launchFrom(context, live.physicalName, source);
  return live;
}

/**
 * After a rollout, the group launches from the desired configuration. If there was nothing to roll out, or the group
 * still has another kind of source (a mixed instances policy, a launch configuration), this call sets it, which
 * replaces the others ("UpdateAutoScalingGroup").
 */
export async function launchFrom(
  context: ResourceContext,
  name: string,
  source: LaunchSource,
): Promise<void> {
  const group = await lookAtGroup(context, name);
  if (group === undefined) return;
  const isOfKind = source.mixed === null && group.LaunchTemplate !== undefined;
  if (isOfKind || launchesFrom(group, source)) return;
  await context.clients.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      ...launchParameters(source, group),
    }),
  );
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
async function untilAsWanted(
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
      return sameSet(live.subnets, wanted.subnets);
    case "loadBalancers":
    case "targetGroups":
      return sameSources(wanted[field], live[field]);
    case "launchTemplate":
      return sameTemplate(live.launchTemplate, wanted.launchTemplate);
    case "desired":
      return wanted.desired === null || live.desired === wanted.desired;
    case "instanceWarmup":
    case "deletionProtection":
    case "capacityRebalance":
    case "groupMetrics":
      return wanted[field] === null || live[field] === wanted[field];
    case "suspended":
      return suspendedRule.equal?.(wanted.suspended, live.suspended, wanted) === true;
    // A scheduled action may set others at any moment.
    case "min":
    case "max":
      return wanted.schedule.length > 0 || live[field] === wanted[field];
    // The group's own description does not have them.
    case "hooks":
    case "notifications":
    case "schedule":
    case "cpuTarget":
    case "requestTarget":
    case "requestSource":
    case "scaleIn":
    case "faultyPolicies":
    // The group's own description does not tell whether they exist.
    case "goneLoadBalancers":
    case "goneTargetGroups":
    case "rollout":
      return true;
    default:
      return sameValue(live[field], wanted[field]);
  }
}
