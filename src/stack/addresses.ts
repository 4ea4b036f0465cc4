import { typeOf } from "../engine/address.ts";
import type { Address } from "../engine/resource.ts";
import type { Stack } from "../spec/stack.ts";
import { networkTypes } from "./network.ts";
import { definedResources } from "./sections.ts";

/** The addresses of all resources that a stack file defines, whatever the facts are. */
export function addressesIn(stack: Stack): Address[] {
  return definedResources(stack)
    .filter(({ isNeeded }) => isNeeded === undefined)
    .map(({ address }) => address);
}

/** The types of all resources that a stack file defines, whatever the facts are. */
export function typesIn(stack: Stack): ReadonlySet<string> {
  return new Set([...addressesIn(stack).map(typeOf), ...networkTypes(stack)]);
}
