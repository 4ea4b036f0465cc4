import { AwsError } from "../error.ts";
import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import type { MixedInstances, PurchaseOption } from "./mixed-policy.ts";
import type { NotificationConfiguration } from "./notification-configuration.ts";
import type { InstanceRefresh } from "./refresh-record.ts";
import type { ScalingPolicy } from "./scaling-policy.ts";
import type { ScheduledAction } from "./scheduled-action.ts";
import type { TemplateReference } from "./template-reference.ts";
import type { WarmPool, WarmState } from "./warm-pool-record.ts";

/**
 * An Auto Scaling group, as the sandbox keeps it. Times are sandbox milliseconds unless their names
 * say seconds.
 */
export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  template: TemplateReference;
  /** The rest of a mixed instances policy, where the template is one's. */
  mixed?: MixedInstances | undefined;
  minSize: number;
  maxSize: number;
  desired: number;
  cooldownSeconds: number;
  healthCheckType: HealthCheckType;
  graceSeconds: number;
  /** Undefined: the health check grace period stands in for it. */
  warmupSeconds: number | undefined;
  subnets: GroupSubnet[];
  loadBalancers: AttachedSource[];
  /** Absent in an account that was saved before target groups were known: none. */
  targetGroups?: AttachedSource[];
  tags: Record<string, GroupTag>;
  terminationPolicies: string[];
  newInstancesProtected: boolean;
  /** Absent in an account that was saved before this existed: none. */
  deletionProtection?: DeletionProtection;
  /** Absent: Spot Instances are replaced when they are interrupted, not before. */
  capacityRebalance?: boolean;
  /** Absent: there is none. Its instances are members in states that begin with `Warmed:`. */
  warmPool?: WarmPool | undefined;
  suspended: Record<string, string>;
  /** Absent in an account that was saved before hooks were known. */
  hooks?: LifecycleHook[];
  /** Absent in an account that was saved before policies were known: none. */
  policies?: ScalingPolicy[];
  /** Absent in an account that was saved before schedules were known: none. */
  schedule?: ScheduledAction[];
  /** The topics that hear of launches and terminations. Absent: none. */
  notifications?: NotificationConfiguration[];
  /** The metrics of the group that are published. Absent: none. */
  enabledMetrics?: string[];
  /**
   * The work of the group's servers in percent of one server's CPU: two servers at 80 % have 160. Absent:
   * they are idle.
   */
  cpuLoad?: number | undefined;
  members: Member[];
  /** Newest last. */
  activities: Activity[];
  /** Newest last; only the last one can be under way. */
  refreshes: InstanceRefresh[];
  /** Set once its deletion has begun: it goes when its last instance is gone. */
  deleting: boolean;
  /** Failed launches in a row, where and of what the last one failed, and when the next attempt may be made. */
  failedLaunches: number;
  failedZone: string | undefined;
  failedOption?: PurchaseOption | undefined;
  /** Since when no launch has succeeded, if the last one has not. */
  failingSince?: number | undefined;
  nextLaunchAt: number;
  /** Whether one more than desired was launched to balance the zones, or the purchase options. */
  rebalancing: boolean;
  /** When the desired capacity last changed: a cooldown counts from there. */
  scaledAt: number;
  /** Why the next launches or terminations happen, in AWS's words; told in the cause of activities. */
  reasons: string[];
  /** The time of the next evaluation that is scheduled, so that there is one at a time. */
  evaluateAt: number | undefined;
}

export type DeletionProtection = "none" | "prevent-force-deletion" | "prevent-all-deletion";

export type HealthCheckType = "EC2" | "ELB";

export interface GroupSubnet {
  readonly id: string;
  readonly zone: string;
}

/** A classic load balancer or a target group that is attached to a group. */
export interface AttachedSource {
  /** The name of a load balancer, or the ARN of a target group. */
  readonly name: string;
  /** How far the attached one has got is seen from its registrations. */
  state: "Added" | "Removing";
  /**
   * Set once its word counts: an instance of the group passed its checks, or it came with the group
   * ("the load balancer enters this state immediately if you attach it in CreateAutoScalingGroup",
   * API reference of LoadBalancerState; that of LoadBalancerTargetGroupState says the same).
   */
  inService?: true;
}

export interface GroupTag {
  readonly value: string;
  readonly propagate: boolean;
}

/**
 * "Amazon EC2 Auto Scaling instance lifecycle" (User Guide), and "Use lifecycle hooks with a warm pool", without
 * hibernation.
 */
