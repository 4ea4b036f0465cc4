import type { StatusPart } from "../../engine/status-format.ts";
import type { ResourceContext } from "./context.ts";
import type { Registrations } from "./registrations.ts";

/** What the registrations of load balancers or target groups mean to those who send requests. */
export function trafficStatus(sources: readonly Registrations[]): StatusPart {
  const idle = sources.filter(({ instances }) => !instances.some(({ serves }) => serves));
  return {
    reasons: ({ desired }) =>
      desired === 0 ? [] : idle.map(({ what }) => `The ${what} has no server in service.`),
  };
}

/**
 * Asks once for a status: the groups that register their servers ask, too. A status has a context of its own, so
 * nothing outlives it.
 */
export function onceInStatus(
  ask: (context: ResourceContext, id: string) => Promise<Registrations>,
): (context: ResourceContext, id: string) => Promise<Registrations> {
  const asked = new WeakMap<ResourceContext, Map<string, Promise<Registrations>>>();
  return (context, id) => {
    const known = asked.get(context) ?? new Map<string, Promise<Registrations>>();
    asked.set(context, known);
    const answer = known.get(id) ?? ask(context, id);
    known.set(id, answer);
    return answer;
  };
}
