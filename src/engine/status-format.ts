import type { Change, Problem } from "./plan-format.ts";

export interface StatusResource {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly status: string;
  /** What it is waiting for or why it failed, in AWS's words. */
  readonly reason?: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The addresses of an instance. Null if it has no such address. */
export interface Addresses {
  readonly publicIpv4: string | null;
  readonly privateIpv4: string | null;
  readonly ipv6: string | null;
  readonly publicDnsName: string | null;
  readonly privateDnsName: string | null;
}

/** Whether Session Manager can open a session on an instance. */
export interface SessionStatus {
  /** Null: the credentials may not look it up. */
  readonly available: boolean | null;
  /** What a session needs and the instance lacks. Absent if a session can be opened. */
  readonly missing?: "role" | "agent" | "route" | "endpoint";
  /** In words. Absent if a session can be opened. */
  readonly reason?: string;
  readonly remedy?: string;
}

export interface StatusInstance {
  readonly id: string;
  readonly zone: string;
  readonly image: string;
  /** The group's word: `Pending`, `InService`, `Terminating`, … */
  readonly lifecycle: string;
  /**
   * `InService` or `OutOfService` behind a load balancer, else the group's `Healthy` or
   * `Unhealthy`.
   */
  readonly health: string;
  /** Why it is not in service, in AWS's words. Absent if it is in service. */
  readonly reason?: string;
  readonly addresses: Addresses;
  /** Scale-in protection: the group keeps it when it shrinks, and a rollout skips it. */
  readonly protected: boolean;
  /** Null if the stack file does not ask for it (`access: session-manager`). */
  readonly session: SessionStatus | null;
  /** ISO 8601. */
  readonly launchedAt?: string;
}

/** An instance refresh: one under way, or the group's last one if it did not succeed. */
export interface RolloutStatus {
  readonly group: string;
  readonly status: string;
  readonly percent: number;
  readonly reason?: string;
  /** ISO 8601. Absent while it is in progress. */
  readonly endedAt?: string;
}

/** A scaling activity, in AWS's words. */
export interface StatusActivity {
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly status: string;
  readonly description: string;
  readonly cause?: string;
}

/** A finished image of the stack. */
export interface StatusImage {
  readonly id: string;
  /** ISO 8601. */
  readonly builtAt: string | null;
  /** Of the base image. */
  readonly release: string | null;
  /** Whether new servers start from it. */
  readonly current: boolean;
}

/** Whether the tier serves. */
export interface StatusHealth {
  readonly healthy: boolean;
  readonly inService: number;
  /**
   * The expected number of servers: the desired capacity, or the stack file's minimum if that is
   * higher.
   */
  readonly desired: number;
  /** Why it is not healthy, one sentence per reason. */
  readonly reasons: readonly string[];
}

/** What `status --json` prints. Plain data. */
export interface StatusDocument {
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly health: StatusHealth;
  readonly resources: readonly StatusResource[];
  /** Addresses that the stack file defines, and at which nothing exists. */
  readonly missing: readonly string[];
  /** Only with `status --check`: the changes of a plan. */
  readonly differences?: readonly Change[];
  /** Notes about live resources, as in a plan. */
  readonly problems: readonly Problem[];
  readonly instances: readonly StatusInstance[];
  readonly rollouts: readonly RolloutStatus[];
  /** The last scaling activities of groups that are short of servers, the newest first. */
  readonly activities: readonly StatusActivity[];
  readonly images: readonly StatusImage[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** What a resource type contributes to a status, beside its objects. */
export interface StatusPart {
  /** The number of servers that should run, and of those that serve. */
  readonly servers?: { readonly desired: number; readonly inService: number };
  readonly instances?: readonly StatusInstance[];
  readonly rollouts?: readonly RolloutStatus[];
  readonly activities?: readonly StatusActivity[];
  readonly images?: readonly StatusImage[];
  /** What could not be read. */
  readonly problems?: readonly Problem[];
  /** Why the tier does not serve as it should, one sentence per reason. */
  reasons?(expected: ExpectedServers): readonly string[];
}

/** The servers of the whole stack, of whatever types they are. */
export interface ExpectedServers {
  /** The stack file's minimum. */
  readonly min: number;
  /** The number that should run: at least the minimum. */
  readonly desired: number;
}
