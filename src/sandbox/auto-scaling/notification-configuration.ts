/** What a group tells a topic. */
export interface NotificationConfiguration {
  /** The topic's ARN. */
  readonly topic: string;
  readonly types: readonly NotificationType[];
}

/** DescribeAutoScalingNotificationTypes, API Reference. */
export const notificationTypes = [
  "autoscaling:EC2_INSTANCE_LAUNCH",
  "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
  "autoscaling:EC2_INSTANCE_TERMINATE",
  "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
  "autoscaling:TEST_NOTIFICATION",
] as const;

export type NotificationType = (typeof notificationTypes)[number];
