/** How long EC2 Auto Scaling takes for each action, in seconds. */
export const durations = {
  /** An Auto Scaling group acts on a request within seconds. */
  groupReaction: 5,
  /**
   * Until a group notices instances that somebody stopped or terminated. AWS says "a few minutes"
   * at most.
   */
  groupDiscovery: 30,
  /**
   * The delay of the first retry after a failed launch. It doubles up to the longest. AWS documents
   * no numbers.
   */
  groupLaunchRetry: 15,
  groupLaunchRetryLongest: 300,
  /**
   * "Amazon EC2 Auto Scaling keeps retrying for an hour" (User Guide, instance refresh, "One-hour
   * timeout").
   */
  instanceRefreshStall: 3600,
} as const;
