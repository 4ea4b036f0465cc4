import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { ownTags, toTagList } from "../../aws/tags.ts";
import type { ResourceType } from "../../engine/resource.ts";
import { adopt, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignAmong, groupTags } from "../shared/foreign.ts";
import { sweepInstances } from "../shared/instances.ts";
import { identity } from "../shared/owned.ts";
import { capacityFor } from "./capacity.ts";
import { settle, updateGroup } from "./changes.ts";
import { consequences } from "./consequences.ts";
import type { AutoScalingGroupFields, AutoScalingGroupOutputs, LiveGroup } from "./fields.ts";
import { hookSpecifications } from "./group-hooks.ts";
import { putMetrics } from "./group-metrics.ts";
import { groupRules } from "./group-rules.ts";
import { leftBehind, leftBehindNotes } from "./left-subnets.ts";
import { withHealth } from "./live.ts";
import { describeAutoScalingGroups, lookAtGroup, sweepAutoScalingGroups } from "./look-ups.ts";
import { launchParameters, launchSourceOf } from "./mixed-instances.ts";
import { putNotifications, tagsOfNotifications } from "./notifications.ts";
import { permissions } from "./permissions.ts";
import { tagsOfParts, wantedParts } from "./recorded-parts.ts";
import { putPolicies } from "./scaling-policies.ts";
import { putSchedule } from "./scheduled-actions.ts";
import { servers } from "./servers.ts";
import { correctSizes, parametersOf, withSizesNow } from "./settings.ts";
import { slowPart } from "./slow-part.ts";
import { sourcesIn } from "./sources.ts";
import { status } from "./status.ts";
import { groupStrays } from "./strays.ts";
import { suspendProcesses, suspensionCaution } from "./suspended-processes.ts";
import { putWarmPool } from "./warm-pool.ts";

export type { AutoScalingGroupFields, AutoScalingGroupOutputs } from "./fields.ts";

export const autoScalingGroup: ResourceType<
  AutoScalingGroupFields,
  AutoScalingGroupOutputs,
  ResourceContext
> = {
  name: "auto-scaling-group",
  section: "scaling",
  replace: "create-first",
  naming: { maxLength: 255 }, // "CreateAutoScalingGroup", Amazon EC2 Auto Scaling API Reference
  fields: groupRules,
  // Instances boot, and pass the load balancer's checks. To delete a group, they have to shut down.
  usualSeconds: { create: 150, update: 3, delete: 120 },
  slowPart,
  consequences,
  caution: suspensionCaution,
  serving: true,
  status,
  servers,
  holds: ["security-group", "subnet"],
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

  async create(context, target, planned) {
    const fields = withSizesNow(context, planned);
    const name = target.physicalName;
    const what = `the Auto Scaling group ${name}`;
    const kept = sourcesIn(context.found ?? []);
    const command = new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      ...launchParameters(launchSourceOf(fields)),
      ...(fields.hooks.length > 0 && {
        LifecycleHookSpecificationList: hookSpecifications(fields.hooks),
      }),
      // AWS requires both, and the compiler does not know that they are among the parameters.
      MinSize: fields.min,
      MaxSize: fields.max,
      ...parametersOf({
        ...fields,
        desired: fields.desired ?? (await capacityFor(context, fields)),
      }),
      LoadBalancerNames: [...(fields.loadBalancers ?? kept.loadBalancers)],
      TargetGroupARNs: [...(fields.targetGroups ?? kept.targetGroups)],
      Tags: [
        ...propagated(ownTags(identity(context, target), fields.tags), true),
        ...propagated(toTagList(tagsOfParts(fields)), false),
        ...propagated(toTagList(tagsOfNotifications(fields.notifications)), false),
      ].map((tag) => ({ ...tag, ResourceId: name, ResourceType: "auto-scaling-group" })),
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
    const wanted = wantedParts(fields);
    if (wanted.includes("policies")) await putPolicies(context, name, fields);
    if (wanted.includes("schedule")) {
      await putSchedule(context, name, fields.schedule);
      await correctSizes(context, name, fields);
    }
    if (fields.notifications.length > 0)
      await putNotifications(context, name, fields.notifications);
    if (fields.groupMetrics === true) await putMetrics(context, name, true);
    const made = await settle(context, name, fields);
    // Its servers are not waited for: they serve nobody yet.
    if (wanted.includes("warm-pool")) await putWarmPool(context, name, fields.warmPool);
    return suspendProcesses({ context, live: made, fields, eventual: fields });
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

function propagated<T extends object>(tags: readonly T[], PropagateAtLaunch: boolean) {
  return tags.map((tag) => ({ ...tag, PropagateAtLaunch }));
}

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
