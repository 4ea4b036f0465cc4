import { typeOf } from "../engine/address.ts";
import type { Address } from "../engine/resource.ts";
import type { Stack } from "../spec/stack.ts";
import { type KnownZones, networkIn, networkTypes } from "./network.ts";
import { definedResources } from "./sections.ts";

/**
 * The addresses of all resources that a stack file defines, whatever the facts are.
 *
 * @param zones Of an own network, if they are known. Without them, the list lacks the parts of zones.
 */
export function addressesIn(stack: Stack, zones?: KnownZones): Address[] {
  const isOwn = stack.network.vpc.kind === "own" && zones !== undefined && zones.names.length > 0;
  return definedResources(stack, isOwn ? { network: networkIn(zones) } : undefined)
    .filter(({ isNeeded }) => isNeeded === undefined)
    .map(({ address }) => address);
}

/** The types of all resources that a stack file defines, whatever the facts are. */
export function typesIn(stack: Stack): ReadonlySet<string> {
  return new Set([...addressesIn(stack).map(typeOf), ...networkTypes(stack)]);
}
