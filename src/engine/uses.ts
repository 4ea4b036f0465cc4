import { typeOf } from "./address.ts";
import type { EngineContext, Live } from "./resource.ts";
import type { TypesByName } from "./types-by-name.ts";
import type { Users } from "./users.ts";

/** How much depends on each live object. */
export interface Uses {
  /**
   * One more than how many objects that serve use it, directly or indirectly: with servers, more than with a load balancer
   * alone. 1: something else does. 0: nothing.
   */
  rankOf(id: string): number;
}

/** Nothing is used. */
export const NOT_USED: Uses = { rankOf: () => 0 };

/** From the users that the account shows. */
export function usesAmong(
  live: readonly Live[],
  users: Users,
  types: TypesByName<EngineContext>,
): Uses {
  const serving = new Set(
    live.filter(({ address }) => types.get(typeOf(address))?.serving === true).map(({ id }) => id),
  );
  return {
    rankOf(id) {
      const found = users.of(id);
      if (found.size === 0) return 0;
      return 1 + [...found].filter((user) => serving.has(user)).length;
    },
  };
}

/** The one in use comes first, or else the oldest: whoever looks finds the same, whatever it made itself. */
export function byUse(uses: Uses): (one: Live, other: Live) => number {
  return (one, other) =>
    uses.rankOf(other.id) - uses.rankOf(one.id) ||
    one.createdAt - other.createdAt ||
    (one.id < other.id ? -1 : 1);
}
