import {
  DeleteNotificationConfiguration$,
  type DeleteNotificationConfigurationType,
  DescribeAutoScalingNotificationTypes$,
  DescribeNotificationConfigurations$,
  type DescribeNotificationConfigurationsType,
  PutNotificationConfiguration$,
  type PutNotificationConfigurationType,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { topics } from "../sns/topics.ts";
import { allGroups, requireGroup, requireLivingGroup, validationError } from "./group.ts";
import { pageInPlace } from "./listing.ts";
import { type NotificationType, notificationTypes } from "./notification-configuration.ts";
import { sendTestNotification } from "./notifications.ts";

/** "SNS topics per Auto Scaling group: 10" ("Quotas for Amazon EC2 Auto Scaling"). */
const MAX_TOPICS = 10;

/** "This configuration overwrites any existing configuration" of the same topic (API Reference). */
const putNotificationConfiguration = operation<PutNotificationConfigurationType>(
  PutNotificationConfiguration$,
  ["AutoScalingGroupName", "TopicARN", "NotificationTypes"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const topic = requireTopic(region, input.TopicARN ?? "");
    const types = readTypes(input.NotificationTypes ?? []);
    const others = (group.notifications ?? []).filter((other) => other.topic !== topic);
    if (others.length >= MAX_TOPICS) {
      throw new AwsError(
        "LimitExceeded",
        `You may only specify up to ${MAX_TOPICS} topics for an Auto Scaling group`,
      );
    }
    group.notifications = [...others, { topic, types }];
    sendTestNotification(region, group, topic);
    return {};
  },
);

/** The group publishes to the topic, so it must exist. */
function requireTopic(region: Region, arn: string): string {
  if (region.table(topics).use(arn) !== undefined) return arn;
  throw validationError(
    `Unable to publish notification message to the topic ${arn}: Topic does not exist`,
  );
}

function readTypes(names: readonly string[]): NotificationType[] {
  if (names.length === 0) {
    throw validationError("At least one notification type must be specified.");
  }
  return [...new Set(names)].map((name) => {
    const type = notificationTypes.find((each) => each === name);
    if (type === undefined) {
      throw validationError(`"${name}" is not a valid Notification Type.`);
    }
    return type;
  });
}

/** A row for each type. Names of groups that do not exist are ignored. */
const describeNotificationConfigurations = operation<DescribeNotificationConfigurationsType>(
  DescribeNotificationConfigurations$,
  ["AutoScalingGroupNames", "MaxRecords", "NextToken"],
  (region, input) => {
    const names = input.AutoScalingGroupNames ?? [];
    const rows = allGroups(region)
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .flatMap(({ name, notifications = [] }) =>
        notifications.flatMap(({ topic, types }) =>
          types.map((type) => ({
            AutoScalingGroupName: name,
            TopicARN: topic,
            NotificationType: type,
          })),
        ),
      );
    const page = pageInPlace(region, rows, input);
    return { NotificationConfigurations: page.items, NextToken: page.nextToken };
  },
);

const deleteNotificationConfiguration = operation<DeleteNotificationConfigurationType>(
  DeleteNotificationConfiguration$,
  ["AutoScalingGroupName", "TopicARN"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const { notifications = [] } = group;
    const rest = notifications.filter(({ topic }) => topic !== input.TopicARN);
    if (rest.length === notifications.length) {
      throw validationError(
        `Notification configuration not found for topic ${input.TopicARN} of AutoScalingGroup ${group.name}`,
      );
    }
    group.notifications = rest;
    return {};
  },
);

const describeNotificationTypes = operation<object>(
  DescribeAutoScalingNotificationTypes$,
  [],
  () => ({ AutoScalingNotificationTypes: [...notificationTypes] }),
);

export const notificationOperations = [
  putNotificationConfiguration,
  describeNotificationConfigurations,
  deleteNotificationConfiguration,
  describeNotificationTypes,
];
