import { ConfirmSubscription$, type ConfirmSubscriptionInput } from "@aws-sdk/client-sns";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { defineEvent, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import { invalidParameter } from "./errors.ts";
import { invite } from "./messages.ts";
import { type Subscription, subscriptions } from "./subscriptions.ts";
import { checkArn } from "./topics.ts";

/** As long as those of AWS. */
const TOKEN_DIGITS = 288;

/** Sends the confirmation message of a pending subscription, with a new token, and waits for the answer from then on. */
export function sendInvitation(region: Region, arn: string): void {
  const stored = region.table(subscriptions).latest(arn);
  if (stored === undefined) return;
  stored.token = region.random.hex(TOKEN_DIGITS);
  stored.invitedAt = region.now;
  invite(region, stored);
  region.schedule(subscriptionLapses, durations.pendingSubscription * 1000, {
    arn,
    invitedAt: region.now,
  });
}

/** Nobody has confirmed a subscription. */
export const subscriptionLapses = defineEvent<{ arn: string; invitedAt: number }>(
  "sns.subscription-lapses",
  (region, { arn, invitedAt }) => {
    const stored = region.table(subscriptions).latest(arn);
    // A later message has a later end.
    if (stored === undefined || stored.confirmed || stored.invitedAt !== invitedAt) return;
    region.table(subscriptions).remove(arn, { immediate: true });
  },
);

export const confirmSubscription = operation<ConfirmSubscriptionInput>(
  ConfirmSubscription$,
  ["TopicArn", "Token", "AuthenticateOnUnsubscribe"],
  (region, { TopicArn: topic = "", Token: token = "", AuthenticateOnUnsubscribe: flag }) => {
    checkArn(region, topic, "TopicArn");
    if (token.length !== TOKEN_DIGITS) throw new AwsError("InvalidParameter", "Invalid token");
    const found = region
      .table(subscriptions)
      .all()
      .find((subscription) => subscription.topic === topic && subscription.token === token);
    if (found === undefined) throw invalidParameter("Token");
    if (!found.confirmed) {
      if (hasExpired(region, found)) throw invalidParameter("Token");
      confirm(region, found, flag?.toLowerCase() === "true");
    }
    return { SubscriptionArn: found.arn };
  },
);

function confirm(region: Region, { arn }: Subscription, authenticated: boolean): void {
  region.table(subscriptions).change(arn, (subscription) => {
    subscription.confirmed = true;
    subscription.authenticated = authenticated;
  });
}

function hasExpired(region: Region, { invitedAt }: Subscription): boolean {
  return region.now >= invitedAt + durations.token * 1000;
}

/** A subscription that its owner has confirmed. */
export interface ConfirmedSubscription {
  readonly subscription: string;
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
}

/**
 * The owner of an address follows the links in all confirmation messages.
 *
 * @throws AwsError NotFound that names the pending ones, if there is none.
 */
export function confirmByOwner(
  regions: readonly Region[],
  endpoint: string,
): ConfirmedSubscription[] {
  const pending = regions.flatMap((region) =>
    region
      .table(subscriptions)
      .all()
      .filter(({ confirmed }) => !confirmed)
      .map((subscription) => ({ region, subscription })),
  );
  const own = pending.filter(({ subscription }) => subscription.endpoint === endpoint);
  if (own.length === 0)
    throw nothingPending(
      endpoint,
      pending.map((each) => each.subscription),
    );
  const valid = own.filter(({ region, subscription }) => !hasExpired(region, subscription));
  if (valid.length === 0) {
    throw new AwsError(
      "NotFound",
      `The confirmation message to ${endpoint} is older than two days. Subscribe again for a new one.`,
      404,
    );
  }
  return valid.map(({ region, subscription }) => {
    confirm(region, subscription, false);
    const { arn, topic, protocol } = subscription;
    return { subscription: arn, topic, protocol, endpoint };
  });
}

function nothingPending(endpoint: string, pending: readonly Subscription[]): AwsError {
  const names = [...new Set(pending.map((subscription) => subscription.endpoint))].join(", ");
  const others = names === "" ? "No subscription is." : `Pending: ${names}.`;
  return new AwsError("NotFound", `No subscription of ${endpoint} is pending. ${others}`, 404);
}
