import { paged } from "../paging.ts";
import type { Region } from "../region.ts";

interface ListInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** "If you do not include this parameter, the number of items defaults to 100." */
const USUAL_PAGE = 100;
const LARGEST_PAGE = 1000;

/** One page of a list of IAM. */
export function page<T>(
  region: Region,
  items: readonly T[],
  input: ListInput,
  order?: (item: T) => number,
): { readonly items: readonly T[]; readonly rest: object } {
  const positioned = items.map((item, index) => ({ item, at: order?.(item) ?? index + 1 }));
  const { items: some, nextToken } = paged(region, positioned, ({ at }) => at, {
    size: input.MaxItems ?? USUAL_PAGE,
    token: input.Marker,
    maximum: LARGEST_PAGE,
  });
  return {
    items: some.map(({ item }) => item),
    rest:
      nextToken === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: nextToken },
  };
}
