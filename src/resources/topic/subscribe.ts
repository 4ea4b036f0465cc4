import {
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  type Subscription,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { isAwsError } from "../../aws/errors.ts";
import { toRecord, toTagList } from "../../aws/tags.ts";
import { retryNotFound, unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { withFields } from "../shared/owned.ts";
import { shownEndpoint, withShownEndpoint } from "../shared/shown-endpoint.ts";
import {
  type LiveTopic,
  sameEndpoint,
  subscriptionChanges,
  type TopicSubscription,
  type TopicUpdate,
  usualFilter,
} from "./fields.ts";
import { DROPPED, isConfirmed, listSubscriptions, tagsOfTopic } from "./live.ts";
import { markOf, recordKeys, type SubscriberRecord, subscribersIn, tagsOfRecord } from "./marks.ts";

/**
 * Subscribes those that are missing, and ends those that are no longer defined. First it records whose they are: an
 * apply that is killed in between leaves no subscription that nobody knows.
 */
export async function changeSubscriptions({
  context,
  live,
  fields,
}: TopicUpdate): Promise<LiveTopic> {
  const arn = live.id;
  const wanted = fields.subscriptions;
  const everybodys = (await listSubscriptions(context, arn)) ?? [];
  const { missing } = subscriptionChanges(wanted, everybodys.map(endpointOf));
  const own = live.fields.subscriptions;
  const { filtered, missing: notOwn } = subscriptionChanges(wanted, own);
  const going = own.filter(
    (one) =>
      !wanted.some((other) => sameEndpoint(one, other)) &&
      everybodys.some((other) => sameEndpoint(one, endpointOf(other))),
  );
  await record(context, arn, { defined: wanted.map(markOf), left: going.map(markOf) });
  for (const each of missing) await subscribe(context, arn, each);
  // Also of one that somebody else made: it is the stack's now.
  for (const each of [...filtered, ...notOwn]) {
    await setFilter(context, subscribed(everybodys, each), each);
  }
  const ending = going.filter((each) => subscribed(everybodys, each) !== undefined);
  for (const each of ending) await unsubscribe(context, subscribed(everybodys, each));
  const pending = going.filter((each) => !ending.includes(each));
  for (const { endpoint, state } of pending) {
    if (state !== "pending") continue;
    context.report.noted(
      `${shownEndpoint(endpoint)} is no longer defined, but its subscription waits for a confirmation, and AWS cannot delete it before. ${DROPPED}`,
    );
  }
  // The same endpoint may be somebody else's later.
  if (ending.length > 0) {
    await record(context, arn, { defined: wanted.map(markOf), left: pending.map(markOf) });
  }
  return withFields(live, { ...fields, vanished: [] }, ["subscriptions", "vanished"]);
}

function endpointOf({ Protocol = "", Endpoint = "" }: Subscription): TopicSubscription {
  return { protocol: Protocol, endpoint: Endpoint, filter: null };
}

/** The ARN of a confirmed subscription. */
function subscribed(
  everybodys: readonly Subscription[],
  wanted: TopicSubscription,
): string | undefined {
  return everybodys.find((each) => isConfirmed(each) && sameEndpoint(endpointOf(each), wanted))
    ?.SubscriptionArn;
}

async function record(
  context: ResourceContext,
  ResourceArn: string,
  wanted: SubscriberRecord,
): Promise<void> {
  const client = await context.clients.sns();
  const before = toRecord(await tagsOfTopic(context, ResourceArn));
  const tags = tagsOfRecord(wanted);
  const surplus = recordKeys(before).filter((key) => !(key in tags));
  const known = tagsOfRecord(subscribersIn(before));
  if (JSON.stringify(known) !== JSON.stringify(tags)) {
    await retryNotFound(context, "the topic", () =>
      client.send(new TagResourceCommand({ ResourceArn, Tags: toTagList(tags) })),
    );
  }
  if (surplus.length === 0) return;
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: [...surplus] }));
}

/** AWS asks the endpoint to confirm it. */
async function subscribe(
  context: ResourceContext,
  TopicArn: string,
  { protocol, endpoint, filter = usualFilter(protocol) }: TopicSubscription,
): Promise<void> {
  const client = await context.clients.sns();
  const command = new SubscribeCommand({
    TopicArn,
    Protocol: protocol,
    Endpoint: endpoint,
    ReturnSubscriptionArn: true,
    ...(filter !== null && {
      Attributes: { FilterPolicyScope: filter.scope, FilterPolicy: filter.policy },
    }),
  });
  try {
    await retryNotFound(context, "the topic", () => client.send(command));
  } catch (error) {
    // AWS may repeat the endpoint in its words.
    if (isAwsError(error)) error.message = withShownEndpoint(error.message, endpoint);
    throw error;
  }
}

/** The scope first: AWS checks a policy by it. An empty policy lets everything pass. */
async function setFilter(
  context: ResourceContext,
  SubscriptionArn: string | undefined,
  { protocol, filter = usualFilter(protocol) }: TopicSubscription,
): Promise<void> {
  if (SubscriptionArn === undefined) return;
  const client = await context.clients.sns();
  const set = (AttributeName: string, AttributeValue: string) =>
    client.send(
      new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }),
    );
  if (filter !== null) await set("FilterPolicyScope", filter.scope);
  await set("FilterPolicy", filter?.policy ?? "{}");
}

async function unsubscribe(
  context: ResourceContext,
  SubscriptionArn: string | undefined,
): Promise<void> {
  const client = await context.clients.sns();
  await unlessGone(() => client.send(new UnsubscribeCommand({ SubscriptionArn })));
}
