import {
  type AutoScalingClient,
  type AutoScalingGroup,
  type Filter,
  type MixedInstancesPolicy,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { everyPage } from "../aws/paging.ts";
import { addressIn, ourKeysOf, stackKey, userTagsOf } from "../aws/tags.ts";
import type { Live } from "../engine/resource.ts";
import type { ResourceContext } from "./context.ts";
import { groupProtection } from "./deletion-protection.ts";
import { memberNotes } from "./group-members.ts";
import { instanceHealth, registrations } from "./instance-health.ts";
import { heldMembers } from "./lifecycle-hooks.ts";
import { machineFaults, withFaults } from "./machine-health.ts";
import { suspensionNotes } from "./scaling-processes.ts";
import { sharedLookUp } from "./shared-look-up.ts";

/** How a new template or image reaches the instances. Percentages are of the desired capacity. */
export interface Rollout {
  readonly minHealthy: number;
  readonly maxHealthy: number;
  /** Seconds from in service to counted as warm. */
  readonly warmup: number;
  /** Whether a failed rollout goes back to what was there before. */
  readonly rollback: boolean;
}

export interface TemplateVersion {
  readonly id: string;
  readonly version: string;
}

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
  /**
   * `version` is a number, never `$Latest`: a rollback needs it. Of a live group that is not all of
   * one template it names each ("1 and 2"), which no file can want.
   */
  readonly launchTemplate: TemplateVersion;
  /** What somebody has set in its place, or around it, in words; no file can want one. */
  readonly mixedInstancesPolicy: string | null;
  readonly launchConfiguration: string | null;
  /** Not known to AWS until there is something to roll out. */
  readonly rollout: Rollout | null;
  /** On the group and on its instances. */
  readonly tags: Readonly<Record<string, string>>;
  /** The keys of those tags of ours that new instances would not get, in words; no file can want any. */
  readonly unpropagatedTags: string | null;
}

export interface AutoScalingGroupOutputs {
  readonly name: string;
}

export type LiveGroup = Live<AutoScalingGroupFields, AutoScalingGroupOutputs>;

/** The service's filters lag and its matching is loose: matched again here. */
export async function sweepGroups(context: ResourceContext): Promise<AutoScalingGroup[]> {
  const groups = await sweepTaggedGroups(context);
  return groups.filter((group) => addressOf(group, context) !== undefined);
}

