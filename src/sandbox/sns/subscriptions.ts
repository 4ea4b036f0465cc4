import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { invalidParameter, unknownSubscription } from "./errors.ts";
import type { FilterPolicy, FilterPolicyScope } from "./filter-policy.ts";
import { checkArn } from "./topics.ts";

export type Protocol = "email" | "http" | "https";

/** A subscription, as the sandbox stores it. Times are sandbox milliseconds. */
export interface Subscription {
  readonly arn: string;
  readonly topic: string;
  readonly protocol: Protocol;
  /** An email address or a URL. */
  readonly endpoint: string;
  /** What the last confirmation message has. */
  token: string;
  /** When that message was sent. */
  invitedAt: number;
  confirmed: boolean;
  /** Whether ConfirmSubscription asked for it, so that only its owner can unsubscribe. */
  authenticated: boolean;
  filterPolicy?: FilterPolicy;
  filterPolicyScope: FilterPolicyScope;
}

/** By ARN. */
export const subscriptions = defineTable<Subscription>(
  "subscription",
  ({ arn, endpoint, confirmed }) => ({
    id: arn,
    name: endpoint,
    ...(confirmed ? {} : { state: "PendingConfirmation" }),
    tags: {},
  }),
);

/** The real subscriptions of a topic. */
export function subscriptionsOf(region: Region, topic: string): Subscription[] {
  return region
    .table(subscriptions)
    .all()
    .filter((subscription) => subscription.topic === topic);
}

/** The subscription that a request names. @throws AwsError InvalidParameter, NotFound. */
export function requireSubscription(region: Region, arn = ""): Subscription {
  checkSubscriptionArn(region, arn);
  const subscription = region.table(subscriptions).use(arn);
  if (subscription === undefined) throw unknownSubscription();
  return subscription;
}

/** @throws AwsError InvalidParameter. */
export function checkSubscriptionArn(region: Region, arn: string): void {
  if (arn === "") {
    throw invalidParameter("SubscriptionArn Reason: no value for required parameter");
  }
  checkArn(region, arn, "SubscriptionArn");
  if (arn.split(":").length !== 7) throw invalidParameter("SubscriptionId");
}
