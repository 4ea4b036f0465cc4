import {
  type Activity as ActivityAnswer,
  DescribeScalingActivities$,
  type DescribeScalingActivitiesType,
} from "@aws-sdk/client-auto-scaling";
import { operation } from "../operation.ts";
import { defineSignal, type Region } from "../region.ts";
import { type Activity, allGroups, type Group, requireGroup } from "./group.ts";
import { pageInPlace } from "./listing.ts";

/**
 * Activities in progress come first, then the others, newest first. AWS keeps activities for six
 * weeks.
 */
export const describeScalingActivities = operation<DescribeScalingActivitiesType>(
  DescribeScalingActivities$,
  ["AutoScalingGroupName", "ActivityIds", "MaxRecords", "NextToken"],
  (region, input) => {
    const of =
      input.AutoScalingGroupName === undefined
        ? allGroups(region)
        : [requireGroup(region, input.AutoScalingGroupName)];
    const wanted = input.ActivityIds;
    const rows = of
      .flatMap((group) => group.activities.toReversed().map((activity) => ({ group, activity })))
      .filter(({ activity }) => wanted === undefined || wanted.includes(activity.id))
      .sort(
        (one, other) =>
          Number(one.activity.endedAt !== undefined) -
            Number(other.activity.endedAt !== undefined) ||
          other.activity.startedAt - one.activity.startedAt,
      );
    const page = pageInPlace(region, rows, input);
    return {
      Activities: page.items.map(({ group, activity }) => describeActivity(group, activity)),
      NextToken: page.nextToken,
    };
  },
);

/** As DescribeScalingActivities answers it. */
export function describeActivity(group: Group, activity: Activity): ActivityAnswer {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(group.deleting ? { AutoScalingGroupState: "Deleted" } : {}),
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    ...(activity.endedAt === undefined ? {} : { EndTime: new Date(activity.endedAt) }),
    StatusCode: activity.status,
    ...(activity.message === undefined ? {} : { StatusMessage: activity.message }),
    Progress: activity.progress,
    Details: JSON.stringify({
      "Subnet ID": activity.subnetId,
      "Availability Zone": activity.zone,
    }),
  };
}

/** How long AWS lists an activity ("past six weeks"), and how many activities this sandbox stores. */
const KEPT_MILLISECONDS = 42 * 24 * 3600 * 1000;
const KEPT_COUNT = 200;

/** Adds an activity to the group, and drops those that AWS would not list any more. */
export function beginActivity(
  region: Region,
  group: Group,
  description: string,
  cause: string,
  place: { readonly zone: string; readonly subnetId: string },
): Activity {
  const activity: Activity = {
    id: uuid(region),
    description,
    cause,
    startedAt: region.now,
    endedAt: undefined,
    status: "InProgress",
    message: undefined,
    progress: 0,
    ...place,
  };
  group.activities = [
    ...group.activities
      .filter((old) => old.endedAt === undefined || old.endedAt > region.now - KEPT_MILLISECONDS)
      .slice(-KEPT_COUNT),
    activity,
  ];
  return activity;
}

/** The subject of `activityEnded`. */
export interface EndedActivity {
  readonly activity: Activity;
}

/** An activity has ended, and its status says how. */
export const activityEnded = defineSignal<EndedActivity>("an activity ended");

/** Ends the activity now, with the message of a failure. */
export function endActivity(
  region: Region,
  activity: Activity,
  status: "Successful" | "Failed" | "Cancelled",
  message?: string,
): void {
  activity.status = status;
  activity.message = message;
  activity.endedAt = region.now;
  activity.progress = 100;
  region.signal(activityEnded, { activity });
}

/** Finds an activity by its id. */
export function findActivity(group: Group, id: string): Activity | undefined {
  return group.activities.find((activity) => activity.id === id);
}

/** The time in the form of an activity's cause. */
export function causeTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** An id in the service's format, from the seeded generator. */
export function uuid(region: Region): string {
  const digits = region.random.hex(32);
  return [8, 4, 4, 4, 12]
    .map((length, index, all) => {
      const start = all.slice(0, index).reduce((sum, size) => sum + size, 0);
      return digits.slice(start, start + length);
    })
    .join("-");
}
