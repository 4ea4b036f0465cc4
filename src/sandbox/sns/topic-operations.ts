import {
  CreateTopic$,
  type CreateTopicInput,
  DeleteTopic$,
  type DeleteTopicInput,
  ListTopics$,
  type ListTopicsInput,
} from "@aws-sdk/client-sns";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { invalidParameter } from "./errors.ts";
import { forgetMessages } from "./messages.ts";
import { pageOf } from "./pages.ts";
import { checkQuota, topicQuota } from "./quotas.ts";
import { subscriptions, subscriptionsOf } from "./subscriptions.ts";
import { mergedTags } from "./tags.ts";
import { readTopicSetting, type TopicSettings } from "./topic-attributes.ts";
import { checkArn, findTopic, type Topic, topicArn, topics } from "./topics.ts";

/** "This action is idempotent, so if the requester already owns a topic with the specified name, that topic's ARN is returned." */
const createTopic = operation<CreateTopicInput>(
  CreateTopic$,
  ["Name", "Attributes", "Tags"],
  (region, { Name: name = "", Attributes: attributes = {}, Tags: added }) => {
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter("Topic Name");
    const settings = readSettings(attributes);
    const tags = mergedTags({}, added);
    const arn = topicArn(region, name);
    const present = findTopic(region, arn);
    if (present === undefined) {
      checkQuota(region, topicQuota, region.table(topics).all().length, "TopicLimitExceeded");
      const defaults = { displayName: "", deletedSubscriptions: 0 };
      region.table(topics).add(arn, { arn, name, ...defaults, ...settings, tags });
    } else {
      checkSame(present, settings, tags);
    }
    return { TopicArn: arn };
  },
);

/** FifoTopic "false" says only that it is a standard topic. */
function readSettings(attributes: Readonly<Record<string, string>>): TopicSettings {
  const settings = Object.entries(attributes)
    .filter(([name, value]) => name !== "FifoTopic" || value !== "false")
    .map(([name, value]) => readTopicSetting(name, value));
  return Object.assign({}, ...settings);
}

/** A request need not repeat everything that the topic has, but must not contradict it. */
function checkSame(
  topic: Topic,
  settings: TopicSettings,
  tags: Readonly<Record<string, string>>,
): void {
  const { displayName = topic.displayName, policy = topic.policy } = settings;
  if (displayName !== topic.displayName || policy !== topic.policy) {
    throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
  }
  if (Object.entries(tags).some(([key, value]) => topic.tags[key] !== value)) {
    throw invalidParameter("Tags Reason: Topic already exists with different tags");
  }
}

/** "Deletes a topic and all its subscriptions. […] This action is idempotent" (API Reference). */
const deleteTopic = operation<DeleteTopicInput>(
  DeleteTopic$,
  ["TopicArn"],
  (region, { TopicArn: arn = "" }) => {
    checkArn(region, arn, "TopicArn");
    removeTopic(region, arn);
    return {};
  },
);

function removeTopic(region: Region, arn: string): void {
  for (const subscription of subscriptionsOf(region, arn)) {
    region.table(subscriptions).remove(subscription.arn);
  }
  forgetMessages(region, arn);
  region.table(topics).remove(arn);
}

const listTopics = operation<ListTopicsInput>(ListTopics$, ["NextToken"], (region, input) => {
  const table = region.table(topics);
  const page = pageOf(region, table.list(), ({ arn }) => table.order(arn), input.NextToken);
  return { Topics: page.items.map(({ arn }) => ({ TopicArn: arn })), NextToken: page.nextToken };
});

export const topicOperations = [createTopic, deleteTopic, listTopics];
