import type { InstancesDistribution as InstancesDistributionInput } from "@aws-sdk/client-auto-scaling";
import { validationError } from "./group.ts";
import type { InstancesDistribution } from "./mixed-policy.ts";

const onDemandStrategies = ["prioritized", "lowest-price"];

const spotStrategies = [
  "price-capacity-optimized",
  "capacity-optimized",
  "capacity-optimized-prioritized",
  "lowest-price",
];

/** "Value must be in the range of 1–20. Default: 2" (API reference of InstancesDistribution). */
const pools = { least: 1, most: 20, usual: 2 } as const;

/**
 * How a policy divides its instances among purchase options and types. A parameter that a request
 * omits has its default.
 *
 * @throws AwsError ValidationError.
 */
export function readDistribution(input: InstancesDistributionInput = {}): InstancesDistribution {
  const {
    OnDemandPercentageAboveBaseCapacity: onDemandPercentage = 100,
    OnDemandBaseCapacity: onDemandBase = 0,
    OnDemandAllocationStrategy: onDemandStrategy = "prioritized",
    SpotAllocationStrategy: spotStrategy = "lowest-price",
    SpotInstancePools: spotPools,
  } = input;
  range("OnDemandPercentageAboveBaseCapacity", onDemandPercentage, 0, 100);
  range("OnDemandBaseCapacity", onDemandBase, 0, Number.MAX_SAFE_INTEGER);
  oneOf("OnDemandAllocationStrategy", onDemandStrategy, onDemandStrategies);
  oneOf("SpotAllocationStrategy", spotStrategy, spotStrategies);
  if (spotPools !== undefined) {
    range("SpotInstancePools", spotPools, pools.least, pools.most);
    if (spotStrategy !== "lowest-price") {
      throw validationError(
        "SpotInstancePools option is only available with the lowest-price allocation strategy.",
      );
    }
  }
  return {
    onDemandStrategy,
    onDemandBase,
    onDemandPercentage,
    spotStrategy,
    spotPools: spotPools ?? pools.usual,
  };
}

function range(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const limits =
    most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `between ${least} and ${most}`;
  throw validationError(`${name} must be ${limits}, got ${value}`);
}

function oneOf(name: string, value: string, values: readonly string[]): void {
  if (values.includes(value)) return;
  throw validationError(`${name} ${value} is not valid: use ${values.join(", ")}`);
}

/** As DescribeAutoScalingGroups answers it. */
export function describeDistribution(
  distribution: InstancesDistribution,
): InstancesDistributionInput {
  return {
    OnDemandAllocationStrategy: distribution.onDemandStrategy,
    OnDemandBaseCapacity: distribution.onDemandBase,
    OnDemandPercentageAboveBaseCapacity: distribution.onDemandPercentage ?? 100,
    SpotAllocationStrategy: distribution.spotStrategy,
    ...(distribution.spotStrategy === "lowest-price" && {
      SpotInstancePools: distribution.spotPools,
    }),
  };
}

/** Whether the policy asks for Spot Instances at all. */
export function wantsSpot({ onDemandPercentage = 100 }: InstancesDistribution): boolean {
  return onDemandPercentage < 100;
}
