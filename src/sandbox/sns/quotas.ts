import { AwsError } from "../error.ts";
import type { Quota, Region } from "../region.ts";

/** "Amazon SNS endpoints and quotas", AWS General Reference. They are per account and region. */
export const topicQuota: Quota = { name: "topics", usual: 100_000 };
export const subscriptionQuota: Quota = { name: "subscriptions per topic", usual: 12_500_000 };
export const pendingQuota: Quota = { name: "pending subscriptions", usual: 5_000 };
export const topicFilterQuota: Quota = { name: "filter policies per topic", usual: 200 };
export const filterQuota: Quota = { name: "filter policies", usual: 10_000 };

/** @throws AwsError if there is no place for one more. */
export function checkQuota(
  region: Region,
  quota: Quota,
  count: number,
  code: "TopicLimitExceeded" | "SubscriptionLimitExceeded" | "FilterPolicyLimitExceeded",
): void {
  const limit = region.quota(quota);
  if (count >= limit)
    throw new AwsError(code, `The limit of ${limit} ${quota.name} is reached.`, 403);
}
