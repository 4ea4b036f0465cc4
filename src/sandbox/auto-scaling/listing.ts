import { AwsError } from "../error.ts";
import { type FilterInput, type FilterTable, filtered } from "../filters.ts";
import { type Page, paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { validationError } from "./group.ts";

interface ListInput {
  readonly MaxRecords?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * One page of a list. Errors have this service's messages.
 *
 * @throws AwsError ValidationError, InvalidNextToken.
 */
export function pageOf<T>(
  region: Region,
  items: readonly T[],
  order: (item: T) => number,
  input: ListInput,
  maximum = 100,
): Page<T> {
  const size = input.MaxRecords;
  if (size !== undefined && (!Number.isInteger(size) || size < 1 || size > maximum)) {
    throw validationError(`MaxRecords must be between 1 and ${maximum}, got ${size}`);
  }
  try {
    return paged(region, items, order, { size, token: input.NextToken, maximum });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("InvalidNextToken", "The NextToken value is not valid.");
  }
}

/** A page of a list that is ordered by position. */
export function pageInPlace<T>(
  region: Region,
  items: readonly T[],
  input: ListInput,
  maximum?: number,
): Page<T> {
  const rows = items.map((item, index) => ({ item, place: index + 1 }));
  const page = pageOf(region, rows, (row) => row.place, input, maximum);
  return { ...page, items: page.items.map((row) => row.item) };
}

/** The items that match all filters. @throws AwsError ValidationError for an unknown filter. */
export function matching<T>(
  items: readonly T[],
  filters: readonly FilterInput[] | undefined,
  table: FilterTable<T>,
  tags?: (item: T) => Readonly<Record<string, string>>,
): T[] {
  try {
    return filtered(items, filters, table, tags);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const names = [...Object.keys(table), ...(tags === undefined ? [] : ["tag-key", "tag:<key>"])];
    throw validationError(
      `${error.message}. Filter type name is not correct. Allowed Filter types are: ${names.join(" ")}`,
    );
  }
}
