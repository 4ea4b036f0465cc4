import type { Region } from "../region.ts";

/** An id as subscriptions and messages have it. */
export function newUuid(region: Region): string {
  const digits = region.random.hex(32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
