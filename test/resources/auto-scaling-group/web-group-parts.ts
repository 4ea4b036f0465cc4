import type {
  AutoScalingGroup,
  LifecycleHook,
  NotificationConfiguration,
  ScalingPolicy,
  ScheduledUpdateGroupAction,
} from "@aws-sdk/client-auto-scaling";
import type {
  AutoScalingGroupFields,
  LiveGroup,
} from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Answers, openStage, type Stage } from "../answers.ts";
import { group } from "./web-group.ts";

/** What AWS has of the group besides its own description. */
interface Parts {
  /** The value of the tag that records the parts. Default: the group has no such tag. */
  readonly recorded?: string;
  /** The value of the tag that records the topics, in the same way. */
  readonly recordedTopics?: string;
  readonly policies?: readonly Partial<ScalingPolicy>[];
  readonly actions?: readonly Partial<ScheduledUpdateGroupAction>[];
  readonly hooks?: readonly LifecycleHook[];
  readonly notifications?: readonly NotificationConfiguration[];
  /** Names of the alarms that exist. */
  readonly alarms?: readonly string[];
  /** Further members of the group's description. */
  readonly group?: Partial<AutoScalingGroup>;
}

/** An account with the group and these parts. AWS accepts every change of them, and shows none. */
export function openParts(parts: Parts, more: Answers = {}): Stage {
  const { policies = [], actions = [], hooks = [], notifications = [], alarms = [] } = parts;
  const tags = Object.entries({
    "reconcile:parts": parts.recorded,
    "reconcile:topics": parts.recordedTopics,
  }).flatMap(([Key, Value]) => (Value === undefined ? [] : [{ Key, Value }]));
  const found = { ...group, Tags: [...(group.Tags ?? []), ...tags], ...parts.group };
  return openStage(
    {
      "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [found] },
      "autoscaling:DescribePolicies": { ScalingPolicies: policies },
      "autoscaling:DescribeScheduledActions": { ScheduledUpdateGroupActions: actions },
      "autoscaling:DescribeLifecycleHooks": { LifecycleHooks: hooks },
      "autoscaling:DescribeNotificationConfigurations": {
        NotificationConfigurations: notifications,
      },
      "cloudwatch:DescribeAlarms": {
        MetricAlarms: alarms.map((AlarmName) => ({ AlarmName })),
      },
      "elasticloadbalancing:DescribeInstanceHealth": {
        InstanceStates: ["i-1", "i-2"].map((InstanceId) => ({ InstanceId, State: "InService" })),
      },
      "ec2:DescribeInstances": {
        Reservations: [
          {
            Instances: [
              { InstanceId: "i-1", State: { Name: "running" }, SubnetId: "subnet-a" },
              { InstanceId: "i-2", State: { Name: "running" }, SubnetId: "subnet-b" },
            ],
          },
        ],
      },
      "autoscaling:CreateOrUpdateTags": {},
      "autoscaling:DeleteTags": {},
      "autoscaling:PutScalingPolicy": {},
      "autoscaling:DeletePolicy": {},
      "autoscaling:PutScheduledUpdateGroupAction": {},
      "autoscaling:DeleteScheduledAction": {},
      "autoscaling:PutLifecycleHook": {},
      "autoscaling:DeleteLifecycleHook": {},
      "autoscaling:PutNotificationConfiguration": {},
      "autoscaling:DeleteNotificationConfiguration": {},
      "autoscaling:EnableMetricsCollection": {},
      "autoscaling:DisableMetricsCollection": {},
      "autoscaling:SuspendProcesses": {},
      "autoscaling:ResumeProcesses": {},
      "autoscaling:UpdateAutoScalingGroup": {},
      "autoscaling:CreateAutoScalingGroup": {},
      ...more,
    },
    { longer: 10 },
  );
}

/** The group as a plan finds it. */
export async function discovered({ context }: Stage): Promise<LiveGroup> {
  const [found] = await autoScalingGroup.discover(context);
  if (found === undefined) throw new Error("the group is not there");
  return found;
}

/** Updates these fields of the group as a plan finds it. */
export async function updated(
  stage: Stage,
  fields: AutoScalingGroupFields,
  changed: readonly (keyof AutoScalingGroupFields)[],
): Promise<LiveGroup> {
  return autoScalingGroup.update(stage.context, await discovered(stage), fields, changed);
}

/** Every call that changes something, in order, with what it names. */
export function writesOf({ calls, asked }: Stage): readonly string[] {
  const seen = new Map<string, number>();
  return calls
    .filter((operation) => !operation.includes(":Describe"))
    .map((operation) => {
      const index = seen.get(operation) ?? 0;
      seen.set(operation, index + 1);
      const input = asked(operation)[index] ?? {};
      const { PolicyName, ScheduledActionName, LifecycleHookName, TopicARN, Tags } = input;
      const named =
        PolicyName ?? ScheduledActionName ?? LifecycleHookName ?? TopicARN ?? (Tags && "tags");
      const verb = operation.replace("autoscaling:", "");
      return typeof named === "string" ? `${verb} ${named}` : verb;
    });
}
