import {
  type AutoScalingGroup,
  type Filter,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import { everyPage } from "../aws/paging.ts";
import { addressIn, stackKey, userTagsOf } from "../aws/tags.ts";
import type { Live } from "../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { instanceHealth, type Registrations, registrations } from "./instance-health.ts";
import type { Rollout } from "./rollout.ts";

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

export type LiveGroup = Live<AutoScalingGroupFields, AutoScalingGroupOutputs>;

/** The service's filters lag and its matching is loose: matched again here. */
export async function sweepGroups(context: ResourceContext): Promise<AutoScalingGroup[]> {
  const filters = [{ Name: `tag:${stackKey}`, Values: [context.stack] }];
  const groups = await describeGroups(context, { filters });
  return groups.filter((group) => addressOf(group, context) !== undefined);
}

/** The group of that name, if it is there and ours. */
export async function lookAtGroup(
  context: ResourceContext,
  name: string,
): Promise<AutoScalingGroup | undefined> {
  const groups = await describeGroups(context, { names: [name] });
  return groups.find((group) => addressOf(group, context) !== undefined);
}

/** Every page; without a selection, all groups of the region. */
export function describeGroups(
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

/** The address in the group's tags; undefined where it is not this stack's. */
export function addressOf(group: AutoScalingGroup, context: ResourceContext) {
  return addressIn(group.Tags, context.stack, "auto-scaling-group");
}

/** With the status that its instances' health gives it, asked of its load balancers. */
export async function withHealth(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<LiveGroup> {
  if (group.Status !== undefined) return toLive(group, context, "deleting");
  const balancers = await registrations(context, group);
  const instances = instanceHealth(group, balancers);
  const healthy = instances.filter((each) => each.healthy).length;
  const wanted = group.DesiredCapacity ?? 0;
  const seen = { ...group, LoadBalancerNames: attached(group, balancers) };
  return healthy >= wanted
    ? toLive(seen, context, "ready")
    : toLive(seen, context, "settling", `${healthy} of ${wanted} instances are in service`);
}

/** In the shape of the wanted fields, with the status that the caller has found out. */
export function toLive(
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

/** Sorted where the order means nothing. */
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
    launchTemplate: {
      id: group.LaunchTemplate?.LaunchTemplateId ?? "",
      version: group.LaunchTemplate?.Version ?? "",
    },
    rollout: null,
    tags: userTagsOf(group.Tags),
  };
}

/**
 * A group goes on naming a load balancer that was deleted, and one that was then made under the
 * same name has none of its instances: it is as good as not attached.
 */
function attached(group: AutoScalingGroup, balancers: readonly Registrations[]): string[] {
  const inService = new Set(instancesInService(group));
  return balancers
    .filter(
      ({ states }) =>
        inService.size === 0 || states.some(({ InstanceId = "" }) => inService.has(InstanceId)),
    )
    .map(({ name }) => name);
}

/** The ids of those that the group itself has in service. */
export function instancesInService(group: AutoScalingGroup): readonly string[] {
  return (group.Instances ?? [])
    .filter(({ LifecycleState }) => LifecycleState === "InService")
    .flatMap(({ InstanceId }) => InstanceId ?? []);
}
