import { AwsError } from "../error.ts";
import { type Page, paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { failedConstraint, invalidNextToken } from "./errors.ts";

/** "Valid Range: Minimum value of 1. Maximum value of 100" (DescribeAlarms, API Reference). */
const MAX_RECORDS = 100;

/** A page of a list of alarms, or of their history. @throws AwsError ValidationError, InvalidNextToken */
export function pageOf<T>(
  region: Region,
  items: readonly T[],
  order: (item: T) => number,
  { size, token }: { readonly size: number | undefined; readonly token: string | undefined },
): Page<T> {
  if (size !== undefined && (size < 1 || size > MAX_RECORDS || !Number.isInteger(size))) {
    throw failedConstraint(
      size,
      "maxRecords",
      size < 1
        ? "Member must have value greater than or equal to 1"
        : `Member must have value less than or equal to ${MAX_RECORDS}`,
    );
  }
  return tokenChecked(() => paged(region, items, order, { size, token, maximum: MAX_RECORDS }));
}

/** @throws AwsError InvalidNextToken for a token that is none. */
export function tokenChecked<T>(page: () => T): T {
  try {
    return page();
  } catch (error) {
    if (error instanceof AwsError) throw invalidNextToken();
    throw error;
  }
}
