import { compareText } from "./order.ts";

/**
 * The name of a region's own availability zone is the region and a letter. A local zone
 * (`us-west-2-lax-1a`) or a Wavelength zone (`us-east-1-wl1-bos-wlz-1`) requires an opt-in and offers less
 * than the region, so a number of zones never means those.
 */
export function isOwnZone(zone: string): boolean {
  return /^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(zone);
}

/** The region's own zones come first, because the builder uses the first. */
export function compareZones(one: string, other: string): number {
  return Number(isOwnZone(other)) - Number(isOwnZone(one)) || compareText(one, other);
}
