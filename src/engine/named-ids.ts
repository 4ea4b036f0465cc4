import type { Live } from "./resource.ts";

/**
 * The values of all fields of live objects, among them the ids of the objects that others name. Such an object is
 * in use, so it counts before a newer one of its type, as an image to which the servers went back.
 */
export function namedIds(live: readonly Live[]): ReadonlySet<unknown> {
  return new Set<unknown>(live.flatMap(({ fields }) => Object.values(fields)));
}
