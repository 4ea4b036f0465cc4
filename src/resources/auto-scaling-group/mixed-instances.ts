import type {
  AutoScalingGroup,
  DesiredConfiguration,
  MixedInstancesPolicy,
} from "@aws-sdk/client-auto-scaling";
import { sameValue } from "../../engine/values.ts";
import type { AutoScalingGroupFields, MixedInstances } from "./fields.ts";
import { sameTemplate, type TemplateVersion, templateOf } from "./running-templates.ts";

/** The first type is preferred for On-Demand Instances, and a Spot Instance comes from where AWS has most to spare. */
const strategies = {
  onDemand: "prioritized",
  // "We recommend the price-capacity-optimized strategy" ("Allocation strategies for multiple instance types").
  spot: "price-capacity-optimized",
} as const;

/** What a group launches: a template alone, or a template with other instance types and Spot Instances. */
export interface LaunchSource {
  readonly template: TemplateVersion;
  /** null: only what the template says. */
  readonly mixed: MixedInstances | null;
}

/** What a group with these fields launches. */
export function launchSourceOf({
  launchTemplate: { id, version },
  mixedInstancesPolicy: mixed,
}: Pick<AutoScalingGroupFields, "launchTemplate" | "mixedInstancesPolicy">): LaunchSource {
  return { template: { id, version }, mixed };
}

type LaunchParameters = Pick<DesiredConfiguration, "LaunchTemplate" | "MixedInstancesPolicy">;

/**
 * The source as parameters, which a create, an update and a rollout share. Setting one kind removes the other.
 *
 * @param before The group that gets them.
 */
export function launchParameters(
  { template, mixed }: LaunchSource,
  { MixedInstancesPolicy: before }: Pick<AutoScalingGroup, "MixedInstancesPolicy"> = {},
): LaunchParameters {
  const LaunchTemplate = { LaunchTemplateId: template.id, Version: template.version };
  if (mixed === null) return { LaunchTemplate };
  return {
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: LaunchTemplate,
        Overrides: mixed.instanceTypes.map((InstanceType) => ({ InstanceType })),
      },
      InstancesDistribution: {
        OnDemandBaseCapacity: mixed.onDemandBase,
        OnDemandPercentageAboveBaseCapacity: 100 - mixed.spotShare,
        OnDemandAllocationStrategy: strategies.onDemand,
        SpotAllocationStrategy: strategies.spot,
        // Only an empty price removes one that somebody set ("InstancesDistribution", API reference).
        ...(before?.InstancesDistribution?.SpotMaxPrice && { SpotMaxPrice: "" }),
      },
    },
  };
}

/** Whether the group, or the desired configuration of a rollout, launches from this source. */
export function launchesFrom(
  found: Partial<
    Pick<AutoScalingGroup, "LaunchTemplate" | "MixedInstancesPolicy" | "LaunchConfigurationName">
  >,
  { template, mixed }: LaunchSource,
): boolean {
  if (!sameTemplate(templateOf(found), template)) return false;
  return sameMixed(mixed, mixedIn(found.MixedInstancesPolicy));
}

/** Whether the group may have Spot Instances, and is to have none. */
export function leavesSpot(
  group: Pick<AutoScalingGroup, "MixedInstancesPolicy"> | undefined,
  { mixed }: LaunchSource,
): boolean {
  const before = mixedIn(group?.MixedInstancesPolicy)?.spotShare ?? 0;
  return before > 0 && (mixed?.spotShare ?? 0) === 0;
}

/** Compares types and shares; the order of the types is their preference. */
export function sameMixed(wanted: MixedInstances | null, live: MixedInstances | null): boolean {
  return sameValue(wanted, live);
}

/** The policy of a live group. What no stack file can define is `other`, in words. */
export function mixedIn(policy: MixedInstancesPolicy | undefined): MixedInstances | null {
  if (policy === undefined) return null;
  const { LaunchTemplate: template, InstancesDistribution: distribution = {} } = policy;
  const overrides = template?.Overrides ?? [];
  // The defaults are AWS's ("InstancesDistribution", API reference).
  const {
    OnDemandBaseCapacity: onDemandBase = 0,
    OnDemandPercentageAboveBaseCapacity: onDemand = 100,
    OnDemandAllocationStrategy: onDemandStrategy = strategies.onDemand,
    SpotAllocationStrategy: spotStrategy = "lowest-price",
    SpotMaxPrice: price,
    DistributionSegments: segments = [],
  } = distribution;
  // Settings of Spot Instances say nothing if there are none.
  const hasSpot = onDemand < 100;
  const others = [
    ...(overrides.some(({ InstanceType: type }) => type === undefined)
      ? ["types by requirements"]
      : []),
    ...(overrides.some(({ WeightedCapacity: weight }) => weight !== undefined) ? ["weights"] : []),
    ...(overrides.some(({ LaunchTemplateSpecification: own }) => own !== undefined)
      ? ["launch templates of single types"]
      : []),
    ...(overrides.some(({ ImageId: image }) => image !== undefined)
      ? ["images of single types"]
      : []),
    ...(onDemandStrategy === strategies.onDemand ? [] : [`On-Demand by ${onDemandStrategy}`]),
    ...(hasSpot && spotStrategy !== strategies.spot ? [`Spot by ${spotStrategy}`] : []),
    ...(hasSpot && price ? [`a maximum price of ${price}`] : []),
    ...(segments.length > 0 ? ["distribution segments"] : []),
  ];
  return {
    instanceTypes: overrides.flatMap(({ InstanceType: type }) => type ?? []),
    onDemandBase,
    spotShare: 100 - onDemand,
    ...(others.length > 0 && { other: others.join(", ") }),
  };
}

/** `t4g.small, t4g.medium; 50 % Spot Instances above 1`. */
export function mixedWords({
  instanceTypes,
  onDemandBase,
  spotShare,
  other,
}: MixedInstances): string {
  const types = instanceTypes.length === 0 ? "the template's type" : instanceTypes.join(", ");
  const spot = spotShare > 0 ? `; ${spotShare} % Spot Instances above ${onDemandBase}` : "";
  return `${types}${spot}${other === undefined ? "" : `; ${other}`}`;
}
