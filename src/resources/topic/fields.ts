import { type Desired, type DesiredFields, isRef, type Live } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";

export interface TopicFields {
  /** What mails from the topic have as their sender's name. */
  readonly displayName: string;
  /** The stack's own subscriptions. A set. */
  readonly subscriptions: readonly TopicSubscription[];
  /** Marks of subscriptions that the stack made and that no longer exist. No stack file defines any. */
  readonly vanished?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** AWS identifies a subscription by its topic, its protocol and its endpoint. */
export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** Which messages it gets. Null: all. Default: the usual ones of the protocol. */
  readonly filter?: SubscriptionFilter | null;
  /**
   * Absent: confirmed. `pending`: nobody has confirmed it, and AWS does not show its filter. `left`: pending, too, but no
   * longer defined. AWS cannot delete it, and drops it by itself.
   */
  readonly state?: "pending" | "left";
}

interface SubscriptionFilter {
  readonly scope: string;
  /** JSON. */
  readonly policy: string;
}

export interface TopicOutputs {
  readonly arn: string;
}

export interface LiveTopic extends Live<TopicFields, TopicOutputs> {
  /** The endpoints of other people's confirmed subscriptions, as people may read them. Sorted. */
  readonly others?: readonly string[];
}

export type TopicUpdate = UpdateInput<TopicFields, TopicOutputs, ResourceContext>;

/**
 * A URL gets what AWS publishes, such as alarms, but not the outcomes of applies, which are plain text: it gets those in a
 * signed request of its own.
 *
 * The filter is on the message's body, because `{"exists": false}` on attributes never matches a message without any
 * attributes, as those of AWS are ("Key matching", Amazon SNS Developer Guide). A body that is no JSON never matches.
 */
export function usualFilter(protocol: string): SubscriptionFilter | null {
  return protocol === "https"
    ? { scope: "MessageBody", policy: '{"reconcile":[{"exists":false}]}' }
    : null;
}

/** With what no stack file says. */
export function normalTopic(fields: DesiredFields<TopicFields>): DesiredFields<TopicFields> {
  const { subscriptions, vanished = [] } = fields;
  return {
    ...fields,
    vanished,
    subscriptions: isRef(subscriptions) ? subscriptions : subscriptions.map(withFilter),
  };
}

/** Nothing of a subscription is a reference. */
function withFilter(one: Desired<TopicSubscription>): Desired<TopicSubscription> {
  if (isRef(one) || one.filter !== undefined) return one;
  return { ...one, filter: usualFilter(String(one.protocol)) };
}

export function sameEndpoint(one: TopicSubscription, other: TopicSubscription): boolean {
  return one.protocol === other.protocol && one.endpoint === other.endpoint;
}

/** Whether the subscriptions are as defined, or will be when somebody confirms them. */
export function sameSubscriptions(
  wanted: readonly TopicSubscription[],
  live: readonly TopicSubscription[],
): boolean {
  const { missing, filtered, removed } = subscriptionChanges(wanted, live);
  const isBack = ({ state }: TopicSubscription) => state === "left";
  const returned = live.filter(
    (each) => isBack(each) && wanted.some((one) => sameEndpoint(one, each)),
  );
  return [missing, filtered, removed, returned].every(({ length }) => length === 0);
}

/** What makes the live subscriptions those that are wanted. */
export function subscriptionChanges(
  wanted: readonly TopicSubscription[],
  live: readonly TopicSubscription[],
) {
  const liveOf = (one: TopicSubscription) => live.find((other) => sameEndpoint(one, other));
  return {
    missing: wanted.filter((one) => liveOf(one) === undefined),
    filtered: wanted.filter((one) => {
      const present = liveOf(one);
      return (
        present !== undefined &&
        present.state === undefined &&
        !sameValue(present.filter, one.filter)
      );
    }),
    removed: live.filter(
      (one) => one.state !== "left" && !wanted.some((other) => sameEndpoint(one, other)),
    ),
  };
}
