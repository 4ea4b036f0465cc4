import { typeOf } from "./address.ts";
import type { Live, LiveStatus } from "./live.ts";
import { namedIds } from "./named-ids.ts";

/** Excludes unfinished resources of an interrupted apply, such as an image that is still being built. */
const USABLE: ReadonlySet<LiveStatus> = new Set(["ready", "settling"]);

/**
 * The newest object that another one names, because other generations may exist beside it: an image for new
 * servers that is older than the newest one. Without such a name, the newest.
 */
export function currentOf(live: readonly Live[], type: string): Live | undefined {
  const usable = usableOf(live, type).toSorted((one, other) => other.createdAt - one.createdAt);
  const named = namedIds(live);
  return usable.find(({ id }) => named.has(id)) ?? usable[0];
}

/** Every usable object of the type, in the order of their addresses. */
export function usableOf(live: readonly Live[], type: string): readonly Live[] {
  return live
    .filter(({ address, status }) => typeOf(address) === type && USABLE.has(status))
    .toSorted((one, other) => (one.address < other.address ? -1 : 1));
}
