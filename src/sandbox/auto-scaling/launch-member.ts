import { launchFromTemplate } from "../ec2/instances/launch.ts";
import type { InstanceRecord } from "../ec2/instances/tables.ts";
import { AwsError } from "../error.ts";
import type { Region } from "../region.ts";
import { beginActivity, causeTime, endActivity } from "./activities.ts";
import { typesToTry } from "./allocation.ts";
import { durations } from "./durations.ts";
import type { Group, GroupSubnet, Member } from "./group.ts";
import { launchFromConfiguration } from "./launch-configurations.ts";
import { livingMembers } from "./members.ts";
import type { PurchaseOption } from "./mixed-policy.ts";
import { nextOption } from "./purchase-options.ts";
import { mixedInstancesNow } from "./refresh.ts";
import type { TemplateReference } from "./template-reference.ts";
import { currentSources } from "./traffic-sources.ts";

interface LaunchOptions {
  /** The zones and the purchase options are balanced over these. Default: all that count as capacity. */
  readonly beside?: readonly Member[];
  /** Default: what is missing of a mixed instances policy. */
  readonly option?: PurchaseOption;
  readonly intoPool?: boolean;
}

/**
 * Launches one instance in the zone with the fewest of `beside`. A failed launch is recorded as a failed
 * activity and delays the next one.
 *
 * @returns whether the instance was launched.
 */
export function launchMember(
  region: Region,
  group: Group,
  template: TemplateReference,
  cause: string,
  { beside = livingMembers(group), option: given, intoPool = false }: LaunchOptions = {},
): boolean {
  const subnet = emptiestSubnet(group, beside);
  if (subnet === undefined) return false;
  const mixed = mixedInstancesNow(group);
  const option = given ?? (mixed && nextOption(group, mixed, beside));
  const doing = `Launching a new EC2 instance${intoPool ? " into warm pool" : ""}`;
  const activity = beginActivity(region, group, doing, cause, {
    zone: subnet.zone,
    subnetId: subnet.id,
  });
  try {
    checkTrafficSources(region, group);
    const request = { subnetId: subnet.id, tags: launchTags(group, template) };
    const source = { template: { id: template.id, version: template.version }, ...request };
    const instance = template.isConfiguration
      ? launchFromConfiguration(region, template.name, request)
      : mixed === undefined || option === undefined
        ? launchFromTemplate(region, source)
        : launchMixed(region, source, option, typesToTry(group, mixed, option, subnet.zone));
    activity.description = `${doing}: ${instance.id}`;
    activity.status = "PreInService";
    activity.progress = 30;
    group.members.push({
      instanceId: instance.id,
      instanceType: instance.instanceType,
      imageId: instance.imageId,
      zone: subnet.zone,
      template,
      launchedAt: region.now,
      lifecycle: intoPool ? "Warmed:Pending" : "Pending",
      health: "Healthy",
      protectedFromScaleIn: group.newInstancesProtected,
      inServiceAt: undefined,
      unhealthyBecause: undefined,
      activityId: activity.id,
      ...(option === "spot" && { isSpot: true }),
    });
    group.failedLaunches = 0;
    group.failedZone = undefined;
    group.failedOption = undefined;
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message = `${error.message} Launching EC2 instance failed.`;
    activity.description = `${doing}.  Status Reason: ${message}`;
    endActivity(region, activity, "Failed", message);
    launchFailed(region, group, subnet.zone);
    group.failedOption = option;
    return false;
  }
}

type TemplateRequest = Parameters<typeof launchFromTemplate>[1];

/**
 * Launches the first type that the zone has capacity for. A policy without types launches the template's own.
 *
 * @throws AwsError in the words of an activity of a mixed instances group.
 */
