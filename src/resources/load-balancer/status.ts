import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/live.ts";
import type { StatusPart } from "../../engine/status-format.ts";
import type { ResourceContext } from "../shared/context.ts";
import { describeHealth, type Registrations } from "./registrations.ts";

/** Whether any server of each load balancer receives requests. */
export async function status(
  context: ResourceContext,
  live: Promise<readonly Live[]>,
): Promise<StatusPart> {
  const names = (await live)
    .filter(({ address }) => typeOf(address) === "load-balancer")
    .map(({ physicalName }) => physicalName);
  return statusOf(await Promise.all(names.map((name) => healthInStatus(context, name))));
}

/** What these registrations mean to those who send requests. */
export function statusOf(balancers: readonly Registrations[]): StatusPart {
  const idle = balancers.filter(({ states }) => !states.some(({ State }) => State === "InService"));
  return {
    reasons: ({ desired }) =>
      desired === 0
        ? []
        : idle.map(({ name }) => `The load balancer ${name} has no server in service.`),
  };
}

/**
 * The registrations of one load balancer, asked once for a status: the groups that register their servers
 * with it ask, too.
 */
export function healthInStatus(context: ResourceContext, name: string): Promise<Registrations> {
  const known = asked.get(context) ?? new Map<string, Promise<Registrations>>();
  asked.set(context, known);
  const answer = known.get(name) ?? describeHealth(context, name);
  known.set(name, answer);
  return answer;
}

/** A status has a context of its own, so nothing outlives it. */
const asked = new WeakMap<ResourceContext, Map<string, Promise<Registrations>>>();
