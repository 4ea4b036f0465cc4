import {
  type AutoScalingClient,
  type AutoScalingGroup,
  type Filter,
  type MixedInstancesPolicy,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, ourKeysOf, stackKey, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { groupProtection } from "../shared/deletion-protection.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { instanceHealth, registrations } from "./instance-health.ts";
import { heldMembers } from "./lifecycle-hooks.ts";
import { machineFaults, withFaults } from "./machine-faults.ts";
import { memberNotes } from "./members.ts";
import { inOne, type RunningTemplates, templateOf, templatesRunning } from "./running-templates.ts";
import { suspensionNotes } from "./scaling-processes.ts";
import { type Sources, sourcesOf } from "./sources.ts";
import { goneAmong, targetsOf } from "./targets.ts";

/** How a new launch template version reaches the instances. Percentages are of the desired capacity. */
export interface Rollout {
  readonly minHealthy: number;
  readonly maxHealthy: number;
  /** Seconds from in service until an instance counts as warm. */
  readonly warmup: number;
  /** Whether AWS rolls back a failed rollout. */
  readonly rollback: boolean;
}

export interface AutoScalingGroupFields {
  readonly min: number;
  readonly max: number;
  /** null: `min` at creation, not managed afterwards. */
  readonly desired: number | null;
  /** Seconds. */
  readonly cooldown: number;
  readonly healthCheckType: "EC2" | "ELB";
  /** Seconds. */
  readonly healthCheckGrace: number;
  /** A set: its order means nothing. */
  readonly subnets: readonly string[];
  /**
   * Names of classic load balancers. A set: its order means nothing. null: those that are attached stay, and none
   * are at creation.
   */
  readonly loadBalancers: readonly string[] | null;
  /** ARNs of target groups, in the same way. */
  readonly targetGroups: readonly string[] | null;
  /**
   * Attached load balancers that no longer exist. null: none. Omitted by a stack file with such a load balancer, which
   * an apply creates again.
   */
  readonly goneLoadBalancers?: readonly string[] | null;
  /** Attached target groups that no load balancer forwards to any more, in the same way. */
  readonly goneTargetGroups?: readonly string[] | null;
  /** The servers' port in the target groups; null: the group has none. */
  readonly targetPort: number | null;
  /** The application load balancer, whose listeners have to name the target groups before any server is checked. */
  readonly applicationLoadBalancer: string | null;
  /** `version` is a number, never `$Latest`, because a rollback needs a number. */
  readonly launchTemplate: RunningTemplates;
  /**
   * A policy that somebody set instead of the launch template, in words. No stack file can define
   * one.
   */
  readonly mixedInstancesPolicy: string | null;
  readonly launchConfiguration: string | null;
  /** Unknown to AWS until a rollout starts. */
  readonly rollout: Rollout | null;
  /** On the group and on its instances. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * The keys of our tags that the group does not propagate to new instances. No stack file can
   * define any.
   */
  readonly unpropagatedTags: string | null;
}

export interface AutoScalingGroupOutputs {
  readonly name: string;
}

export type LiveGroup = Live<AutoScalingGroupFields, AutoScalingGroupOutputs>;

export type GroupUpdate = UpdateInput<
  AutoScalingGroupFields,
  AutoScalingGroupOutputs,
  ResourceContext
>;

/** Matches the tags again, because the service's filters lag and match loosely. */
export async function sweepAutoScalingGroups(
  context: ResourceContext,
): Promise<AutoScalingGroup[]> {
  const groups = await sweepTaggedGroups(context);
  return groups.filter((group) => addressOfGroup(group, context) !== undefined);
}

/** The groups that AWS finds by the stack's tag, whatever their other tags are. */
export function sweepTaggedGroups({
  clients,
  stack,
}: ResourceContext): Promise<AutoScalingGroup[]> {
  const filters = [{ Name: `tag:${stackKey}`, Values: [stack] }];
  return sweep(clients.autoScaling, { filters });
}

/** The group of that name, if it exists and belongs to this stack. */
export async function lookAtGroup(
  context: ResourceContext,
  name: string,
): Promise<AutoScalingGroup | undefined> {
  const groups = await describeAutoScalingGroups(context, { names: [name] });
  return groups.find((group) => addressOfGroup(group, context) !== undefined);
}

/** Returns every page. Without a selection: all groups of the region. */
export function describeAutoScalingGroups(
  { clients }: ResourceContext,
  selection: GroupSelection,
): Promise<AutoScalingGroup[]> {
  return lookUpGroups(clients.autoScaling, selection);
}

interface GroupSelection {
  readonly names?: readonly string[];
  readonly filters?: Filter[];
}

function lookUpGroups(
  client: AutoScalingClient,
  { names, filters }: GroupSelection,
): Promise<AutoScalingGroup[]> {
  return everyPage(
    paginateDescribeAutoScalingGroups(
      { client },
      {
        MaxRecords: 100,
        ...(names && { AutoScalingGroupNames: [...names] }),
        ...(filters && { Filters: filters }),
      },
    ),
    (page) => page.AutoScalingGroups,
  );
}

/** Shared, because several types look up which instances belong to a group. */
const sweep = sharedLookUp(lookUpGroups);

/** The address in the group's tags. Undefined if the group does not belong to this stack. */
export function addressOfGroup(group: AutoScalingGroup, context: ResourceContext) {
  return addressIn(group.Tags, context.stack, "auto-scaling-group");
}

/**
 * The live group. Its status follows from its instances' health, according to its load balancers
 * and EC2.
 */
export async function withHealth(
  context: ResourceContext,
  group: AutoScalingGroup,
  machines: readonly Instance[],
): Promise<LiveGroup> {
  if (group.Status !== undefined) return toLiveGroup(group, context, "deleting");
  const [balancers, targets, faults, held, region] = await Promise.all([
    registrations(context, group),
    targetsOf(context, sourcesOf(group)),
    machineFaults(context, group, machines),
    heldMembers(context, group),
    context.clients.region(),
  ]);
  const gone = goneAmong(balancers, targets);
  const instances = withFaults(instanceHealth(group, balancers), faults);
  const healthy = instances.filter((each) => each.healthy).length;
  const wanted = group.DesiredCapacity ?? 0;
  const live =
    healthy >= wanted
      ? toLiveGroup(group, context, "ready")
      : toLiveGroup(group, context, "settling", `${healthy} of ${wanted} instances are in service`);
  const notes = [
    ...suspensionNotes(group, region),
    ...memberNotes(group, held, region),
    ...groupProtection(group, region),
  ];
  return {
    ...live,
    fields: {
      ...live.fields,
      launchTemplate: inOne(templatesRunning(group)),
      targetPort: targets.port,
      goneLoadBalancers: orNull(gone.loadBalancers),
      goneTargetGroups: orNull(gone.targetGroups),
    },
    uses: [...live.uses, ...targets.loadBalancers],
    ...(notes.length > 0 && { notes }),
  };
}

/** The group in the shape of the desired fields, with the caller's status. */
export function toLiveGroup(
  group: AutoScalingGroup,
  context: ResourceContext,
  status: Live["status"],
  statusReason?: string,
): LiveGroup {
  const name = group.AutoScalingGroupName ?? "";
  const fields = fieldsOf(group);
  const { loadBalancers, targetGroups } = sourcesOf(group);
  return {
    id: name,
    address: addressOfGroup(group, context) ?? "auto-scaling-group/",
    physicalName: name,
    status,
    ...(statusReason !== undefined && { statusReason }),
    createdAt: group.CreatedTime?.getTime() ?? 0,
    fields,
    outputs: { name },
    uses: [
      fields.launchTemplate.id,
      ...loadBalancers.toSorted(),
      ...targetGroups.toSorted(),
    ].filter((id) => id !== ""),
    ...usedTypes({ loadBalancers, targetGroups }),
  };
}

function orNull(ids: readonly string[]): readonly string[] | null {
  return ids.length === 0 ? null : ids;
}

function usedTypes({ loadBalancers, targetGroups }: Sources): Pick<LiveGroup, "usesTypes"> {
  const usesTypes = [
    ...(loadBalancers.length > 0 ? ["load-balancer"] : []),
    ...(targetGroups.length > 0 ? ["target-group", "application-load-balancer"] : []),
  ];
  return usesTypes.length > 0 ? { usesTypes } : {};
}

/** The live fields. Sets are sorted. */
export function fieldsOf(group: AutoScalingGroup): AutoScalingGroupFields {
  return {
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    cooldown: group.DefaultCooldown ?? 0,
    healthCheckType: group.HealthCheckType === "ELB" ? "ELB" : "EC2",
    healthCheckGrace: group.HealthCheckGracePeriod ?? 0,
    subnets: (group.VPCZoneIdentifier ?? "").split(",").filter(Boolean).sort(),
    loadBalancers: [...(group.LoadBalancerNames ?? [])].sort(),
    targetGroups: [...(group.TargetGroupARNs ?? [])].sort(),
    goneLoadBalancers: null,
    goneTargetGroups: null,
    targetPort: null,
    applicationLoadBalancer: null,
    launchTemplate: templateOf(group),
    mixedInstancesPolicy: policyWords(group.MixedInstancesPolicy),
    launchConfiguration: group.LaunchConfigurationName ?? null,
    rollout: null,
    tags: userTagsOf(group.Tags),
    unpropagatedTags: unpropagatedKeys(group).join(", ") || null,
  };
}

/** The keys of our tags that the group does not propagate to new instances. */
export function unpropagatedKeys({ Tags: tags = [] }: AutoScalingGroup): readonly string[] {
  const ours = ourKeysOf(tags);
  return tags
    .filter(({ PropagateAtLaunch: propagates }) => propagates === false)
    .flatMap(({ Key: key }) => (key !== undefined && ours.has(key) ? key : []))
    .sort();
}

/** A short description of a mixed instances policy. */
function policyWords(policy: MixedInstancesPolicy | undefined): string | null {
  if (policy === undefined) return null;
  const types = (policy.LaunchTemplate?.Overrides ?? []).map(
    ({ InstanceType: type, InstanceRequirements: requirements }) =>
      type ??
      (requirements === undefined ? "the template's type" : "any type that meets requirements"),
  );
  const {
    OnDemandBaseCapacity: base = 0,
    // The default of both ("InstancesDistribution", API reference).
    OnDemandPercentageAboveBaseCapacity: percentage = 100,
  } = policy.InstancesDistribution ?? {};
  const what = types.length === 0 ? "the template's type" : types.join(", ");
  const spot = percentage < 100 ? `; ${100 - percentage} % Spot Instances above ${base}` : "";
  return `${what}${spot}`;
}

/** The ids of the instances that the group lists as `InService`. */
export function instancesInService(group: AutoScalingGroup): readonly string[] {
  return (group.Instances ?? [])
    .filter(({ LifecycleState }) => LifecycleState === "InService")
    .flatMap(({ InstanceId }) => InstanceId ?? []);
}
