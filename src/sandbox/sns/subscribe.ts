import { Subscribe$, type SubscribeInput } from "@aws-sdk/client-sns";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { sendInvitation } from "./confirmation.ts";
import { checkEndpoint, readProtocol } from "./endpoints.ts";
import { invalidParameter } from "./errors.ts";
import { newUuid } from "./identifiers.ts";
import {
  checkQuota,
  filterQuota,
  pendingQuota,
  subscriptionQuota,
  topicFilterQuota,
} from "./quotas.ts";
import { readSettings, type SubscriptionSettings, setSettings } from "./subscription-settings.ts";
import { type Subscription, subscriptions, subscriptionsOf } from "./subscriptions.ts";
import { requireTopic } from "./topics.ts";

const WHERE = "Attributes Reason: ";

const defaults: SubscriptionSettings = { filterPolicyScope: "MessageAttributes" };

/**
 * A subscription is identified by its topic, protocol and endpoint. One that is pending gets its confirmation message
 * again.
 */
export const subscribe = operation<SubscribeInput>(
  Subscribe$,
  ["TopicArn", "Protocol", "Endpoint", "Attributes", "ReturnSubscriptionArn"],
  (region, input) => {
    const protocol = readProtocol(input.Protocol ?? "");
    const endpoint = input.Endpoint ?? "";
    const topic = requireTopic(region, input.TopicArn);
    checkEndpoint(protocol, endpoint);
    const settings = readSettings(defaults, input.Attributes ?? {}, WHERE);
    const present = subscriptionsOf(region, topic.arn).find(
      (other) => other.protocol === protocol && other.endpoint === endpoint,
    );
    if (present !== undefined) checkSame(present, settings, input.Attributes ?? {});
    const subscription =
      present ?? addSubscription(region, { topic: topic.arn, protocol, endpoint }, settings);
    if (!subscription.confirmed) sendInvitation(region, subscription.arn);
    const isSaid = subscription.confirmed || input.ReturnSubscriptionArn === true;
    return { SubscriptionArn: isSaid ? subscription.arn : "pending confirmation" };
  },
);

/** A request need not repeat all attributes, but must not contradict them. */
function checkSame(
  present: Subscription,
  settings: SubscriptionSettings,
  given: Readonly<Record<string, string>>,
): void {
  const isSame =
    (given["FilterPolicy"] === undefined ||
      JSON.stringify(settings.filterPolicy) === JSON.stringify(present.filterPolicy)) &&
    (given["FilterPolicyScope"] === undefined ||
      settings.filterPolicyScope === present.filterPolicyScope);
  if (isSame) return;
  throw invalidParameter(`${WHERE}Subscription already exists with different attributes`);
}

function addSubscription(
  region: Region,
  identity: Pick<Subscription, "topic" | "protocol" | "endpoint">,
  settings: SubscriptionSettings,
): Subscription {
  const table = region.table(subscriptions);
  const own = subscriptionsOf(region, identity.topic);
  const pending = table.all().filter(({ confirmed }) => !confirmed);
  checkQuota(region, subscriptionQuota, own.length, "SubscriptionLimitExceeded");
  checkQuota(region, pendingQuota, pending.length, "SubscriptionLimitExceeded");
  if (settings.filterPolicy !== undefined) checkFilterQuotas(region, identity.topic);
  const arn = `${identity.topic}:${newUuid(region)}`;
  const subscription: Subscription = {
    arn,
    ...identity,
    // Its confirmation message sets it.
    token: "",
    invitedAt: region.now,
    confirmed: false,
    authenticated: false,
    filterPolicyScope: settings.filterPolicyScope,
  };
  setSettings(subscription, settings);
  return table.add(arn, subscription);
}

/** @throws AwsError FilterPolicyLimitExceeded if one more policy is too many. */
export function checkFilterQuotas(region: Region, topic: string): void {
  const filtering = region
    .table(subscriptions)
    .all()
    .filter(({ filterPolicy }) => filterPolicy !== undefined);
  const own = filtering.filter((subscription) => subscription.topic === topic);
  checkQuota(region, topicFilterQuota, own.length, "FilterPolicyLimitExceeded");
  checkQuota(region, filterQuota, filtering.length, "FilterPolicyLimitExceeded");
}
