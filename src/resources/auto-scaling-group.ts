/** How a new template or image reaches the instances. Percentages are of the desired capacity. */
export interface Rollout {
  readonly minHealthy: number;
  readonly maxHealthy: number;
  /** Seconds from in service to counted as warm. */
  readonly warmup: number;
  /** Whether a failed rollout goes back to what was there before. */
  readonly rollback: boolean;
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
