import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { ourKeysOf, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { groupProtection } from "../shared/deletion-protection.ts";
import type { AutoScalingGroupFields, LiveGroup } from "./fields.ts";
import { lookUpHooks } from "./group-hooks.ts";
import { hasMetrics } from "./group-metrics.ts";
import { instanceHealth, registrations } from "./instance-health.ts";
import { heldMembers } from "./lifecycle-hooks.ts";
import { addressOfGroup } from "./look-ups.ts";
import { machineFaults, withFaults } from "./machine-faults.ts";
import { memberNotes } from "./members.ts";
import { mixedIn } from "./mixed-instances.ts";
import { lookUpNotifications, topicsIn } from "./notifications.ts";
import { recordedParts } from "./recorded-parts.ts";
import { inOne, templateOf, templatesRunning } from "./running-templates.ts";
import { lookUpPolicies, noPolicies } from "./scaling-policies.ts";
import { suspensionNotes, suspensionsOf } from "./scaling-processes.ts";
import { lookUpSchedule } from "./scheduled-actions.ts";
import { type Sources, sourcesOf } from "./sources.ts";
import { goneAmong, targetsOf } from "./targets.ts";
import { foreignPoolNotes, warmPoolOf } from "./warm-pool.ts";

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
  const name = group.AutoScalingGroupName ?? "";
  const parts = recordedParts(group);
  // Somebody may have deleted the group since the sweep.
  const looking = [
    parts.includes("policies") ? unlessGone(() => lookUpPolicies(context, name)) : undefined,
    parts.includes("schedule") ? unlessGone(() => lookUpSchedule(context, name)) : undefined,
    parts.includes("hooks") ? unlessGone(() => lookUpHooks(context, name)) : undefined,
    unlessGone(() => lookUpNotifications(context, group)),
  ] as const;
  const [balancers, targets, faults, held, region] = await Promise.all([
    registrations(context, group),
    targetsOf(context, sourcesOf(group)),
    machineFaults(context, group, machines),
    heldMembers(context, group),
    context.clients.region(),
  ]);
  const [policies = noPolicies, schedule = [], hooks = [], notifications = []] =
    await Promise.all(looking);
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
    ...foreignPoolNotes(group),
  ];
  return {
    ...live,
    fields: {
      ...live.fields,
      ...policies,
      schedule,
      hooks,
      notifications,
      launchTemplate: inOne(templatesRunning(group)),
      targetPort: targets.port,
      goneLoadBalancers: orNull(gone.loadBalancers),
      goneTargetGroups: orNull(gone.targetGroups),
    },
    uses: [...live.uses, ...targets.loadBalancers, ...topicsIn(notifications)],
    // Only a topic of this name can be the stack's own.
    ...usedTypes(
      sourcesOf(group),
      topicsIn(notifications).filter((arn) => arn.endsWith(`:${context.stack}`)),
    ),
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
      ...fields.subnets,
      ...loadBalancers.toSorted(),
      ...targetGroups.toSorted(),
    ].filter((id) => id !== ""),
    ...usedTypes({ loadBalancers, targetGroups }),
  };
}

function orNull(ids: readonly string[]): readonly string[] | null {
  return ids.length === 0 ? null : ids;
}

function usedTypes(
  { loadBalancers, targetGroups }: Sources,
  topics: readonly string[] = [],
): Pick<LiveGroup, "usesTypes"> {
  const usesTypes = [
    ...(loadBalancers.length > 0 ? ["load-balancer"] : []),
    ...(targetGroups.length > 0 ? ["target-group", "application-load-balancer"] : []),
    ...(topics.length > 0 ? ["topic"] : []),
  ];
  return usesTypes.length > 0 ? { usesTypes } : {};
}

/** The live fields. Sets are sorted. */
export function fieldsOf(group: AutoScalingGroup): AutoScalingGroupFields {
  return {
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    scheduledSizes: null,
    schedule: [],
    ...noPolicies,
    instanceWarmup: group.DefaultInstanceWarmup ?? null,
    suspended: suspensionsOf(group),
    deletionProtection: group.DeletionProtection ?? "none",
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
    mixedInstancesPolicy: mixedIn(group.MixedInstancesPolicy),
    capacityRebalance: group.CapacityRebalance ?? false,
    hooks: [],
    warmPool: warmPoolOf(group),
    notifications: [],
    groupMetrics: hasMetrics(group),
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

/** The ids of the instances that the group lists as `InService`. */
export function instancesInService(group: AutoScalingGroup): readonly string[] {
  return (group.Instances ?? [])
    .filter(({ LifecycleState }) => LifecycleState === "InService")
    .flatMap(({ InstanceId }) => InstanceId ?? []);
}
