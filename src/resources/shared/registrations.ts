/** One instance as a load balancer or a target group reports it. */
export interface Registration {
  readonly instanceId: string;
  /** In AWS's word: `InService`, `healthy`. */
  readonly state: string;
  /** Whether it receives requests. */
  readonly serves: boolean;
  /** Whether it fails the checks, as opposed to not having passed them yet. */
  readonly isFailing: boolean;
  /** Why it receives no requests, in AWS's words. */
  readonly reason?: string;
}

/** What forwards requests to servers, with its registered instances. */
export interface Registrations {
  /** The name for people: `load balancer afterpay-0123abcd`. */
  readonly what: string;
  /** The name of a classic load balancer, or the ARN of a target group. */
  readonly id: string;
  readonly instances: readonly Registration[];
  /** Whether it no longer exists. */
  readonly isGone?: true;
}
