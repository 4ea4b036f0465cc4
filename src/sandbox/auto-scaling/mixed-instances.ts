import type { MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../region.ts";
import { describeDistribution, readDistribution } from "./distribution.ts";
import { type GroupSubnet, validationError } from "./group.ts";
import type { MixedInstances } from "./mixed-policy.ts";
import { readTemplate } from "./template.ts";
import type { TemplateReference } from "./template-reference.ts";

/** The modelled parameters of a policy. */
export const mixedInstancesParameters = [
  "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification",
  "MixedInstancesPolicy.LaunchTemplate.Overrides.InstanceType",
  "MixedInstancesPolicy.InstancesDistribution.OnDemandAllocationStrategy",
  "MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity",
  "MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity",
  "MixedInstancesPolicy.InstancesDistribution.SpotAllocationStrategy",
  "MixedInstancesPolicy.InstancesDistribution.SpotInstancePools",
] as const;

/** "You can specify up to 40 instance types per Auto Scaling group." */
const MAX_TYPES = 40;

interface Source {
  readonly template: TemplateReference;
  readonly mixed: MixedInstances;
}

/**
 * Reads the policy of a request.
 *
 * @throws AwsError ValidationError.
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
    InstancesDistribution: describeDistribution(distribution),
  };
}
