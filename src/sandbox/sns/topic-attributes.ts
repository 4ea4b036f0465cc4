import {
  GetTopicAttributes$,
  type GetTopicAttributesInput,
  SetTopicAttributes$,
  type SetTopicAttributesInput,
} from "@aws-sdk/client-sns";
import { notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { effectiveDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter } from "./errors.ts";
import { subscriptions } from "./subscriptions.ts";
import { readTopic, requireTopic, type Topic, topics } from "./topics.ts";

/** The attributes that a person can set here. */
export type TopicSettings = Partial<Pick<Topic, "displayName" | "policy">>;

/** Those that AWS has beside DisplayName and Policy (SetTopicAttributes, API Reference). */
const others =
  /^(DeliveryPolicy|TracingConfig|KmsMasterKeyId|SignatureVersion|MaximumMessageSize|FifoTopic|ArchivePolicy|ContentBasedDeduplication|FifoThroughputScope|(HTTP|Firehose|Lambda|Application|SQS)(SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn))$/;

export const getTopicAttributes = operation<GetTopicAttributesInput>(
  GetTopicAttributes$,
  ["TopicArn"],
  (region, input) => {
    const topic = readTopic(region, input.TopicArn);
    const own = region
      .table(subscriptions)
      .list()
      .filter((subscription) => subscription.topic === topic.arn);
    const confirmed = own.filter((subscription) => subscription.confirmed).length;
    return {
      Attributes: {
        Policy: topic.policy ?? defaultPolicy(region, topic.arn),
        Owner: region.account,
        SubscriptionsPending: String(own.length - confirmed),
        TopicArn: topic.arn,
        EffectiveDeliveryPolicy: effectiveDeliveryPolicy,
        SubscriptionsConfirmed: String(confirmed),
        DisplayName: topic.displayName,
        SubscriptionsDeleted: String(topic.deletedSubscriptions),
      },
    };
  },
);

export const setTopicAttributes = operation<SetTopicAttributesInput>(
  SetTopicAttributes$,
  ["TopicArn", "AttributeName", "AttributeValue"],
  (region, { TopicArn: arn, AttributeName: name = "", AttributeValue: value = "" }) => {
    const topic = requireTopic(region, arn);
    const settings = readTopicSetting(name, value);
    region.table(topics).change(topic.arn, (stored) => {
      Object.assign(stored, settings);
    });
    return {};
  },
);

/** @throws AwsError for an attribute that does not exist, or that is not modelled. */
export function readTopicSetting(name: string, value: string): TopicSettings {
  if (name === "DisplayName") {
    // "Maximum of 100 characters" (Creating an Amazon SNS topic, Developer Guide).
    if (value.length > 100) throw invalidParameter("DisplayName");
    return { displayName: value };
  }
  if (name === "Policy") return { policy: readPolicy(value) };
  if (others.test(name)) throw notModelled(`The attribute ${name} of a topic`);
  throw invalidParameter("AttributeName");
}

/** The sandbox stores access policies, but does not evaluate them. */
function readPolicy(text: string): string {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === "object" && policy !== null && "Statement" in policy) return text;
  } catch {
    throw invalidParameter("Policy Error: null");
  }
  throw invalidParameter("Policy statement must have at least one statement");
}

function defaultPolicy(region: Region, arn: string): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": region.account } },
      },
    ],
  });
}
