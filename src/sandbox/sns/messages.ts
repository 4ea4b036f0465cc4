import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { accepts } from "./filter-match.ts";
import { newUuid } from "./identifiers.ts";
import type { MessageAttribute } from "./message-attribute.ts";
import { type Subscription, subscriptionsOf } from "./subscriptions.ts";
import { findTopic } from "./topics.ts";

/** What a topic sends. Plain JSON. */
export interface OutgoingMessage {
  readonly subject?: string | undefined;
  readonly text: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
}

/** A message that a topic has sent. Plain JSON. */
export interface SentMessage extends OutgoingMessage {
  readonly id: string;
  /** As the JSON of https subscriptions names it. */
  readonly type: "Notification" | "SubscriptionConfirmation";
  /** Sandbox milliseconds. */
  readonly at: number;
  /** The topic's ARN. */
  readonly topic: string;
  /** The confirmed subscriptions whose filter policy accepts it. */
  readonly reached: readonly Recipient[];
  /** What ConfirmSubscription takes. */
  readonly token?: string;
}

export interface Recipient {
  readonly subscription: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/** How many messages of a topic the sandbox remembers. */
const MAX_MESSAGES = 100;

/** By id. */
export const sentMessages = defineTable<SentMessage>("topic-message");

/** Sends a message to everybody who has subscribed. @returns its id. */
export function send(region: Region, topic: string, message: OutgoingMessage): string {
  const { text, attributes = {} } = message;
  const reached = subscriptionsOf(region, topic).filter(
    ({ confirmed, filterPolicy, filterPolicyScope }) =>
      confirmed && accepts(filterPolicy, filterPolicyScope, { text, attributes }),
  );
  return remember(region, topic, {
    ...message,
    type: "Notification",
    reached: reached.map(recipient),
  });
}

/** Sends a message of another service. A topic that does not exist gets none. */
export function sendIfThere(region: Region, topic: string, message: OutgoingMessage): void {
  if (findTopic(region, topic) !== undefined) send(region, topic, message);
}

/** Sends a confirmation message, as `Subscribe` does. */
export function invite(region: Region, subscription: Subscription): void {
  const { topic, token } = subscription;
  remember(region, topic, {
    type: "SubscriptionConfirmation",
    subject: "AWS Notification - Subscription Confirmation",
    text: `You have chosen to subscribe to the topic ${topic}. To confirm the subscription, visit the SubscribeURL included in this message.`,
    token,
    reached: [recipient(subscription)],
  });
}

function recipient({ arn, protocol, endpoint }: Subscription): Recipient {
  return { subscription: arn, protocol, endpoint };
}

function remember(
  region: Region,
  topic: string,
  message: Omit<SentMessage, "id" | "at" | "topic">,
): string {
  const id = newUuid(region);
  const table = region.table(sentMessages);
  table.add(id, { id, at: region.now, topic, ...message }, { immediate: true });
  for (const { id: old } of sentBy(region, topic).slice(0, -MAX_MESSAGES)) {
    table.remove(old, { immediate: true });
  }
  return id;
}

/** What topics have sent, the oldest first. With an endpoint, only what has reached it. */
export function messagesOf(region: Region, endpoint?: string): SentMessage[] {
  return region
    .table(sentMessages)
    .all()
    .filter(
      ({ reached }) =>
        endpoint === undefined || reached.some((recipient) => recipient.endpoint === endpoint),
    );
}

/** A topic is deleted, and with it what it has sent. */
export function forgetMessages(region: Region, topic: string): void {
  for (const { id } of sentBy(region, topic)) {
    region.table(sentMessages).remove(id, { immediate: true });
  }
}

function sentBy(region: Region, topic: string): SentMessage[] {
  return region
    .table(sentMessages)
    .all()
    .filter((message) => message.topic === topic);
}
