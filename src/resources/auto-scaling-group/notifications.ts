import { createHash } from "node:crypto";
import {
  type AutoScalingGroup,
  CreateOrUpdateTagsCommand,
  DeleteNotificationConfigurationCommand,
  DeleteTagsCommand,
  type NotificationConfiguration,
  PutNotificationConfigurationCommand,
  paginateDescribeNotificationConfigurations,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { everyPage } from "../../aws/paging.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { toRecord } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sameSet } from "../shared/field-rules.ts";
import type { GroupUpdate, LiveGroup } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";

/** The events that topics get: a server could not be launched, or not be terminated. */
const types: readonly string[] = [
  "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
  "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
];

/**
 * Records which topics are the stack's own wish, by a digest of each ARN. Other people's notifications of the group stay,
 * and a group without the tag costs no call.
 */
const topicsKey = "reconcile:topics" satisfies OwnTagKey;

function digestOf(topic: string): string {
  return createHash("sha256").update(topic).digest("hex").slice(0, 8);
}

/** The tag of a group that is about to be created. */
export function tagsOfNotifications(topics: readonly string[] | null): OwnTags {
  return topics === null || topics.length === 0
    ? {}
    : { [topicsKey]: topics.map(digestOf).sort().join(" ") };
}

function recorded({ Tags: tags }: AutoScalingGroup): readonly string[] {
  return (toRecord(tags)[topicsKey] ?? "").split(" ").filter((digest) => digest !== "");
}

/** Marks a topic that gets only some of the notifications, because somebody removed the others. */
const inPart = " (in part)";

/** The topics without the mark. */
export function topicsIn(notifications: readonly string[]): readonly string[] {
  return notifications.map((topic) => topic.replace(inPart, ""));
}

/** The stack's own topics that the group tells of failed launches. */
export async function lookUpNotifications(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<readonly string[]> {
  const digests = recorded(group);
  if (digests.length === 0) return [];
  const found = await describeNotifications(context, group.AutoScalingGroupName ?? "");
  const told = Map.groupBy(found, ({ TopicARN = "" }) => TopicARN);
  return [...told]
    .filter(([topic, each]) => digests.includes(digestOf(topic)) && getsSome(each))
    .map(([topic, each]) => (isComplete(each) ? topic : `${topic}${inPart}`))
    .sort();
}

/** AWS lists each type of a topic by itself. Somebody may have asked for further ones. */
function isComplete(found: readonly NotificationConfiguration[]): boolean {
  const told = typesOf(found);
  return types.every((type) => told.includes(type));
}

function getsSome(found: readonly NotificationConfiguration[]): boolean {
  const told = typesOf(found);
  return types.some((type) => told.includes(type));
}

function typesOf(found: readonly NotificationConfiguration[]): readonly string[] {
  return found.flatMap(({ NotificationType: type }) => type ?? []);
}

export async function setNotifications({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  await putNotifications(context, live.physicalName, fields.notifications);
  return live;
}

/** @param group The name of a group that may already tell some of the topics. */
export async function putNotifications(
  context: ResourceContext,
  group: string,
  topics: readonly string[],
): Promise<void> {
  const found = await lookAtGroup(context, group);
  if (found === undefined) return;
  const { autoScaling } = context.clients;
  const before = recorded(found);
  const digests = topics.map(digestOf);
  await record(context, found, [...new Set([...before, ...digests])]);
  const present = await describeNotifications(context, group);
  const told = Map.groupBy(present, ({ TopicARN = "" }) => TopicARN);
  for (const topic of topics) {
    if (isComplete(told.get(topic) ?? [])) continue;
    await put(context, group, topic, [...typesOf(told.get(topic) ?? []), ...types]);
  }
  for (const [topic, each] of told) {
    if (topics.includes(topic) || !before.includes(digestOf(topic))) continue;
    // What somebody else asked for stays.
    const others = typesOf(each).filter((type) => !types.includes(type));
    if (others.length > 0) {
      await put(context, group, topic, others);
      continue;
    }
    try {
      await autoScaling.send(
        new DeleteNotificationConfigurationCommand({
          AutoScalingGroupName: group,
          TopicARN: topic,
        }),
      );
    } catch (error) {
      if (!isAwsError(error, "not-found")) throw error;
    }
  }
  const after = await lookAtGroup(context, group);
  if (after !== undefined) await record(context, after, digests);
}

/** Overwrites which notifications the topic gets. */
async function put(
  context: ResourceContext,
  group: string,
  topic: string,
  some: readonly string[],
): Promise<void> {
  const command = new PutNotificationConfigurationCommand({
    AutoScalingGroupName: group,
    TopicARN: topic,
    NotificationTypes: [...new Set(some)],
  });
  await retry(() => context.clients.autoScaling.send(command), {
    while: ["not-found"],
    reason: "Auto Scaling does not know the new topic yet",
    deadline: consistencyDeadline,
    context,
  });
}

async function record(
  { clients }: ResourceContext,
  group: AutoScalingGroup,
  digests: readonly string[],
): Promise<void> {
  if (sameSet(recorded(group), digests)) return;
  const { AutoScalingGroupName: name = "" } = group;
  const tag = { Key: topicsKey, ResourceId: name, ResourceType: "auto-scaling-group" };
  await clients.autoScaling.send(
    digests.length === 0
      ? new DeleteTagsCommand({ Tags: [tag] })
      : new CreateOrUpdateTagsCommand({
          Tags: [{ ...tag, Value: [...digests].sort().join(" "), PropagateAtLaunch: false }],
        }),
  );
}

function describeNotifications(
  { clients }: ResourceContext,
  group: string,
): Promise<NotificationConfiguration[]> {
  return everyPage(
    paginateDescribeNotificationConfigurations(
      { client: clients.autoScaling },
      { AutoScalingGroupNames: [group], MaxRecords: 100 },
    ),
    (page) => page.NotificationConfigurations,
  );
}
