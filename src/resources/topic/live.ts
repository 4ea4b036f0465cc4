import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
  type Tag,
} from "@aws-sdk/client-sns";
import { lookUpAccount } from "../../aws/facts.ts";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Note, TaggedObject } from "../../engine/resource.ts";
import { canonicalJson } from "../../engine/values.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { shownEndpoint } from "../shared/shown-endpoint.ts";
import { arnOfTopic } from "../shared/topic-arn.ts";
import { type LiveTopic, type TopicSubscription, usualFilter } from "./fields.ts";
import { markOf, type SubscriberRecord, subscribersIn } from "./marks.ts";

/** A stack has one topic, of the stack's name. So its ARN is known, and no list of all topics is needed. */
export async function topicArn({ clients, stack }: ResourceContext): Promise<string> {
  const [region, account] = await Promise.all([clients.region(), lookUpAccount(clients)]);
  return arnOfTopic(region, account, stack);
}

/** The stack's topic. Undefined if it does not exist, or belongs to somebody else. */
export async function lookAtTopic(context: ResourceContext): Promise<LiveTopic | undefined> {
  const arn = await topicArn(context);
  const [attributes, tagList, found] = await Promise.all([
    topicAttributes(context, arn),
    tagsOfTopic(context, arn),
    listSubscriptions(context, arn),
  ]);
  const address = addressIn(tagList, context.stack, "topic");
  if (address === undefined || attributes === undefined || found === undefined) return undefined;
  const record = subscribersIn(toRecord(tagList));
  const subscriptions = await ownSubscriptions(context, found, record);
  const present = new Set(subscriptions.map(markOf));
  const notes = notesOf(subscriptions);
  const others = othersAmong(found, record);
  return {
    id: arn,
    address,
    physicalName: context.stack,
    status: "ready",
    // AWS does not report it.
    createdAt: 0,
    fields: {
      displayName: attributes["DisplayName"] ?? "",
      subscriptions,
      vanished: record.defined.filter((mark) => !present.has(mark)).sort(),
      tags: userTagsOf(tagList),
    },
    outputs: { arn },
    uses: [],
    ...(notes.length > 0 && { notes }),
    ...(others.length > 0 && { others }),
  };
}

/** Only a topic of the stack's name can be the stack's. */
export async function taggedTopics(context: ResourceContext): Promise<readonly TaggedObject[]> {
  const id = await topicArn(context);
  const tags = await tagsOfTopic(context, id);
  return tags === undefined ? [] : [{ id, tags: toRecord(tags) }];
}

/** Undefined if the topic does not exist, or no longer. */
export async function topicAttributes(
  context: ResourceContext,
  TopicArn: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const client = await context.clients.sns();
  const command = new GetTopicAttributesCommand({ TopicArn });
  const answer = await unlessGone(() => client.send(command));
  return answer && (answer.Attributes ?? {});
}

/** Undefined if the topic does not exist, or no longer. */
export async function tagsOfTopic(
  context: ResourceContext,
  ResourceArn: string,
): Promise<readonly Tag[] | undefined> {
  return lookUpTags(await context.clients.sns(), ResourceArn);
}

/** Shared, because a status looks for the topic and for strays at the same time. */
const lookUpTags = sharedLookUp(async (client: SNSClient, ResourceArn: string) => {
  const command = new ListTagsForResourceCommand({ ResourceArn });
  const answer = await unlessGone(() => client.send(command));
  return answer && (answer.Tags ?? []);
});

/**
 * Everybody's subscriptions of the topic, without those that AWS still lists as deleted for some days. Undefined if the
 * topic does not exist.
 */
export async function listSubscriptions(
  context: ResourceContext,
  TopicArn: string,
): Promise<readonly Subscription[] | undefined> {
  const client = await context.clients.sns();
  const found = await unlessGone(() =>
    everyPage(
      paginateListSubscriptionsByTopic({ client }, { TopicArn }),
      (page) => page.Subscriptions,
    ),
  );
  return found?.filter(({ SubscriptionArn }) => SubscriptionArn !== "Deleted");
}

