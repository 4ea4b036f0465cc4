import type { AwsError } from "../error.ts";
import { type Page, paged } from "../paging.ts";
import type { Region } from "../region.ts";

/** "The maximum number of results to return with this call": 1 to 400 in the service's model. */
const MAX_PAGE = 400;

/** One page of a list. */
export function pageOf<T>(
  region: Region,
  items: readonly T[],
  order: (item: T) => number,
  input: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
): Page<T> {
  const inOrder = items.toSorted((one, other) => order(one) - order(other));
  const request = { size: input.PageSize, token: input.Marker, maximum: MAX_PAGE };
  return paged(region, inOrder, order, request);
}

/** The items that a request names. @throws AwsError for a name without an item. */
export function chosen<T>(
  items: readonly T[],
  names: readonly string[],
  nameOf: (item: T) => string,
  missing: (name: string) => AwsError,
): T[] {
  return [...new Set(names)].map((name) => {
    const found = items.find((item) => nameOf(item) === name);
    if (found === undefined) throw missing(name);
    return found;
  });
}
