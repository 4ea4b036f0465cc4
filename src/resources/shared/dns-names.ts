/** A name as the stack file writes it: lower case, without the dot at its end, and with the asterisk of a wildcard. */
export function plainName(name: string): string {
  // Route 53 answers the asterisk as an octal code ("DNS domain name format").
  return name.toLowerCase().replace(/\.$/, "").replaceAll("\\052", "*");
}

export function isSameName(one: string, other: string): boolean {
  return plainName(one) === plainName(other);
}

/**
 * The DNS name to which a record leads. The console adds the prefix ("Routing traffic to an ELB load balancer").
 */
export function loadBalancerIn(target: string): string {
  return plainName(target).replace(/^dualstack\./, "");
}

/** The domain without the wildcard. AWS validates both with one record. */
export function withoutWildcard(name: string): string {
  return name.replace(/^\*\./, "");
}
