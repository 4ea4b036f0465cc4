import { AwsError } from "../error.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { invalidParameter } from "./errors.ts";

/** "This action returns up to 100" (ListTopics, ListSubscriptions and ListSubscriptionsByTopic, API Reference). */
const PAGE = 100;

/** A page of a list. @throws AwsError InvalidParameter for a token that is none. */
export function pageOf<T>(
  region: Region,
  items: readonly T[],
  order: (item: T) => number,
  token: string | undefined,
) {
  try {
    return paged(region, items, order, { size: undefined, token, maximum: PAGE });
  } catch (error) {
    if (error instanceof AwsError) throw invalidParameter("NextToken");
    throw error;
  }
}
