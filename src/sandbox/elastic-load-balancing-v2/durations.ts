/** How long Elastic Load Balancing takes for each action, in seconds. */
export const durations = {
  /** Until a new load balancer is active. Users report two to three minutes. */
  provisioning: 150,
  /** Until the health checks of a registered target begin. */
  targetRegistration: 5,
  /**
   * A target group is in use for some seconds after its listener, rule or load balancer is deleted. AWS does
   * not document this. Its own controller for Kubernetes retries the deletion.
   */
  targetGroupRelease: 5,
} as const;
