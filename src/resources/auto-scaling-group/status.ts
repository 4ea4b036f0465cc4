import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import type { Problem } from "../../engine/plan-format.ts";
import type {
  RolloutStatus,
  StatusActivity,
  StatusInstance,
  StatusPart,
} from "../../engine/status-format.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sweepInstances } from "../shared/instances.ts";
import { sweepAutoScalingGroups } from "./look-ups.ts";
import { hasEnded, latestRefresh } from "./rollout.ts";
import { type ScalingActivity, scalingActivities } from "./scaling-activities.ts";
import { lookUpMembers, registeredWith } from "./servers.ts";

/** An Auto Scaling group for `status`. */
export interface GroupStatus {
  readonly name: string;
  /** The desired capacity. */
  readonly desired: number;
  /** Whether AWS is deleting it. */
  readonly isDeleting: boolean;
  readonly instances: readonly StatusInstance[];
  /** The newest instance refresh, if it is under way or failed. */
  readonly rollouts: readonly RolloutStatus[];
  /** The latest scaling activities. Read only if the group has too few servers. */
  readonly activities: readonly StatusActivity[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/**
 * The stack's groups and their instances, as the group, EC2 and the load balancer report them. Makes the same
 * calls as the sweeps of the resource types, and shares their answers if both run at the same time.
 */
export async function status(context: ResourceContext): Promise<StatusPart> {
  const [groups, machines] = await Promise.all([
    sweepAutoScalingGroups(context),
    sweepInstances(context),
  ]);
  return statusOf(await Promise.all(groups.map((group) => lookUpGroup(context, group, machines))));
}

/** What these groups mean to the stack. A group that AWS deletes counts for nothing. */
export function statusOf(groups: readonly GroupStatus[]): StatusPart {
  const standing = groups.filter(({ isDeleting }) => !isDeleting);
  const capacity = sum(standing.map(({ desired }) => desired));
  return {
    servers: {
      desired: capacity,
      inService: sum(standing.map(({ instances }) => instances.filter(isInService).length)),
    },
    instances: groups.flatMap(({ instances }) => instances),
    rollouts: groups.flatMap(({ rollouts }) => rollouts),
    activities: groups.flatMap(({ activities }) => activities),
    problems: groups.flatMap(({ problems }) => problems),
    reasons: ({ min }) => [
      ...groups
        .filter(({ isDeleting }) => isDeleting)
        .map(({ name }) => `AWS is deleting the Auto Scaling group ${name}.`),
      ...(standing.length > 0 && capacity < min ? [capacityReason(standing, capacity, min)] : []),
    ],
  };
}

function capacityReason(groups: readonly GroupStatus[], capacity: number, min: number): string {
  const names = groups.map(({ name }) => name).join(" and ");
  return `The desired capacity of the Auto Scaling group ${names} is ${capacity}, and the stack file's minimum is ${min}.`;
}

function isInService({ reason }: StatusInstance): boolean {
  return reason === undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

async function lookUpGroup(
  context: ResourceContext,
  group: AutoScalingGroup,
  machines: readonly Instance[],
): Promise<GroupStatus> {
  const name = group.AutoScalingGroupName ?? "";
  const [instances, refresh] = await Promise.all([
    lookUpMembers(context, group, machines),
    latestRefresh(context, name),
    // At the same time as the sweep of the groups, also if the group has no members.
    registeredWith(context, group),
  ]);
  const desired = group.DesiredCapacity ?? 0;
  const isShort = instances.filter(isInService).length < desired;
  return {
    name,
    desired,
    isDeleting: group.Status !== undefined,
    instances,
    rollouts: refresh === undefined || refresh.Status === "Successful" ? [] : [rolloutOf(refresh)],
    ...(isShort ? await lookUpActivities(context, name) : { activities: [], problems: [] }),
  };
}

/** Without permission to read them, an outage is shown all the same: the activities only explain it. */
async function lookUpActivities(
  context: ResourceContext,
  group: string,
): Promise<Pick<GroupStatus, "activities" | "problems">> {
  try {
    const activities = await scalingActivities(context, group);
    return { activities: activities.map(activityOf), problems: [] };
  } catch (error) {
    if (!isAwsError(error, "denied")) throw error;
    const summary = `The scaling activities of ${group} cannot be read: ${error.message}`;
    return {
      activities: [],
      problems: [{ severity: "warning", summary, remedy: error.remedy ?? "" }],
    };
  }
}

function rolloutOf(refresh: InstanceRefresh): RolloutStatus {
  const { RollbackDetails: rollback, StatusReason: reason, StartTime: start } = refresh;
  const end = refresh.EndTime ?? start ?? new Date(0);
  const reasons = [rollback?.RollbackReason, reason].filter(Boolean).join("; ");
  return {
    group: refresh.AutoScalingGroupName ?? "",
    status: refresh.Status ?? "",
    percent: refresh.PercentageComplete ?? 0,
    ...(reasons === "" ? {} : { reason: reasons }),
    ...(hasEnded(refresh) ? { endedAt: end.toISOString() } : {}),
  };
}

function activityOf({ status, words, cause, startedAt }: ScalingActivity): StatusActivity {
  return {
    at: new Date(startedAt).toISOString(),
    status,
    description: words,
    ...(cause !== undefined && { cause }),
  };
}
