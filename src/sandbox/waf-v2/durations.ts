/**
 * How long AWS WAF takes, in seconds: at least and at most. "The propagation time can be from a few seconds to a
 * number of minutes" (AssociateWebACL, API Reference) is all that AWS says of it.
 */
export const durations = {
  /**
   * From the creation of a web ACL until a resource can be associated with it. Clients of its API report failures
   * after five minutes of retries, and success at the first try.
   */
  webAclAvailable: [5, 300],
  /** From the creation of an IP set until a rule can refer to it. */
  ipSetAvailable: [1, 30],
  /**
   * A web ACL counts as associated for some time after its last association ended, also when its load balancer was
   * deleted. Clients of its API retry the deletion for minutes.
   */
  webAclRelease: [2, 60],
  /** An IP set counts as used for some time after the last rule that referred to it is gone. */
  ipSetRelease: [0, 30],
} as const;
