/**
 * A CIDR as the stack file has it. AWS WAF answers IPv6 addresses at full length ("IPSet"), and a URL has them as short
 * as RFC 5952 wants.
 */
export function plainRange(range: string): string {
  const [address = "", length = ""] = range.toLowerCase().split("/");
  if (!address.includes(":")) return `${address}/${length}`;
  const short = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1);
  return `${short ?? address}/${length}`;
}
