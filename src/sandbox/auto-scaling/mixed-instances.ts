import type {
  InstancesDistribution as InstancesDistributionInput,
  MixedInstancesPolicy,
} from "@aws-sdk/client-auto-scaling";
import { notModelled } from "../error.ts";
import type { Region } from "../region.ts";
import {
  type GroupSubnet,
  type InstancesDistribution,
  type MixedInstances,
  validationError,
} from "./group.ts";
import { readTemplate } from "./template.ts";
import type { TemplateReference } from "./template-reference.ts";

/** "You can specify up to 40 instance types per Auto Scaling group." */
const MAX_TYPES = 40;

interface Source {
  readonly template: TemplateReference;
  readonly mixed: MixedInstances;
}

/**
 * Reads the policy of a request.
 *
 * @throws AwsError ValidationError; UnsupportedOperation for Spot Instances.
 */
export function readMixedInstances(
  region: Region,
  input: MixedInstancesPolicy,
  place: { readonly subnets: readonly GroupSubnet[] },
  current: Source | undefined,
): Source {
  // An update may change only the distribution.
  if (input.LaunchTemplate === undefined && current !== undefined) {
    const distribution = readDistribution(input.InstancesDistribution);
    return { ...current, mixed: { ...current.mixed, distribution } };
  }
  const specification = input.LaunchTemplate?.LaunchTemplateSpecification;
  if (specification === undefined) {
    throw validationError(
      "Valid requests must contain a LaunchTemplateSpecification in the MixedInstancesPolicy.",
    );
  }
  const types = (input.LaunchTemplate?.Overrides ?? []).flatMap(({ InstanceType }) =>
    InstanceType === undefined ? [] : [InstanceType],
  );
  if (types.length > MAX_TYPES) {
    throw validationError(`The MixedInstancesPolicy can have at most ${MAX_TYPES} overrides`);
  }
  if (new Set(types).size < types.length) {
    throw validationError("The overrides of a MixedInstancesPolicy must be of different types");
  }
  // A dry run checks each type, or the template's own when the policy has none.
  const [first] = types.map((type) => readTemplate(region, specification, place, type));
  return {
    template: first ?? readTemplate(region, specification, place),
    mixed: { instanceTypes: types, distribution: readDistribution(input.InstancesDistribution) },
  };
}

function readDistribution(input: InstancesDistributionInput = {}): InstancesDistribution {
  const percentage = input.OnDemandPercentageAboveBaseCapacity ?? 100;
  if (!Number.isInteger(percentage) || percentage < 0 || percentage > 100) {
    throw validationError(
      `OnDemandPercentageAboveBaseCapacity must be between 0 and 100, got ${percentage}`,
    );
  }
  if (percentage < 100) throw notModelled("A MixedInstancesPolicy with Spot Instances");
  return {
    onDemandStrategy: input.OnDemandAllocationStrategy ?? "prioritized",
    onDemandBase: input.OnDemandBaseCapacity ?? 0,
    spotStrategy: input.SpotAllocationStrategy ?? "lowest-price",
    spotPools: input.SpotInstancePools ?? 2,
  };
}

/** As DescribeAutoScalingGroups answers it. */
export function describeMixedInstances(
  template: TemplateReference,
  { instanceTypes, distribution }: MixedInstances,
): MixedInstancesPolicy {
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: {
        LaunchTemplateId: template.id,
        LaunchTemplateName: template.name,
        Version: template.version,
      },
      Overrides: instanceTypes.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: distribution.onDemandStrategy,
      OnDemandBaseCapacity: distribution.onDemandBase,
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: distribution.spotStrategy,
      SpotInstancePools: distribution.spotPools,
    },
  };
}
