import {
  CreateTopicCommand,
  DeleteTopicCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { retry } from "../../aws/retry.ts";
import { ownTags, sendTagChanges, tagChanges } from "../../aws/tags.ts";
import type { Target } from "../../engine/resource.ts";
import { adopt, retryNotFound, unlessGone, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity, withFields } from "../shared/owned.ts";
import { shownEndpoint } from "../shared/shown-endpoint.ts";
import {
  type LiveTopic,
  sameEndpoint,
  type TopicFields,
  type TopicSubscription,
  type TopicUpdate,
} from "./fields.ts";
import { DROPPED, howToConfirm, lookAtTopic, topicArn, topicAttributes } from "./live.ts";

/**
 * CreateTopic answers a topic of the same name, whoever it belongs to: so one that exists is looked at first.
 *
 * @throws OutsideError if the topic of that name does not belong to this stack.
 */
export async function createTopic(
  context: ResourceContext,
  target: Target,
  { displayName, tags }: TopicFields,
): Promise<LiveTopic> {
  const { physicalName: Name } = target;
  const what = `the topic ${Name}`;
  const look = () => lookAtTopic(context);
  if ((await topicAttributes(context, await topicArn(context))) !== undefined) {
    return adopt(context, what, look, undefined);
  }
  const client = await context.clients.sns();
  const command = new CreateTopicCommand({
    Name,
    Attributes: { DisplayName: displayName },
    Tags: ownTags(identity(context, target), tags),
  });
  await retry(() => client.send(command), {
    // Another apply creates it, or AWS is still deleting one of that name.
    while: ["in-progress"],
    reason: `${what} is being changed`,
    deadline: busyDeadline,
    context,
  });
  return untilSeen(context, what, look);
}

export async function changeDisplayName({
  context,
  live,
  fields,
}: TopicUpdate): Promise<LiveTopic> {
  const client = await context.clients.sns();
  await client.send(
    new SetTopicAttributesCommand({
      TopicArn: live.id,
      AttributeName: "DisplayName",
      AttributeValue: fields.displayName,
    }),
  );
  return withFields(live, fields, ["displayName"]);
}

export async function changeTopicTags({ context, live, fields }: TopicUpdate): Promise<LiveTopic> {
  const client = await context.clients.sns();
  const ResourceArn = live.id;
  await sendTagChanges(tagChanges(live.fields.tags, fields.tags), {
    remove: (keys) =>
      retryNotFound(context, "the topic", () =>
        client.send(new UntagResourceCommand({ ResourceArn, TagKeys: keys.map(({ Key }) => Key) })),
      ),
    set: (Tags) =>
      retryNotFound(context, "the topic", () =>
        client.send(new TagResourceCommand({ ResourceArn, Tags })),
      ),
  });
  return withFields(live, fields, ["tags"]);
}

/** Says who has to confirm a subscription that is new. The step itself is done. */
export function reportPending(
  context: ResourceContext,
  before: readonly TopicSubscription[],
  { address, fields: { subscriptions } }: LiveTopic,
): void {
  const isNew = (one: TopicSubscription) => !before.some((other) => sameEndpoint(one, other));
  for (const each of subscriptions.filter(({ state }) => state === "pending").filter(isNew)) {
    const { protocol, endpoint } = each;
    context.report.awaits({
      address,
      waitsFor:
        protocol === "https"
          ? `${shownEndpoint(endpoint)} to confirm its subscription. AWS has sent it a request with a SubscribeURL`
          : `${shownEndpoint(endpoint)} to confirm its subscription. AWS has sent a mail with a link`,
      remedy: `${howToConfirm[protocol] ?? ""} Until then, nothing arrives there. ${DROPPED}`,
      applyAgain: false,
    });
  }
}

/** Its confirmed subscriptions are deleted with it. */
export async function deleteTopic(
  context: ResourceContext,
  { id: TopicArn, physicalName, fields }: LiveTopic,
): Promise<void> {
  const client = await context.clients.sns();
  await unlessGone(() =>
    retry(() => client.send(new DeleteTopicCommand({ TopicArn })), {
      while: ["in-progress"],
      reason: "the topic is being changed",
      deadline: busyDeadline,
      context,
    }),
  );
  await untilGone(context, `the topic ${physicalName}`, async () =>
    (await topicAttributes(context, TopicArn)) === undefined ? undefined : "AWS still shows it",
  );
  for (const { endpoint, state } of fields.subscriptions) {
    if (state === undefined) continue;
    context.report.noted(
      `${shownEndpoint(endpoint)} has not confirmed its subscription, which vanishes by itself. ${DROPPED}`,
    );
  }
}

const busyDeadline = 2 * 60_000;