export type LifecycleState =
  | WarmState
  | "Pending"
  | "Pending:Wait"
  | "Pending:Proceed"
  | "InService"
  | "EnteringStandby"
  | "Standby"
  | "Detaching"
  | "Terminating"
  | "Terminating:Wait"
  | "Terminating:Proceed";

/** An instance of the group. */
export interface Member {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly zone: string;
  /** With the version resolved to a number. */
  readonly template: TemplateReference;
  readonly launchedAt: number;
  lifecycle: LifecycleState;
  health: "Healthy" | "Unhealthy";
  protectedFromScaleIn: boolean;
  /** When it entered service: the grace period and the warm-up count from there. */
  inServiceAt: number | undefined;
  /** Why it is unhealthy, in the words of an activity's cause. */
  unhealthyBecause: string | undefined;
  /** The activity of its launch or of its termination. */
  activityId: string;
  /** What hooks have to be done with before it leaves its wait state. */
  actions?: LifecycleAction[];
  /** Set while its connections drain on its way back into the warm pool. */
  isLeavingService?: true;
  /** Since when it is ready in the warm pool. */
  warmedAt?: number;
  /** Absent: an On-Demand Instance. */
  readonly isSpot?: true;
  /** Set once EC2 has recommended to replace it and the group does so. */
  isAtRisk?: true;
}

export type Transition =
  | "autoscaling:EC2_INSTANCE_LAUNCHING"
  | "autoscaling:EC2_INSTANCE_TERMINATING";

export interface LifecycleHook {
  readonly name: string;
  readonly transition: Transition;
  readonly heartbeatSeconds: number;
  readonly defaultResult: LifecycleResult;
  readonly metadata: string | undefined;
}

export type LifecycleResult = "CONTINUE" | "ABANDON";

/** A hook's hold on one instance. */
export interface LifecycleAction {
  readonly hook: string;
  readonly token: string;
  readonly startedAt: number;
  /** When the hook's default result is taken, unless a heartbeat comes before. */
  deadline: number;
}

export interface Activity {
  readonly id: string;
  description: string;
  readonly cause: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  status:
    | "PreInService"
    | "InProgress"
    | "WaitingForELBConnectionDraining"
    | "Successful"
    | "Failed"
    | "Cancelled";
  message: string | undefined;
  progress: number;
  readonly zone: string;
  readonly subnetId: string;
}

/**
 * By name. A name is unique in a region and account, and stays in use until a deleted group is
 * gone.
 */
export const groups = defineTable<Group>("auto-scaling-group", (group) => ({
  id: group.name,
  name: group.name,
  ...(group.deleting ? { state: "Delete in progress" } : {}),
  tags: Object.fromEntries(Object.entries(group.tags).map(([key, tag]) => [key, tag.value])),
}));

/** A group's name may be any text, even the name of a property that every object has. */
function keyOf(name: string): string {
  return `group ${name}`;
}

/** Finds a group by its name. Undefined when it does not exist. */
export function findGroup(region: Region, name: string): Group | undefined {
  return region.table(groups).latest(keyOf(name));
}

/** @throws AwsError ValidationError, this service's error for a group that does not exist. */
export function requireGroup(region: Region, name: string | undefined): Group {
  const group = findGroup(region, name ?? "");
  if (group === undefined) throw groupNotFound(name ?? "");
  return group;
}

/** A group that is not being deleted. */
export function requireLivingGroup(region: Region, name: string | undefined): Group {
  const group = requireGroup(region, name);
  if (group.deleting) {
    throw new AwsError(
      "ScalingActivityInProgress",
      `AutoScalingGroup ${group.name} is pending delete`,
    );
  }
  return group;
}

/** Visible to every call at once, because this service has no lag. */
export function addGroup(region: Region, group: Group): void {
  region.table(groups).add(keyOf(group.name), group, { immediate: true });
}

/** Deleted for every call at once, because this service has no lag. */
export function removeGroup(region: Region, group: Group): void {
  region.table(groups).remove(keyOf(group.name), { immediate: true });
}

/** All groups, oldest first. */
export function allGroups(region: Region): Group[] {
  return region.table(groups).all();
}

/** For paging. */
export function orderOf(region: Region, group: Group): number {
  return region.table(groups).order(keyOf(group.name));
}

/** The group of an instance, with the instance as its member. */
export function findMember(
  region: Region,
  instanceId: string,
): { group: Group; member: Member } | undefined {
  for (const group of allGroups(region)) {
    const member = group.members.find((candidate) => candidate.instanceId === instanceId);
    if (member !== undefined) return { group, member };
  }
  return undefined;
}

/** The service's own message. Clients must distinguish it from other validation errors. */
export function groupNotFound(name: string): AwsError {
  return validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}

/** This service uses this one code for most mistakes. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
