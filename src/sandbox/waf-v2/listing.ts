import type { Region } from "../region.ts";
import { failedConstraint } from "./errors.ts";

/** "PaginationLimit" of the service's model. */
const MAX_PAGE = 100;

/**
 * One page of a list in the order of the names. AWS WAF answers a marker with every page that has items, also with
 * the last one: only an empty page ends the list. 45 of 49 recorded answers have one, although nearly all were whole
 * lists.
 */
export function pageOf<T>(
  region: Region,
  items: readonly T[],
  nameOf: (item: T) => string,
  {
    Limit: limit,
    NextMarker: marker,
  }: { readonly Limit?: number | undefined; readonly NextMarker?: string | undefined },
): { readonly items: T[]; readonly marker: string | undefined } {
  checkLimit(limit);
  const page = items
    .filter((item) => marker === undefined || nameOf(item) > marker)
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
    .slice(0, Math.min(limit ?? MAX_PAGE, region.world.pageSize));
  const last = page.at(-1);
  return { items: page, marker: last === undefined ? undefined : nameOf(last) };
}

/** @throws AwsError ValidationException. */
function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (limit >= 1 && limit <= MAX_PAGE)) return;
  throw failedConstraint(
    limit,
    "limit",
    limit < 1
      ? "Member must have value greater than or equal to 1"
      : `Member must have value less than or equal to ${MAX_PAGE}`,
  );
}
