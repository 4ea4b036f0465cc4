/** How long a subscription waits for its confirmation, in seconds. */
export const durations = {
  /** "Confirmation tokens are valid for two days" (Subscribe, API Reference). */
  token: 2 * 24 * 3600,
  /**
   * Until a subscription that nobody confirms vanishes: "Amazon SNS automatically deletes unconfirmed subscriptions after
   * 48 hours" ("Deleting an Amazon SNS topic and subscription", Developer Guide).
   */
  pendingSubscription: 48 * 3600,
} as const;