/** Those that AWS finds by the stack's tag, whatever their other tags say. */
export function sweepTaggedGroups({
  clients,
  stack,
}: ResourceContext): Promise<AutoScalingGroup[]> {
  const filters = [{ Name: `tag:${stackKey}`, Values: [stack] }];
  return sweep(clients.autoScaling, { filters });
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

/** Asked for by all who have to know which instances are a group's. */
const sweep = sharedLookUp(lookUpGroups);

/** The address in the group's tags; undefined where it is not this stack's. */
export function addressOf(group: AutoScalingGroup, context: ResourceContext) {
  return addressIn(group.Tags, context.stack, "auto-scaling-group");
}

/** With the status that its instances' health gives it, as its load balancers and EC2 see them. */
export async function withHealth(
  context: ResourceContext,
  group: AutoScalingGroup,
  machines: readonly Instance[],
): Promise<LiveGroup> {
  if (group.Status !== undefined) return toLive(group, context, "deleting");
  const [balancers, faults, held, region] = await Promise.all([
    registrations(context, group),
    machineFaults(context, group, machines),
    heldMembers(context, group),
    context.clients.region(),
  ]);
  const instances = withFaults(instanceHealth(group, balancers), faults);
  const healthy = instances.filter((each) => each.healthy).length;
  const wanted = group.DesiredCapacity ?? 0;
  const live =
    healthy >= wanted
      ? toLive(group, context, "ready")
      : toLive(group, context, "settling", `${healthy} of ${wanted} instances are in service`);
  const notes = [
    ...suspensionNotes(group, region),
    ...memberNotes(group, held, region),
    ...groupProtection(group, region),
  ];
  return {
    ...live,
    fields: { ...live.fields, launchTemplate: inOne(templatesRunning(group)) },
    ...(notes.length > 0 && { notes }),
  };
}

/** A difference to whatever is wanted, where there are several. */
function inOne(templates: readonly TemplateVersion[]): TemplateVersion {
  const each = (values: readonly string[]) =>
    [...new Set(values)]
      .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
      .join(" and ");
  return {
    id: each(templates.map(({ id }) => id)),
    version: each(templates.map(({ version }) => version)),
  };
}

/** Whether all of a group is of it: several are named in one text, see `launchTemplate`. */
export function isOneVersion(version: string): boolean {
  return !version.includes(" ");
}

/** `$Latest` or `$Default`, where the group launches from that, whatever its instances run. */
export function movingVersion(version: string): string | undefined {
  return /\$(?:Latest|Default)/.exec(version)?.[0];
}

/** Whether both mean one version of one template. */
export function sameTemplate(one: TemplateVersion, other: TemplateVersion): boolean {
  return one.id === other.id && one.version === other.version;
}

/** What the group launches instances from, or what one of them was launched from. */
export function templateOf({
  LaunchTemplate: own,
  MixedInstancesPolicy: policy,
  LaunchConfigurationName: configuration,
}: Partial<
  Pick<AutoScalingGroup, "LaunchTemplate" | "MixedInstancesPolicy" | "LaunchConfigurationName">
>): TemplateVersion {
  if (configuration) return { id: `launch configuration ${configuration}`, version: "none" };
  const template = own ?? policy?.LaunchTemplate?.LaunchTemplateSpecification;
  return { id: template?.LaunchTemplateId ?? "", version: template?.Version ?? "" };
}

/**
 * That, and what its instances were launched from: a rollout that was cancelled or that failed
 * without going back leaves others. Left out are those on their way out, and those that a rollout
 * leaves alone: on standby, or protected from scale-in by somebody. A launch configuration of the
 * group is a field of its own, so it is left out where its instances say enough.
 */
export function templatesRunning(group: AutoScalingGroup): readonly TemplateVersion[] {
  const launched = (group.Instances ?? [])
    .filter(({ LifecycleState: state = "" }) => state === "InService" || /^Pending/.test(state))
    .filter(({ ProtectedFromScaleIn }) => !ProtectedFromScaleIn)
    // One that somebody attached was launched from none.
    .filter(
      ({ LaunchTemplate: template, LaunchConfigurationName: configuration }) =>
        template !== undefined || configuration,
    )
    .map(templateOf);
  return group.LaunchConfigurationName && launched.length > 0
    ? launched
    : [templateOf(group), ...launched];
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
    launchTemplate: templateOf(group),
    mixedInstancesPolicy: policyWords(group.MixedInstancesPolicy),
    launchConfiguration: group.LaunchConfigurationName ?? null,
    rollout: null,
    tags: userTagsOf(group.Tags),
    unpropagatedTags: unpropagatedKeys(group).join(", ") || null,
  };
}

/** Of our tags on the group, those that it does not give to new instances. */
export function unpropagatedKeys({ Tags: tags = [] }: AutoScalingGroup): readonly string[] {
  const ours = ourKeysOf(tags);
  return tags
    .filter(({ PropagateAtLaunch: propagates }) => propagates === false)
    .flatMap(({ Key: key }) => (key !== undefined && ours.has(key) ? key : []))
    .sort();
}

/** What a policy launches besides what its template says. */
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

/** The ids of those that the group itself has in service. */
export function instancesInService(group: AutoScalingGroup): readonly string[] {
  return (group.Instances ?? [])
    .filter(({ LifecycleState }) => LifecycleState === "InService")
    .flatMap(({ InstanceId }) => InstanceId ?? []);
}
