/** The part of a mixed instances policy beyond its launch template. */
export interface MixedInstances {
  /** The types to use instead of the template's type, in order of preference. */
  readonly instanceTypes: string[];
  readonly distribution: InstancesDistribution;
}

export interface InstancesDistribution {
  readonly onDemandStrategy: string;
  readonly onDemandBase: number;
  /** Of the instances above the base. Absent in an account that was saved before Spot was known: 100. */
  readonly onDemandPercentage?: number;
  readonly spotStrategy: string;
  /** Counts for the strategy `lowest-price`. */
  readonly spotPools: number;
}

export type PurchaseOption = "on-demand" | "spot";
