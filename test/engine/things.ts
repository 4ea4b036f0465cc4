import { typeOf } from "../../src/engine/address.ts";
import { type ApplyResult, applyPlan } from "../../src/engine/apply.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import type { Planning } from "../../src/engine/plan.ts";
import { prepare } from "../../src/engine/prepare.ts";
import type { Address, DesiredResource, Ref, ResourceTypes } from "../../src/engine/resource.ts";
import { type Store, silent, type ThingContext, thingType } from "./store.ts";

export const thing = thingType("thing");

/** A wanted thing, round, of size 1, that uses nothing, unless told otherwise. */
export function want(
  address: Address,
  fields: Partial<Record<"size" | "shape" | "uses" | "peers", unknown>> = {},
  rest: Partial<DesiredResource> = {},
): DesiredResource {
  return { address, fields: { size: 1, shape: "round", uses: [], peers: [], ...fields }, ...rest };
}

export const ref = (address: Address, output = "id"): Ref => ({ ref: address, output });

/** The plan of the wanted things, in the account that the store is. */
export function plan(
  store: Store,
  desired: readonly DesiredResource[],
  types: ResourceTypes<ThingContext> = [thing],
): Promise<Planning> {
  return prepare({
    wish: {
      ...(desired.length > 0 && { types: new Set(desired.map(({ address }) => typeOf(address))) }),
      find: async () => ({ stack: "s", account: "a", desired }),
    },
    region: "r",
    types,
    context: store.context()(silent),
  });
}

/** Plans and carries the plan out. */
export async function apply(
  store: Store,
  desired: readonly DesiredResource[],
  types: ResourceTypes<ThingContext> = [thing],
  signal = new AbortController().signal,
): Promise<ApplyResult & { events: EngineEvent[]; planning: Planning }> {
  return carryOut(store, await plan(store, desired, types), types, signal);
}

/** Carries out a plan, which may be older than what the account holds. */
export async function carryOut(
  store: Store,
  planning: Planning,
  types: ResourceTypes<ThingContext>,
  signal = new AbortController().signal,
): Promise<ApplyResult & { events: EngineEvent[]; planning: Planning }> {
  const events: EngineEvent[] = [];
  const result = await applyPlan(planning, {
    types,
    contextFor: store.context(signal),
    clock: { now: () => Date.now(), sleep: async () => {} },
    signal,
    emit: (event) => events.push(event),
    apiCalls: () => store.log.length,
    outputs: () => ({}),
  });
  return { ...result, events, planning };
}

/** The changes of a plan in words: "create thing/a". */
export const actions = (planning: Planning) =>
  planning.document.changes.map((change) => `${change.action} ${change.address}`);