/** A pending subscription has words in the place of its ARN ("ListSubscriptionsByTopic"). */
export function isConfirmed({ SubscriptionArn: arn = "" }: Subscription): boolean {
  return arn.startsWith("arn:");
}

/** The endpoints of those that other people have confirmed. */
function othersAmong(
  found: readonly Subscription[],
  { defined, left }: SubscriberRecord,
): readonly string[] {
  return found
    .filter((each) => {
      const mark = markOfSubscription(each);
      return isConfirmed(each) && !defined.includes(mark) && !left.includes(mark);
    })
    .map(({ Endpoint = "" }) => shownEndpoint(Endpoint))
    .sort();
}

function markOfSubscription({ Protocol = "", Endpoint = "" }: Subscription): string {
  return markOf({ protocol: Protocol, endpoint: Endpoint });
}

/** Those of the subscriptions that the record names. */
async function ownSubscriptions(
  context: ResourceContext,
  found: readonly Subscription[],
  { defined, left }: SubscriberRecord,
): Promise<readonly TopicSubscription[]> {
  const own = await Promise.all(
    found.map(async (each): Promise<TopicSubscription | undefined> => {
      const { Protocol: protocol = "", Endpoint: endpoint = "" } = each;
      const mark = markOfSubscription(each);
      if (!defined.includes(mark) && !left.includes(mark)) return undefined;
      if (isConfirmed(each)) return { protocol, endpoint, filter: await filterOf(context, each) };
      // AWS shows no filter of it. It is the one with which it was made.
      const filter = usualFilter(protocol);
      return { protocol, endpoint, filter, state: defined.includes(mark) ? "pending" : "left" };
    }),
  );
  return own.filter((each) => each !== undefined).toSorted(byEndpoint);
}

function byEndpoint(one: TopicSubscription, other: TopicSubscription): number {
  if (one.endpoint === other.endpoint) return 0;
  return one.endpoint < other.endpoint ? -1 : 1;
}

async function filterOf(
  context: ResourceContext,
  { SubscriptionArn }: Subscription,
): Promise<NonNullable<TopicSubscription["filter"]> | null> {
  const client = await context.clients.sns();
  const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
  const { FilterPolicy: policy = "", FilterPolicyScope: scope = "MessageAttributes" } =
    (await unlessGone(() => client.send(command)))?.Attributes ?? {};
  return policy === "" || policy === "{}" ? null : { scope, policy: inOneForm(policy) };
}

/** AWS may answer it with other spaces and in another order. */
function inOneForm(json: string): string {
  try {
    return canonicalJson(JSON.parse(json));
  } catch {
    return json;
  }
}

function notesOf(subscriptions: readonly TopicSubscription[]): readonly Note[] {
  return subscriptions.flatMap(({ protocol, endpoint, state }): Note[] => {
    const shown = shownEndpoint(endpoint);
    if (state === "left") {
      return [
        {
          summary: `the subscription of ${shown} is no longer defined, and waits for its confirmation. AWS cannot delete it before`,
          remedy: `Nothing is to do. ${DROPPED}`,
        },
      ];
    }
    if (state !== "pending") return [];
    return [
      {
        summary:
          protocol === "https"
            ? `${shown} must confirm its subscription: the endpoint receives a request with a SubscribeURL. Until then, no alarms or launches arrive there`
            : `${shown} must confirm its subscription by mail. Until then, nothing arrives there`,
        remedy: `${howToConfirm[protocol] ?? ""} ${DROPPED} Each apply after that subscribes again, until somebody confirms or the entry is removed from the stack file.`,
      },
    ];
  });
}

/** What somebody has to do, by the protocol. */
export const howToConfirm: Readonly<Record<string, string>> = {
  email: 'Open the link in the mail of "AWS Notifications".',
  https: "Let the endpoint open the SubscribeURL of the request, or open it yourself.",
};

/** "Amazon SNS automatically deletes unconfirmed subscriptions after 48 hours" ("Deleting an Amazon SNS topic and subscription", Developer Guide). */
export const DROPPED = "AWS drops a subscription that nobody confirms, after 48 hours.";
