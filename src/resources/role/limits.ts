/** "IAM and AWS STS quotas": the managed policies of a role. AWS raises it on request. */
export const mostPolicies = 10;
