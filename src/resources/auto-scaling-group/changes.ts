import { UpdateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import type { Update } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import { untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sameSet } from "../shared/field-rules.ts";
import { changeTags } from "./group-tags.ts";
import { leaveSubnets } from "./left-subnets.ts";
import {
  type AutoScalingGroupFields,
  type AutoScalingGroupOutputs,
  fieldsOf,
  type GroupUpdate,
  type LiveGroup,
  lookAtGroup,
  toLiveGroup,
} from "./live.ts";
import { registerMissing } from "./registering.ts";
import { rollOut } from "./rollout.ts";
import type { RolledOut } from "./rollout-fields.ts";
import { sameTemplate, type TemplateVersion } from "./running-templates.ts";
import { updateSettings } from "./settings.ts";
import { sameSources } from "./sources.ts";
import { changeTrafficSources, withoutGoneSources } from "./traffic-sources.ts";
import { waitUntilHealthy } from "./wait-until-healthy.ts";

/**
 * Whether a change of the field launches or terminates instances. Such a change ends when all
 * instances are healthy.
 */
const movesInstances: Readonly<Record<keyof AutoScalingGroupFields, boolean>> = {
  min: true,
  max: true,
  desired: true,
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
      launchTemplate: rollOutTemplate,
      mixedInstancesPolicy: rollOutTemplate,
      launchConfiguration: rollOutTemplate,
      rollout: null,
    },
    async ({ context, live, fields }, changed, set) => {
      const name = live.physicalName;
      // Attaching a load balancer or a target group registers all instances.
      const attaches = changed.includes("loadBalancers") || changed.includes("targetGroups");
      if (live.status === "settling" && !attaches) {
        await registerMissing(context, name);
      }
      await set(changed);
      if (changed.includes("subnets")) await leaveSubnets(context, name, fields.rollout);
      const settled = live.status === "ready" && !changed.some((field) => movesInstances[field]);
      return settled
        ? untilAsWanted(context, name, fields, changed)
        : settle(context, name, fields, changed);
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
  const { launchTemplate, rollout } = fields;
  if (rollout === null) throw new Error(`${live.address} has no rollout settings`);
  await rollOut(context, live.physicalName, launchTemplate, rollout);
  await launchFromTemplateAlone(context, live.physicalName, launchTemplate);
  return live;
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
    // The group's own description does not tell whether they exist.
    case "goneLoadBalancers":
    case "goneTargetGroups":
    case "rollout":
      return true;
    default:
      return sameValue(live[field], wanted[field]);
  }
}
