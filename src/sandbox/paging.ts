import { invalidValue } from "./error.ts";
import type { Region } from "./region.ts";

export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

export interface PageRequest {
  /** The requested number of items. Undefined: the service's maximum. */
  readonly size: number | undefined;
  readonly token: string | undefined;
  /** The maximum number of items per page. */
  readonly maximum: number;
  /** The minimum page size. Default: 1. */
  readonly minimum?: number;
}

/**
 * One page of a list in the order of creation. The token contains the position of the last item, so that
 * objects created or deleted between two pages do not hide or repeat others.
 *
 * @throws AwsError for a size out of range or an invalid token.
 */
export function paged<T>(
  region: Region,
  items: readonly T[],
  order: (item: T) => number,
  request: PageRequest,
): Page<T> {
  const { size, maximum, minimum = 1 } = request;
  if (size !== undefined && (size < minimum || size > maximum || !Number.isInteger(size))) {
    throw invalidValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${minimum} and ${maximum}.`,
    );
  }
  const after = request.token === undefined ? 0 : readToken(request.token);
  const rest = after === 0 ? items : items.filter((item) => order(item) > after);
  const length = Math.min(size ?? maximum, maximum, region.world.pageSize);
  const page = rest.slice(0, length);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { items: page, nextToken: more ? writeToken(order(last)) : undefined };
}

function writeToken(order: number): string {
  return Buffer.from(`after ${order}`).toString("base64url");
}

function readToken(token: string): number {
  const match = /^after (\d+)$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw invalidValue("Invalid value for 'NextToken'.");
  return Number(match[1]);
}
