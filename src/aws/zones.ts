/**
 * A region's own availability zone is called as the region and a letter. A local zone
 * (`us-west-2-lax-1a`) or a Wavelength zone (`us-east-1-wl1-bos-wlz-1`) has to be opted in to and
 * offers less than the region, so nobody means it who only says how many.
 */
export function isOwnZone(zone: string): boolean {
  return /^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(zone);
}

/** The region's own zones first: the builder is in the first. */
export function compareZones(one: string, other: string): number {
  return Number(isOwnZone(other)) - Number(isOwnZone(one)) || compareText(one, other);
}

/** By code points, whatever the machine's language. */
export function compareText(one = "", other = ""): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
