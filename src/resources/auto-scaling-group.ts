import {
  AttachLoadBalancersCommand,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  DetachLoadBalancersCommand,
  type Filter,
  paginateDescribeAutoScalingGroups,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../aws/errors.ts";
import { everyPage } from "../aws/paging.ts";
import { consistencyDeadline, retry } from "../aws/retry.ts";
import { addressIn, ownTags, stackKey, tagChanges, userTagsOf } from "../aws/tags.ts";
import type { Live, ResourceType } from "../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { waitUntilHealthy } from "./group-health.ts";
import { instanceHealth } from "./instance-health.ts";
import { adopt, foreignRemedy, identity, untilGone, untilSeen, updateTags } from "./owned.ts";
import { type Rollout, rollOut } from "./rollout.ts";
import { sameSet, setRule, tagsRule, writeOnlyRule } from "./rules.ts";

export type { Rollout } from "./rollout.ts";

export interface AutoScalingGroupFields {
  readonly min: number;
  readonly max: number;
  /** null: `min` at creation, and whatever it is then on. */
  readonly desired: number | null;
  /** Seconds. */
  readonly cooldown: number;
  readonly healthCheckType: "EC2" | "ELB";
  /** Seconds. */
  readonly healthCheckGrace: number;
  /** A set: its order means nothing. */
  readonly subnets: readonly string[];
  /** Names of classic load balancers. A set: its order means nothing. */
  readonly loadBalancers: readonly string[];
  /** `version` is a number, never `$Latest`: a rollback needs it. */
  readonly launchTemplate: { readonly id: string; readonly version: string };
  /** Not known to AWS until there is something to roll out. */
  readonly rollout: Rollout | null;
  /** On the group and on its instances. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface AutoScalingGroupOutputs {
  readonly name: string;
}

type LiveGroup = Live<AutoScalingGroupFields, AutoScalingGroupOutputs>;

export const autoScalingGroup: ResourceType<
  AutoScalingGroupFields,
  AutoScalingGroupOutputs,
  ResourceContext
> = {
  name: "auto-scaling-group",
  replace: "create-first",
  naming: { maxLength: 255 }, // "CreateAutoScalingGroup", Amazon EC2 Auto Scaling API Reference
  fields: {
    min: { onChange: "update" },
    max: { onChange: "update" },
    desired: { onChange: "update", equal: (desired, live) => desired === null || desired === live },
    cooldown: { onChange: "update" },
    healthCheckType: { onChange: "update" },
    healthCheckGrace: { onChange: "update" },
    subnets: setRule,
    loadBalancers: setRule,
    launchTemplate: {
      onChange: "update",
      because: (before, after) =>
        before.id === after.id
          ? `roll out launch template version ${before.version} → ${after.version}`
          : "roll out another launch template",
    },
    rollout: writeOnlyRule,
    tags: tagsRule,
  },
  holds: ["security-group"],
  changedByUpdate: [],
  permissions: {
    discover: [
      "autoscaling:DescribeAutoScalingGroups",
      "elasticloadbalancing:DescribeInstanceHealth",
    ],
    create: [
      "autoscaling:CreateAutoScalingGroup",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DescribeScalingActivities",
      // A group made from a launch template needs what its instances need.
      "ec2:RunInstances",
      "ec2:CreateTags",
      "iam:CreateServiceLinkedRole",
    ],
    update: [
      "autoscaling:UpdateAutoScalingGroup",
      "autoscaling:AttachLoadBalancers",
      "autoscaling:DetachLoadBalancers",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DeleteTags",
      "autoscaling:StartInstanceRefresh",
      "autoscaling:DescribeInstanceRefreshes",
      "autoscaling:CancelInstanceRefresh",
      "autoscaling:RollbackInstanceRefresh",
      "autoscaling:DescribeScalingActivities",
      "ec2:RunInstances",
      "ec2:CreateTags",
      "ec2:DeleteTags",
    ],
    delete: ["autoscaling:DeleteAutoScalingGroup"],
  },

  normalize: (fields) => ({
    ...fields,
    ...(Array.isArray(fields.subnets) && { subnets: [...fields.subnets].sort() }),
  }),

  async discover(context) {
    const groups = await sweep(context);
    return Promise.all(groups.map((group) => withHealth(context, group)));
  },

  async findForeign(context, physicalNames) {
    const groups = await describe(context, { names: physicalNames });
    return groups
      .filter((group) => addressOf(group, context) === undefined)
      .map((group) => ({
        id: group.AutoScalingGroupName ?? "",
        physicalName: group.AutoScalingGroupName ?? "",
        summary: `an Auto Scaling group named ${group.AutoScalingGroupName} exists and is not this stack's`,
        remedy: foreignRemedy,
      }));
  },

  async create(context, target, fields) {
    const name = target.physicalName;
    const what = `the Auto Scaling group ${name}`;
    const command = new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchTemplate: templateOf(fields),
      MinSize: fields.min,
      MaxSize: fields.max,
      DesiredCapacity: fields.desired ?? fields.min,
      DefaultCooldown: fields.cooldown,
      HealthCheckType: fields.healthCheckType,
      HealthCheckGracePeriod: fields.healthCheckGrace,
      VPCZoneIdentifier: fields.subnets.join(","),
      LoadBalancerNames: [...fields.loadBalancers],
      Tags: ownTags(identity(context, target), fields.tags).map((tag) => ({
        ...tag,
        ResourceId: name,
        ResourceType: "auto-scaling-group",
        PropagateAtLaunch: true,
      })),
    });
    try {
      await retry(() => context.clients.autoScaling.send(command), {
        // A predecessor of that name may be on its way out; what it refers to may be too new.
        while: ["not-found", "in-progress"],
        reason: "Auto Scaling is not ready for the new group yet",
        deadline: consistencyDeadline * 5,
        context,
      });
    } catch (error) {
      if (!isAwsError(error, "already-exists")) throw error;
      await adopt(context, what, () => lookAt(context, name), error);
    }
    return settle(context, name, fields);
  },

  async update(context, live, fields, changed) {
    const name = live.physicalName;
    if (changed.includes("tags")) await changeTags(context, live, fields);
    await updateSettings(context, name, fields, changed);
    if (changed.includes("loadBalancers")) await changeLoadBalancers(context, live, fields);
    if (changed.includes("launchTemplate")) {
      if (fields.rollout === null) throw new Error(`${live.address} has no rollout settings`);
      const current = live.fields.launchTemplate;
      await rollOut(context, { name, current }, fields.launchTemplate, fields.rollout);
    }
    const settled = live.status === "ready" && !changed.some((field) => movesInstances.has(field));
    return settled
      ? untilAsWanted(context, name, fields, changed)
      : settle(context, name, fields, changed);
  },

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
      const group = await lookAt(context, name);
      if (group === undefined) return undefined;
      return `${group.Instances?.length ?? 0} instances are still shutting down`;
    };
    await untilGone(context, `the Auto Scaling group ${name}`, look, limits);
  },
};

/** Instances take up to some minutes to drain and to shut down. */
const deletionDeadline = 20 * 60_000;

/** Fields after whose change instances come or go: then the change ends when all are healthy. */
const movesInstances = new Set<string>([
  "min",
  "max",
  "desired",
  "subnets",
  "loadBalancers",
  "launchTemplate",
]);

/** One call for all plain settings that differ, and nothing else in it. */
async function updateSettings(
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

/** The new ones first, so that the instances are always behind one. */
async function changeLoadBalancers(
  context: ResourceContext,
  live: LiveGroup,
  fields: AutoScalingGroupFields,
): Promise<void> {
  const { autoScaling } = context.clients;
  const AutoScalingGroupName = live.physicalName;
  const before = live.fields.loadBalancers;
  const missing = fields.loadBalancers.filter((name) => !before.includes(name));
  const surplus = before.filter((name) => !fields.loadBalancers.includes(name));
  if (missing.length > 0) {
    await autoScaling.send(
      new AttachLoadBalancersCommand({ AutoScalingGroupName, LoadBalancerNames: missing }),
    );
  }
  if (surplus.length > 0) {
    await autoScaling.send(
      new DetachLoadBalancersCommand({ AutoScalingGroupName, LoadBalancerNames: surplus }),
    );
  }
}

/** AWS gives tags to instances at their launch only: those that run get the change here. */
async function changeTags(
  context: ResourceContext,
  live: LiveGroup,
  fields: AutoScalingGroupFields,
): Promise<void> {
  const { set, remove } = tagChanges(live.fields.tags, fields.tags);
  const where = { ResourceId: live.physicalName, ResourceType: "auto-scaling-group" };
  const { autoScaling } = context.clients;
  if (set.length > 0) {
    const Tags = set.map((tag) => ({ ...tag, ...where, PropagateAtLaunch: true }));
    await autoScaling.send(new CreateOrUpdateTagsCommand({ Tags }));
  }
  if (remove.length > 0) {
    const Tags = remove.map((Key) => ({ Key, ...where }));
    await autoScaling.send(new DeleteTagsCommand({ Tags }));
  }
  const group = await lookAt(context, live.physicalName);
  const instances = (group?.Instances ?? [])
    .filter((instance) => !instance.LifecycleState?.startsWith("Terminat"))
    .flatMap((instance) => instance.InstanceId ?? []);
  await updateTags(context, instances, live.fields.tags, fields.tags);
}

/** Waits until the group is as wanted and all its instances are in service. */
async function settle(
  context: ResourceContext,
  name: string,
  fields: AutoScalingGroupFields,
  changed: readonly (keyof AutoScalingGroupFields)[] = [],
): Promise<LiveGroup> {
  await untilAsWanted(context, name, fields, changed);
  const look = () => lookAt(context, name);
  const group = await waitUntilHealthy(context, name, fields.healthCheckGrace, look);
  return toLive(group, context, "ready");
}

async function untilAsWanted(
  context: ResourceContext,
  name: string,
  fields: AutoScalingGroupFields,
  changed: readonly (keyof AutoScalingGroupFields)[],
): Promise<LiveGroup> {
  const group = await untilSeen(
    context,
    `the Auto Scaling group ${name}`,
    () => lookAt(context, name),
    (found) => {
      const left = changed.filter((field) => !isAsWanted(field, fieldsOf(found), fields));
      return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
    },
  );
  return toLive(group, context, "ready");
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
      return (
        live.launchTemplate.id === wanted.launchTemplate.id &&
        live.launchTemplate.version === wanted.launchTemplate.version
      );
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

/** The service's filters lag and its matching is loose: matched again here. */
async function sweep(context: ResourceContext): Promise<AutoScalingGroup[]> {
  const filters = [{ Name: `tag:${stackKey}`, Values: [context.stack] }];
  const groups = await describe(context, { filters });
  return groups.filter((group) => addressOf(group, context) !== undefined);
}

async function lookAt(
  context: ResourceContext,
  name: string,
): Promise<AutoScalingGroup | undefined> {
  const groups = await describe(context, { names: [name] });
  return groups.find((group) => addressOf(group, context) !== undefined);
}

function describe(
  context: ResourceContext,
  selection: { readonly names?: readonly string[]; readonly filters?: Filter[] },
): Promise<AutoScalingGroup[]> {
  return everyPage(
    paginateDescribeAutoScalingGroups(
      { client: context.clients.autoScaling },
      {
        MaxRecords: 100,
        ...(selection.names && { AutoScalingGroupNames: [...selection.names] }),
        ...(selection.filters && { Filters: selection.filters }),
      },
    ),
    (page) => page.AutoScalingGroups,
  );
}

function addressOf(group: AutoScalingGroup, context: ResourceContext) {
  return addressIn(group.Tags, context.stack, "auto-scaling-group");
}

async function withHealth(context: ResourceContext, group: AutoScalingGroup): Promise<LiveGroup> {
  if (group.Status !== undefined) return toLive(group, context, "deleting");
  const instances = await instanceHealth(context, group);
  const healthy = instances.filter((each) => each.healthy).length;
  const wanted = group.DesiredCapacity ?? 0;
  return healthy >= wanted
    ? toLive(group, context, "ready")
    : toLive(group, context, "settling", `${healthy} of ${wanted} instances are in service`);
}

function toLive(
  group: AutoScalingGroup,
  context: ResourceContext,
  status: Live["status"],
  statusReason?: string,
): LiveGroup {
  const name = group.AutoScalingGroupName ?? "";
  const fields = fieldsOf(group);
  return {
    id: name,
    address: addressOf(group, context) ?? "auto-scaling-group/",
    physicalName: name,
    status,
    ...(statusReason !== undefined && { statusReason }),
    createdAt: group.CreatedTime?.getTime() ?? 0,
    fields,
    outputs: { name },
    uses: [fields.launchTemplate.id, ...fields.loadBalancers].filter((id) => id !== ""),
  };
}

function fieldsOf(group: AutoScalingGroup): AutoScalingGroupFields {
  return {
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    cooldown: group.DefaultCooldown ?? 0,
    healthCheckType: group.HealthCheckType === "ELB" ? "ELB" : "EC2",
    healthCheckGrace: group.HealthCheckGracePeriod ?? 0,
    subnets: (group.VPCZoneIdentifier ?? "").split(",").filter(Boolean).sort(),
    loadBalancers: [...(group.LoadBalancerNames ?? [])].sort(),
    launchTemplate: {
      id: group.LaunchTemplate?.LaunchTemplateId ?? "",
      version: group.LaunchTemplate?.Version ?? "",
    },
    rollout: null,
    tags: userTagsOf(group.Tags),
  };
}

function templateOf({ launchTemplate }: AutoScalingGroupFields) {
  return { LaunchTemplateId: launchTemplate.id, Version: launchTemplate.version };
}
