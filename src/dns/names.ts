/** `example.com.` and `example.com` are the same name. */
export function withoutTrailingDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** A form in which equal names are equal texts: name servers ignore the case of letters (RFC 4343). */
export function comparableName(name: string): string {
  return withoutTrailingDot(name).toLowerCase();
}

export function isEqualName(one: string, other: string): boolean {
  return comparableName(one) === comparableName(other);
}

/** Whether a name is the zone's own or below it. */
export function isWithin(name: string, zone: string): boolean {
  return isEqualName(name, zone) || comparableName(name).endsWith(`.${comparableName(zone)}`);
}
