import { invalidValue } from "./error.ts";
import type { Region } from "./world.ts";

export interface Page<T> {
  readonly items: T[];
  readonly nextToken: string | undefined;
}

export interface PageRequest {
  /** How many items the caller asked for; undefined: as many as the service gives. */
  readonly size: number | undefined;
  readonly token: string | undefined;
  /** The most that the service gives at once. */
  readonly maximum: number;
  /** The least that a caller may ask for. Default 1. */
  readonly minimum?: number;
}

/**
 * One page of a list that is in the order of creation. The token remembers the last item's order,
 * so that what comes and goes between two pages neither hides nor repeats the others.
 *
 * @throws AwsError for a size out of range or a foreign token.
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
