import { guestDurations } from "./guest/durations.ts";

/**
 * How long AWS takes for what it does, in seconds of its own time. One table, so that a critical
 * path can be computed from it.
 */
export const durations = {
  /** RunInstances to `running`: EC2 reports it within seconds on Nitro, 10–30 s as a rule. */
  instancePending: 15,
  /** Until a launched instance has its volumes and its public address; AWS gives no number. */
  instanceAttached: 2,
  /** A reboot, until the kernel starts anew. */
  instanceReboot: 10,
  /** `stopping` to `stopped` when asked for by API, the guest's own shutdown included. */
  instanceStopping: 30,
  /** A guest that powers itself off needs only EC2's notice of it. */
  instancePoweredOff: 10,
  /** `shutting-down` to `terminated`. EC2 documents "within a few minutes"; half a minute is usual. */
  instanceShuttingDown: 30,
  /** A terminated instance can be described for about an hour (Amazon EC2 User Guide, "Terminate"). */
  instanceForgotten: 3600,
  /** Both status checks pass one to two minutes after launch; they run every minute. */
  statusChecks: 90,
  /** Console output is posted shortly after a change of state, and taken live on Nitro. */
  consolePosted: 20,
  /**
   * CreateImage of a stopped instance to `available`: the snapshot of an 8 GiB root volume of which
   * 2 GiB are used. The build of 2019 took 504 s: 240 s for hardening, the rest for boot and this.
   */
  imageAvailable: 180,
  /** What happens inside an instance, from its kernel's start. */
  guest: guestDurations,

  /** A load balancer begins its health checks some seconds after an instance's registration. */
  loadBalancerRegistration: 5,
  /** No request is ever in flight here, so that draining ends with its first look, or at its own timeout. */
  connectionDraining: 10,
  /**
   * A deleted load balancer's network interfaces, which hold its security groups, are released
   * "within a few minutes"; users who wait for it report one to five.
   */
  loadBalancerInterfaceRelease: 120,

  /** An Auto Scaling group acts on a request within seconds. */
  groupReaction: 5,
  /** It finds out about instances that were stopped or terminated behind its back; AWS says "a few minutes" at most. */
  groupDiscovery: 30,
  /** The first retry of a launch that failed, doubled each time up to the longest. AWS documents no numbers. */
  groupLaunchRetry: 15,
  groupLaunchRetryLongest: 300,
  /** "Amazon EC2 Auto Scaling keeps retrying for an hour" (User Guide, instance refresh, "One-hour timeout"). */
  instanceRefreshStall: 3600,
} as const;
