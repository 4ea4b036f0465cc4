/** How long Route 53 takes, in seconds: at least and at most. */
export const durations = {
  /**
   * Until all name servers answer a change. "Changes generally propagate to all Route 53 name servers within 60
   * seconds" (ChangeResourceRecordSets, Amazon Route 53 API Reference).
   */
  inSync: [20, 60],
} as const;
