import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { ownTags } from "../../aws/tags.ts";
import type { FieldRule, ResourceType } from "../../engine/resource.ts";
import { adopt, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { derivedRule, setRule, tagsRule, writeOnlyRule } from "../shared/field-rules.ts";
import { foreignAmong, groupTags } from "../shared/foreign.ts";
import { sweepInstances } from "../shared/instances.ts";
import { identity } from "../shared/owned.ts";
import { capacityFor } from "./capacity.ts";
import { settle, updateGroup } from "./changes.ts";
import { consequences } from "./consequences.ts";
import { leftBehind, leftBehindNotes } from "./left-subnets.ts";
import {
  type AutoScalingGroupFields,
  type AutoScalingGroupOutputs,
  describeAutoScalingGroups,
  type LiveGroup,
  lookAtGroup,
  sweepAutoScalingGroups,
  withHealth,
} from "./live.ts";
import { permissions } from "./permissions.ts";
import { rolledOut } from "./rollout-fields.ts";
import { idsAndVersions, movingVersion, shownTemplates } from "./running-templates.ts";
import { servers } from "./servers.ts";
import { parametersOf } from "./settings.ts";
import { slowPart } from "./slow-part.ts";
import { sameSources, sourcesIn, withLiveSources } from "./sources.ts";
import { status } from "./status.ts";
import { groupStrays } from "./strays.ts";

export type { AutoScalingGroupFields, AutoScalingGroupOutputs } from "./live.ts";

const goneRule: FieldRule<readonly string[] | null | undefined> = {
  onChange: "update",
  because: () => "somebody deleted a load balancer that it is still attached to: detach it",
  inFile: { name: "deleted load balancer" },
};

export const autoScalingGroup: ResourceType<
  AutoScalingGroupFields,
  AutoScalingGroupOutputs,
  ResourceContext
> = {
  name: "auto-scaling-group",
  section: "scaling",
  replace: "create-first",
  naming: { maxLength: 255 }, // "CreateAutoScalingGroup", Amazon EC2 Auto Scaling API Reference
  fields: {
    min: { onChange: "update" },
    max: { onChange: "update" },
    desired: { onChange: "update", equal: (desired, live) => desired === null || desired === live },
    cooldown: { onChange: "update", inFile: { unit: "s" } },
    healthCheckType: {
      onChange: "update",
      inFile: {
        name: "healthCheck.type",
        values: { ELB: "load-balancer", EC2: "instance" },
      },
    },
    healthCheckGrace: { onChange: "update", inFile: { name: "healthCheck.grace", unit: "s" } },
    subnets: setRule,
    loadBalancers: {
      onChange: "update",
      equal: sameSources,
      meanwhile: withLiveSources,
      bringsRequests: true,
      because: () => "it is attached to other load balancers",
      inFile: { name: "loadBalancer" },
    },
    targetGroups: {
      onChange: "update",
      equal: sameSources,
      meanwhile: withLiveSources,
      bringsRequests: true,
      because: () => "it is attached to other target groups",
      inFile: { name: "loadBalancer (target group)" },
    },
    goneLoadBalancers: goneRule,
    goneTargetGroups: goneRule,
    // Servers answer on one port only. So that there is no moment without servers, a new group, whose servers answer
    // on the new port, gets healthy beside the old one.
    targetPort: {
      onChange: "replace",
      equal: (wanted, live) => wanted === null || live === null || wanted === live,
      inFile: { name: "application.port" },
    },
    applicationLoadBalancer: derivedRule,
    launchTemplate: {
      onChange: "update",
      shown: ({ launchTemplate }) => launchTemplate.others && shownTemplates(launchTemplate),
      because: (before, after) => {
        const { ids, versions } = idsAndVersions(before);
        if (ids.some((id) => id !== after.id)) return "roll out a different launch template";
        const moving = movingVersion(versions);
        if (moving !== undefined) {
          return `the group launches from ${moving}, which changes with the launch template: set version ${after.version}, and replace servers that run another version`;
        }
        return versions.length === 1
          ? `roll out launch template version ${before.version} → ${after.version}`
          : `not all instances run the same launch template version: roll out version ${after.version}`;
      },
    },
    mixedInstancesPolicy: {
      onChange: "update",
      because: () =>
        "somebody set a mixed instances policy: go back to the launch template alone, and replace instances of another type",
    },
    launchConfiguration: {
      onChange: "update",
      because: (name) =>
        `somebody set the launch configuration ${name}: go back to the launch template`,
    },
    rollout: {
      ...writeOnlyRule(...rolledOut, "subnets"),
      inFile: {
        members: { minHealthy: { unit: "%" }, maxHealthy: { unit: "%" }, warmup: { unit: "s" } },
      },
    },
    tags: tagsRule,
    unpropagatedTags: {
      onChange: "update",
      because: (keys) => `new servers do not get the tags ${keys}: propagate these tags again`,
    },
  },
  // Instances boot, and pass the load balancer's checks. To delete a group, they have to shut down.
  usualSeconds: { create: 150, update: 3, delete: 120 },
  slowPart,
  consequences,
  serving: true,
  status,
  servers,
  holds: ["security-group"],
  changedByUpdate: [],
  permissions,
  strays: groupStrays,

  normalize: (fields) => ({
    ...fields,
    ...(Array.isArray(fields.subnets) && { subnets: [...fields.subnets].sort() }),
  }),

  async discover(context) {
    const [groups, instances] = await Promise.all([
      sweepAutoScalingGroups(context),
      sweepInstances(context),
    ]);
    return Promise.all(
      groups.map(async (group) => {
        const live = await withHealth(context, group, instances);
        return live.status === "deleting"
          ? live
          : withLeftBehind(live, leftBehind(group, instances));
      }),
    );
  },

  async findForeign(context, sought) {
    const names = sought.map(({ physicalName }) => physicalName);
    const groups = await describeAutoScalingGroups(context, { names });
    const holders = groups.map(({ AutoScalingGroupName: id = "", Tags: tags }) => ({
      id,
      physicalName: id,
      what: `an Auto Scaling group named ${id}`,
      tags,
    }));
    return foreignAmong(context, sought, holders, groupTags);
  },

  async create(context, target, fields) {
    const name = target.physicalName;
    const what = `the Auto Scaling group ${name}`;
    const kept = sourcesIn(context.found ?? []);
    const command = new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: {
        LaunchTemplateId: fields.launchTemplate.id,
        Version: fields.launchTemplate.version,
      },
      // AWS requires both, and the compiler does not know that they are among the parameters.
      MinSize: fields.min,
      MaxSize: fields.max,
      ...parametersOf({
        ...fields,
        desired: fields.desired ?? (await capacityFor(context, fields)),
      }),
      LoadBalancerNames: [...(fields.loadBalancers ?? kept.loadBalancers)],
      TargetGroupARNs: [...(fields.targetGroups ?? kept.targetGroups)],
      Tags: ownTags(identity(context, target), fields.tags).map((tag) => ({
        ...tag,
        ResourceId: name,
        ResourceType: "auto-scaling-group",
        PropagateAtLaunch: true,
      })),
    });
    try {
      await retry(() => context.clients.autoScaling.send(command), {
        // AWS may still be deleting a group of that name, or may not know the new template
        // everywhere yet.
        while: ["not-found", "in-progress"],
        reason: "Auto Scaling is not ready for the new group yet",
        deadline: consistencyDeadline * 5,
        context,
      });
    } catch (error) {
      if (!isAwsError(error, "already-exists")) throw error;
      await adopt(context, what, () => lookAtGroup(context, name), error);
    }
    return settle(context, name, fields);
  },

  update: updateGroup,

  async delete(context, live) {
    const name = live.physicalName;
    try {
      await retry(
        () =>
          context.clients.autoScaling.send(
            new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }),
          ),
        {
          while: ["in-progress", "in-use"],
          reason: "a scaling activity of the group is still in progress",
          deadline: deletionDeadline,
          context,
        },
      );
    } catch (error) {
      if (!isAwsError(error, "not-found")) throw error;
    }
    const limits = { deadline: deletionDeadline, pace: 5_000 };
    const look = async () => {
      const group = await lookAtGroup(context, name);
      if (group === undefined) return undefined;
      const { length = 0 } = group.Instances ?? [];
      return `${length} ${length === 1 ? "instance is" : "instances are"} still shutting down`;
    };
    await untilGone(context, `the Auto Scaling group ${name}`, look, limits);
  },
};

/** Adds subnets that servers are still in, although the group no longer launches servers there. */
function withLeftBehind(live: LiveGroup, left: ReturnType<typeof leftBehind>): LiveGroup {
  if (left.length === 0) return live;
  const subnets = new Set([...live.fields.subnets, ...left.map(({ subnet }) => subnet)]);
  return {
    ...live,
    fields: { ...live.fields, subnets: [...subnets].sort() },
    notes: [...(live.notes ?? []), ...leftBehindNotes(left)],
  };
}

/** Instances take up to some minutes to drain and to shut down. */
const deletionDeadline = 20 * 60_000;
