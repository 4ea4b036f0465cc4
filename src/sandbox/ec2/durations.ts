/** How long EC2 takes for each action, in seconds. */
export const durations = {
  /** RunInstances to `running`: within seconds on Nitro, usually 10–30 s. */
  instancePending: 15,
  /** Until a launched instance has its volumes and its public address. AWS documents no number. */
  instanceAttached: 2,
  /** A reboot, until the kernel starts again. */
  instanceReboot: 10,
  /** `stopping` to `stopped` after an API request, including the guest's own shutdown. */
  instanceStopping: 30,
  /** Until EC2 notices that a guest powered itself off. */
  instancePoweredOff: 10,
  /** `shutting-down` to `terminated`. EC2 documents "within a few minutes"; half a minute is usual. */
  instanceShuttingDown: 30,
  /** A terminated instance can be described for about an hour (Amazon EC2 User Guide, "Terminate"). */
  instanceForgotten: 3600,
  /** Both status checks pass one to two minutes after launch. They run every minute. */
  statusChecks: 90,
  /**
   * EC2 posts console output shortly after a state change. On Nitro the output is also available
   * live.
   */
  consolePosted: 20,
  /**
   * CreateImage of a stopped instance to `available`: the snapshot of an 8 GiB root volume with 2 GiB in
   * use. The build of 2019 took 504 s: 240 s for hardening, the rest for the boot and this.
   */
  imageAvailable: 180,
  /**
   * From the rebalance recommendation of a Spot Instance to its interruption notice. AWS documents only that
   * it "can arrive sooner than the two-minute Spot Instance interruption notice".
   */
  spotNotice: 300,
  /** "The interruption notice is issued two minutes before" (EC2 User Guide, "Spot Instance interruption notices"). */
  spotInterruption: 120,
  /** An interface endpoint to `available`: usually one to two minutes. AWS documents no number. */
  interfaceEndpoint: 90,
  /** Until a deleted interface endpoint and its network interfaces are gone: "a few minutes". */
  interfaceEndpointDeleting: 120,
  /** A gateway endpoint is a route, which comes and goes within seconds. */
  gatewayEndpoint: 5,
  /** A NAT gateway to `available`: usually one and a half minutes. AWS documents no number. */
  natGatewayPending: 90,
  /** A NAT gateway to `failed`: people's logs show three and a half minutes. */
  natGatewayFailing: 200,
  /** `deleting` to `deleted`: usually a minute. */
  natGatewayDeleting: 60,
  /** A deleted or failed NAT gateway is listed for about an hour (Amazon VPC User Guide, "NAT gateways"). */
  natGatewayForgotten: 3600,
  /** Until a regional NAT gateway expands to a new zone: up to an hour (same guide, "Regional NAT gateways"). */
  natGatewayExpansion: 1200,
  /** A deleted or failed peering connection is visible for two hours ("VPC peering basics"). */
  peeringForgotten: 7200,
  /** An unaccepted peering connection expires after seven days (same page). */
  peeringExpiry: 604_800,
} as const;
