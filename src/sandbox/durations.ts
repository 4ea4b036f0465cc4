import { guestDurations } from "./guest/durations.ts";

/**
 * How long AWS takes for each action, in seconds. One table, so that a critical path can be computed
 * from it.
 */
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
  /** Durations inside an instance, from the start of its kernel. */
  guest: guestDurations,

  /** A load balancer begins its health checks some seconds after an instance's registration. */
  loadBalancerRegistration: 5,
  /** The sandbox has no requests in flight, so draining ends at its first check, or at its timeout. */
  connectionDraining: 10,
  /**
   * AWS releases the network interfaces of a deleted load balancer "within a few minutes". They keep its
   * security groups in use. Users report one to five minutes.
   */
  loadBalancerInterfaceRelease: 120,

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
