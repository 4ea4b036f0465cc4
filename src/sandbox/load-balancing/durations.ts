/** How long Elastic Load Balancing takes for each action, in seconds. */
export const durations = {
  /** A load balancer begins its health checks some seconds after an instance's registration. */
  loadBalancerRegistration: 5,
  /** The sandbox has no requests in flight, so draining ends at its first check, or at its timeout. */
  connectionDraining: 10,
  /**
   * AWS releases the network interfaces of a deleted load balancer "within a few minutes". They keep its
   * security groups in use. Users report one to five minutes.
   */
  loadBalancerInterfaceRelease: 120,
} as const;
