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
  /**
   * Until target tracking scales in after a change of capacity. AWS documents no number, only that it scales
   * in "more gradually". After five minutes, also the metrics of basic monitoring show the change.
   */
  scaleInPause: 300,
  /** "the action might be delayed for up to two minutes" (User Guide, scheduled scaling). */
  scheduledActionLateness: [0, 120],
} as const;
