import type { Live } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import type { ScheduledSizes, Sizes } from "../../schedule/scheduled-sizes.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { RunningTemplates } from "./running-templates.ts";
import type { Suspension } from "./scaling-processes.ts";

/** How a new launch template version reaches the instances. Percentages are of the desired capacity. */
export interface Rollout {
  readonly minHealthy: number;
  readonly maxHealthy: number;
  /** Seconds from in service until an instance counts as warm. */
  readonly warmup: number;
  /** Whether AWS rolls back a failed rollout. */
  readonly rollback: boolean;
  /** The alarms that make a rollout fail. */
  readonly alarms?: readonly string[];
  /** Seconds that AWS watches the replaced servers, before the rollout is done. */
  readonly bake?: number;
}

/** A scheduled action of the stack file. */
export interface ScheduledAction extends ScheduledSizes {
  /** The number of servers that it sets. null: as it is. */
  readonly servers: number | null;
  /** Of a live one: when somebody lets it end, as AWS says it. */
  readonly until?: string;
}

/** What forwards the requests that a target counts, as a policy names it: `app/web/0123`, `targetgroup/web/4567`. */
export interface RequestSource {
  readonly loadBalancer: string;
  readonly targetGroup: string;
}

/** The servers of a group with several instance types. */
export interface MixedInstances {
  /** In order of preference. */
  readonly instanceTypes: readonly string[];
  /** The number of servers that are never Spot Instances. */
  readonly onDemandBase: number;
  /** Of the servers above the base, the percentage of Spot Instances. */
  readonly spotShare: number;
  /** Of a live one: settings that no stack file can define, in words. */
  readonly other?: string;
}

/** A lifecycle hook. */
export interface GroupHook {
  readonly at: "launch" | "terminate";
  /** Seconds. */
  readonly timeout: number;
  /** What becomes of a server whose hook is not completed in time. */
  readonly failed: "abandon" | "continue";
  /** Of a live one: settings that no stack file can define, in words. */
  readonly other?: string;
}

export interface WarmPool {
  readonly min: number;
  /** `Stopped`, `Running` or `Hibernated`. */
  readonly state: string;
  /** Of a live one: settings that no stack file can define, in words. */
  readonly other?: string;
}

/** Sizes of a group with a schedule. */
export interface ScheduledRange extends Sizes {
  readonly also: { readonly min: readonly number[]; readonly max: readonly number[] };
  /** Which scheduled action holds, in words. Empty: none has run yet. */
  readonly since: readonly string[];
}

export interface AutoScalingGroupFields {
  readonly min: number;
  readonly max: number;
  /** null: `min` at creation, not managed afterwards. */
  readonly desired: number | null;
  /**
   * The sizes of the stack file without its schedule, and those that are as good as `min` and `max` in the minutes around
   * a scheduled action. null: without a schedule.
   */
  readonly scheduledSizes: ScheduledRange | null;
  /** Set by AWS again and again. Sorted by name. */
  readonly schedule: readonly ScheduledAction[];
  /** The average CPU utilization that AWS keeps by changing the number of servers, in percent. null: none. */
  readonly cpuTarget: number | null;
  /** The requests a server and minute, in the same way. */
  readonly requestTarget: number | null;
  /** The load balancer and the target group whose requests are counted. */
  readonly requestSource: RequestSource | null;
  /** Whether the targets remove servers, too. null: there is no target, or, of a live group, they differ. */
  readonly scaleIn: boolean | null;
  /** What is wrong with the policies and alarms of the targets, in words. No stack file defines any. */
  readonly faultyPolicies: readonly string[] | null;
  /** Seconds until a new server counts in the metrics of the targets. null: as it is. */
  readonly instanceWarmup: number | null;
  /** The processes that do not run. A set: its order means nothing. */
  readonly suspended: readonly Suspension[];
  /** `none`, `prevent-force-deletion` or `prevent-all-deletion`. null: as it is. */
  readonly deletionProtection: string | null;
  /** Seconds. */
  readonly cooldown: number;
  readonly healthCheckType: "EC2" | "ELB";
  /** Seconds. */
  readonly healthCheckGrace: number;
  /** A set: its order means nothing. */
  readonly subnets: readonly string[];
  /**
   * Names of classic load balancers. A set: its order means nothing. null: those that are attached stay, and none
   * are at creation.
   */
  readonly loadBalancers: readonly string[] | null;
  /** ARNs of target groups, in the same way. */
  readonly targetGroups: readonly string[] | null;
  /**
   * Attached load balancers that no longer exist. null: none. Omitted by a stack file with such a load balancer, which
   * an apply creates again.
   */
  readonly goneLoadBalancers?: readonly string[] | null;
  /** Attached target groups that no load balancer forwards to any more, in the same way. */
  readonly goneTargetGroups?: readonly string[] | null;
  /** The servers' port in the target groups; null: the group has none. */
  readonly targetPort: number | null;
  /** The application load balancer, whose listeners have to name the target groups before any server is checked. */
  readonly applicationLoadBalancer: string | null;
  /** `version` is a number, never `$Latest`, because a rollback needs a number. */
  readonly launchTemplate: RunningTemplates;
  /** Several instance types, and Spot Instances. null: only what the launch template says. */
  readonly mixedInstancesPolicy: MixedInstances | null;
  /** Whether a Spot Instance that AWS may take back is replaced before. null: as it is. */
  readonly capacityRebalance: boolean | null;
  /** What new and leaving servers wait for. Sorted by `at`. */
  readonly hooks: readonly GroupHook[];
  /** Servers that have started before they are needed. */
  readonly warmPool: WarmPool | null;
  /** The topics that get a message when a server cannot be launched or terminated. A set: its order means nothing. */
  readonly notifications: readonly string[];
  /** Whether CloudWatch gets the numbers of servers. null: as it is. */
  readonly groupMetrics: boolean | null;
  readonly launchConfiguration: string | null;
  /** Unknown to AWS until a rollout starts. */
  readonly rollout: Rollout | null;
  /** On the group and on its instances. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * The keys of our tags that the group does not propagate to new instances. No stack file can
   * define any.
   */
  readonly unpropagatedTags: string | null;
}

export interface AutoScalingGroupOutputs {
  readonly name: string;
}

export type LiveGroup = Live<AutoScalingGroupFields, AutoScalingGroupOutputs>;

export type GroupUpdate = UpdateInput<
  AutoScalingGroupFields,
  AutoScalingGroupOutputs,
  ResourceContext
>;
