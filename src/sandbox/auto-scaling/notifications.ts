import type { Region } from "../region.ts";
import { send, sendIfThere } from "../sns/messages.ts";
import { type EndedActivity, uuid } from "./activities.ts";
import { type Activity, allGroups, type Group } from "./group.ts";
import type { NotificationType } from "./notification-configuration.ts";

/** Tells a group's topics of a launch or a termination that has ended. Other activities concern no topic. */
export function notifyOfActivity(region: Region, { activity }: EndedActivity): void {
  const event = eventOf(activity);
  const group = allGroups(region).find(({ activities }) => activities.includes(activity));
  if (group === undefined || event === undefined) return;
  const text = JSON.stringify(activityText(region, group, activity, event));
  const subject = subjectOf(group, event);
  for (const { topic, types } of group.notifications ?? []) {
    if (types.includes(event)) sendIfThere(region, topic, { subject, text });
  }
}

/** A cancelled launch has failed, too: its instance never served. */
function eventOf({ description, status }: Activity): NotificationType | undefined {
  const [, verb] = /^(Launching a new|Terminating) EC2 instance/.exec(description) ?? [];
  if (verb === undefined) return undefined;
  const event = verb === "Terminating" ? "TERMINATE" : "LAUNCH";
  return `autoscaling:EC2_INSTANCE_${event}${status === "Successful" ? "" : "_ERROR"}`;
}

const words: Readonly<Record<NotificationType, string>> = {
  "autoscaling:EC2_INSTANCE_LAUNCH": "launch",
  "autoscaling:EC2_INSTANCE_LAUNCH_ERROR": "failed launch",
  "autoscaling:EC2_INSTANCE_TERMINATE": "termination",
  "autoscaling:EC2_INSTANCE_TERMINATE_ERROR": "failed termination",
  "autoscaling:TEST_NOTIFICATION": "test notification",
};

/** `Auto Scaling: launch for group "web"`, as far as a subject reaches. */
function subjectOf(group: Group, event: NotificationType): string {
  return `Auto Scaling: ${words[event]} for group "${group.name}"`.slice(0, 100);
}

/** "Amazon SNS notification options": the notification's content. AWS sends it before it ends the activity. */
function activityText(region: Region, group: Group, activity: Activity, event: NotificationType) {
  const isSuccessful = activity.status === "Successful";
  const isLaunch = event.includes("LAUNCH");
  return {
    Origin: isLaunch ? "EC2" : "AutoScalingGroup",
    Destination: isLaunch ? "AutoScalingGroup" : "EC2",
    Progress: isSuccessful ? 50 : activity.progress,
    ...sender(region, group, activity.id),
    Description: activity.description,
    EndTime: time(activity.endedAt ?? region.now),
    ActivityId: activity.id,
    StartTime: time(activity.startedAt),
    EC2InstanceId: /\bi-[0-9a-f]+\b/.exec(activity.description)?.[0] ?? "",
    StatusCode: isSuccessful ? "InProgress" : activity.status,
    StatusMessage: activity.message ?? "",
    Details: { "Subnet ID": activity.subnetId, "Availability Zone": activity.zone },
    Cause: activity.cause,
    Event: event,
  };
}

/** Every PutNotificationConfiguration sends one, whatever types it has. */
export function sendTestNotification(region: Region, group: Group, topic: string): void {
  const event = "autoscaling:TEST_NOTIFICATION";
  const text = JSON.stringify({ ...sender(region, group, uuid(region)), Event: event });
  send(region, topic, { subject: subjectOf(group, event), text });
}

function sender(region: Region, group: Group, requestId: string) {
  return {
    AccountId: region.account,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    RequestId: requestId,
    Service: "AWS Auto Scaling",
    Time: time(region.now),
  };
}

function time(at: number): string {
  return new Date(at).toISOString();
}
