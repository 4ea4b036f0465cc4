import {
  GetSubscriptionAttributes$,
  type GetSubscriptionAttributesInput,
  ListSubscriptions$,
  ListSubscriptionsByTopic$,
  type ListSubscriptionsByTopicInput,
  type ListSubscriptionsInput,
  SetSubscriptionAttributes$,
  type SetSubscriptionAttributesInput,
  Unsubscribe$,
  type UnsubscribeInput,
} from "@aws-sdk/client-sns";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { effectiveDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter, unknownSubscription } from "./errors.ts";
import { pageOf } from "./pages.ts";
import { checkFilterQuotas } from "./subscribe.ts";
import { readSettings, setSettings } from "./subscription-settings.ts";
import {
  checkSubscriptionArn,
  requireSubscription,
  type Subscription,
  subscriptions,
} from "./subscriptions.ts";
import { findTopic, readTopic } from "./topics.ts";

/** Idempotent, except that a pending subscription cannot be deleted. */
const unsubscribe = operation<UnsubscribeInput>(
  Unsubscribe$,
  ["SubscriptionArn"],
  (region, { SubscriptionArn: arn = "" }) => {
    checkSubscriptionArn(region, arn);
    const subscription = region.table(subscriptions).latest(arn);
    if (subscription === undefined) return {};
    if (!subscription.confirmed) {
      throw invalidParameter(
        "SubscriptionArn Reason: Cannot unsubscribe a subscription that is pending confirmation",
      );
    }
    region.table(subscriptions).remove(arn);
    const topic = findTopic(region, subscription.topic);
    if (topic !== undefined) topic.deletedSubscriptions += 1;
    return {};
  },
);

const listSubscriptions = operation<ListSubscriptionsInput>(
  ListSubscriptions$,
  ["NextToken"],
  (region, input) => listed(region, region.table(subscriptions).list(), input.NextToken),
);

const listSubscriptionsByTopic = operation<ListSubscriptionsByTopicInput>(
  ListSubscriptionsByTopic$,
  ["TopicArn", "NextToken"],
  (region, input) => {
    const { arn } = readTopic(region, input.TopicArn);
    const own = region
      .table(subscriptions)
      .list()
      .filter(({ topic }) => topic === arn);
    return listed(region, own, input.NextToken);
  },
);

function listed(region: Region, found: readonly Readonly<Subscription>[], token?: string) {
  const table = region.table(subscriptions);
  const page = pageOf(region, found, ({ arn }) => table.order(arn), token);
  return {
    Subscriptions: page.items.map(({ arn, confirmed, protocol, endpoint, topic }) => ({
      SubscriptionArn: confirmed ? arn : "PendingConfirmation",
      Owner: region.account,
      Protocol: protocol,
      Endpoint: endpoint,
      TopicArn: topic,
    })),
    NextToken: page.nextToken,
  };
}

const getSubscriptionAttributes = operation<GetSubscriptionAttributesInput>(
  GetSubscriptionAttributes$,
  ["SubscriptionArn"],
  (region, { SubscriptionArn: arn = "" }) => {
    checkSubscriptionArn(region, arn);
    const subscription = region.table(subscriptions).find(arn);
    if (subscription === undefined) throw unknownSubscription();
    return { Attributes: attributesOf(region, subscription) };
  },
);

function attributesOf(
  region: Region,
  subscription: Readonly<Subscription>,
): Record<string, string> {
  const { arn, topic, protocol, endpoint, confirmed, authenticated } = subscription;
  const { filterPolicy, filterPolicyScope } = subscription;
  return {
    SubscriptionPrincipal: `arn:${region.partition}:iam::${region.account}:root`,
    Owner: region.account,
    RawMessageDelivery: "false",
    TopicArn: topic,
    Endpoint: endpoint,
    Protocol: protocol,
    PendingConfirmation: String(!confirmed),
    ConfirmationWasAuthenticated: String(authenticated),
    SubscriptionArn: arn,
    ...(protocol === "email" ? {} : { EffectiveDeliveryPolicy: httpDeliveryPolicy }),
    ...(filterPolicy === undefined
      ? {}
      : { FilterPolicy: JSON.stringify(filterPolicy), FilterPolicyScope: filterPolicyScope }),
  };
}

/** Without the level of the protocol, which topics have. */
const httpDeliveryPolicy = JSON.stringify(subscriptionPolicy(JSON.parse(effectiveDeliveryPolicy)));

function subscriptionPolicy({ http }: { readonly http: Readonly<Record<string, unknown>> }) {
  return {
    healthyRetryPolicy: http["defaultHealthyRetryPolicy"],
    sicklyRetryPolicy: null,
    throttlePolicy: null,
    requestPolicy: http["defaultRequestPolicy"],
    guaranteed: false,
  };
}

const setSubscriptionAttributes = operation<SetSubscriptionAttributesInput>(
  SetSubscriptionAttributes$,
  ["SubscriptionArn", "AttributeName", "AttributeValue"],
  (region, { SubscriptionArn: arn, AttributeName: name = "", AttributeValue: value = "" }) => {
    const stored = requireSubscription(region, arn);
    const settings = readSettings(stored, { [name]: value }, "");
    if (stored.filterPolicy === undefined && settings.filterPolicy !== undefined) {
      checkFilterQuotas(region, stored.topic);
    }
    region.table(subscriptions).change(stored.arn, (subscription) => {
      setSettings(subscription, settings);
    });
    return {};
  },
);

export const subscriptionOperations = [
  unsubscribe,
  listSubscriptions,
  listSubscriptionsByTopic,
  getSubscriptionAttributes,
  setSubscriptionAttributes,
];