function launchMixed(
  region: Region,
  request: TemplateRequest,
  option: PurchaseOption,
  types: readonly string[],
): InstanceRecord {
  const isSpot = option === "spot";
  try {
    return launchOneOf(region, types, { ...request, isSpot });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message } = isSpot && hasNoRoom(error) ? unfulfillable : error;
    const what = isSpot ? "Spot" : "On-Demand";
    throw new AwsError(code, `Could not launch ${what} Instances. ${code} - ${message}`);
  }
}

/** What AWS says when no Spot pool has capacity. */
const unfulfillable = {
  code: "UnfulfillableCapacity",
  message:
    "Unable to fulfill capacity due to your request configuration. Please adjust your request and try again.",
} as const;

function launchOneOf(
  region: Region,
  [first, ...others]: readonly string[],
  request: TemplateRequest,
): InstanceRecord {
  try {
    return launchFromTemplate(region, { ...request, instanceType: first });
  } catch (error) {
    if (others.length === 0 || !(error instanceof AwsError && hasNoRoom(error))) throw error;
    return launchOneOf(region, others, request);
  }
}

/** Whether the zone has no capacity for the type, or does not have the type. */
function hasNoRoom({ code }: AwsError): boolean {
  return code === "InsufficientInstanceCapacity" || code === "Unsupported";
}

/**
 * A group with a deleted load balancer or target group launches nothing ("Troubleshoot load balancer
 * issues", User Guide, which has both messages).
 */
function checkTrafficSources(region: Region, group: Group): void {
  const [missing] = currentSources(region, group).flatMap((source) => source.missing ?? []);
  if (missing === undefined) return;
  throw new AwsError(
    "ValidationError",
    `${missing} Validating load balancer configuration failed.`,
  );
}

/** Delays the next launch, longer after each consecutive failure. */
export function launchFailed(region: Region, group: Group, zone: string): void {
  const { groupLaunchRetry, groupLaunchRetryLongest } = durations;
  const wait = Math.min(groupLaunchRetryLongest, groupLaunchRetry * 2 ** group.failedLaunches);
  group.nextLaunchAt = region.now + wait * 1000;
  group.failedLaunches += 1;
  group.failedZone = zone;
  group.failingSince ??= region.now;
  if (region.now - group.failingSince < ADMINISTRATIVE_SUSPENSION) return;
  if (group.suspended["Launch"] !== undefined) return;
  const reason = `Administrative suspension at ${causeTime(region.now)}: no launch has succeeded for 24 hours`;
  group.suspended = { ...group.suspended, Launch: reason };
}

/**
 * "An administrative suspension most commonly applies to Auto Scaling groups that have been trying to
 * launch instances for over 24 hours but have not succeeded in launching any instances" (User Guide,
 * "Suspend and resume processes"). AWS does not document its message or which processes it suspends.
 */
const ADMINISTRATIVE_SUSPENSION = 24 * 3_600_000;

/**
 * The subnet of the zone with the fewest instances. Avoids the zone of the last failed launch, if
 * possible.
 */
function emptiestSubnet(group: Group, beside: readonly Member[]): GroupSubnet | undefined {
  const elsewhere = group.subnets.filter((subnet) => subnet.zone !== group.failedZone);
  const candidates = elsewhere.length > 0 ? elsewhere : group.subnets;
  return candidates
    .map((subnet) => ({
      subnet,
      count: beside.filter((member) => member.zone === subnet.zone).length,
    }))
    .sort((one, other) => one.count - other.count)[0]?.subnet;
}

/** AWS's own tags, which name the origin of an instance, and the tags that the group propagates. */
function launchTags(group: Group, template: TemplateReference): Record<string, string> {
  return {
    "aws:autoscaling:groupName": group.name,
    ...(template.isConfiguration
      ? {}
      : {
          "aws:ec2launchtemplate:id": template.id,
          "aws:ec2launchtemplate:version": template.version,
        }),
    ...Object.fromEntries(
      Object.entries(group.tags)
        .filter(([, tag]) => tag.propagate)
        .map(([key, tag]) => [key, tag.value]),
    ),
  };
}
