import { DescribeScalingActivitiesCommand } from "@aws-sdk/client-auto-scaling";
import { splitEncoded } from "../../aws/denial.ts";
import type { ResourceContext } from "../shared/context.ts";

/** One launch or termination, or the attempt, as the group records it. */
export interface ScalingActivity {
  readonly id: string;
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The same; undefined while the activity is in progress. */
  readonly endedAt: number | undefined;
  readonly isLaunch: boolean;
  /** AWS's description, and its message if the activity failed. */
  readonly words: string;
  /** The reason of a refused launch. Only `sts:DecodeAuthorizationMessage` can read it. */
  readonly encoded?: string;
  /** Why the group did it, in AWS's words. */
  readonly cause?: string;
}

/** The group's last scaling activities, at most 100, those in progress first. */
export async function scalingActivities(
  context: ResourceContext,
  groupName: string,
): Promise<ScalingActivity[]> {
  const { Activities } = await context.clients.autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: groupName, MaxRecords: 100 }),
  );
  return (Activities ?? []).map((activity) => {
    const { Description: what = "", StatusMessage: why = "" } = activity;
    const { encoded } = splitEncoded(why);
    const said = why !== "" && what.includes(why) ? why : [what, why].filter(Boolean).join(": ");
    return {
      id: activity.ActivityId ?? "",
      status: activity.StatusCode ?? "",
      startedAt: activity.StartTime?.getTime() ?? 0,
      endedAt: activity.EndTime?.getTime(),
      isLaunch: /^Launching /.test(what),
      // AWS repeats the message of a failed activity in its description.
      ...(activity.Cause !== undefined && { cause: activity.Cause }),
      words: encoded === undefined ? said : said.replaceAll(encoded, "…"),
      ...(encoded !== undefined && { encoded }),
    };
  });
}

/** Enough to show what happens without filling a screen. */
const shownActivities = 5;

/** The group's last activities, for the end of an error message. */
export function activityLines(activities: readonly ScalingActivity[]): string {
  if (activities.length === 0) return "";
  const lines = activities
    .slice(0, shownActivities)
    .map(({ status, words }) => `  ${status}: ${words}`);
  return `\nlast scaling activities:\n${lines.join("\n")}`;
}
