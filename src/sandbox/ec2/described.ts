import { AwsError } from "../error.ts";
import { type FilterInput, type FilterTable, filtered } from "../filters.ts";
import { type Page, paged } from "../paging.ts";
import type { Region } from "../region.ts";
import type { Table } from "../table.ts";
import type { Tags } from "./tags.ts";

interface DescribeInput {
  readonly Filters?: readonly FilterInput[] | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface DescribeRules<T> {
  readonly ids: readonly string[] | undefined;
  readonly notFound: (id: string) => AwsError;
  readonly filters: FilterTable<T>;
  /** The minimum and maximum of MaxResults. Default: 1 and 1000. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The objects that a caller sees without naming an id. Default: all. */
  readonly among?: (object: T) => boolean;
}

/** The common part of every Describe call of EC2: ids, filters and pages. */
export function described<T extends { readonly id: string; readonly tags: Tags }>(
  region: Region,
  table: Table<T>,
  input: DescribeInput,
  rules: DescribeRules<Readonly<T>>,
): Page<Readonly<T>> {
  const { ids = [], minimum, maximum = 1000 } = rules;
  if (ids.length > 0 && input.MaxResults !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "The parameter for ids cannot be used with the parameter maxResults",
    );
  }
  return paged(region, matching(table, input, rules), (object) => table.order(object.id), {
    size: input.MaxResults,
    token: input.NextToken,
    maximum,
    ...(minimum === undefined ? {} : { minimum }),
  });
}

/** The same without pages, for the few calls that answer everything at once. */
export function matching<T extends { readonly id: string; readonly tags: Tags }>(
  table: Table<T>,
  input: Pick<DescribeInput, "Filters">,
  { ids = [], notFound, filters, among }: DescribeRules<Readonly<T>>,
): Readonly<T>[] {
  const chosen = ids.length > 0 ? byIds(table, ids, notFound) : table.list();
  const visible = among === undefined || ids.length > 0 ? chosen : chosen.filter(among);
  return filtered(visible, input.Filters, filters, (object) => object.tags);
}

function byIds<T extends { readonly id: string }>(
  table: Table<T>,
  ids: readonly string[],
  notFound: (id: string) => AwsError,
): Readonly<T>[] {
  const found = [...new Set(ids)].map((id) => {
    const object = table.find(id);
    if (object === undefined) throw notFound(id);
    return object;
  });
  // Pages follow the order of creation.
  return found.sort((left, right) => table.order(left.id) - table.order(right.id));
}
