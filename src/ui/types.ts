import type { PresentedType, PresentedTypes } from "../engine/presentation.ts";

/** Before the account is known, there is nothing to show of any type. */
export const NO_TYPES: PresentedTypes = new Map();

/** The type of an address. Undefined if no such type is known. */
export function typeAt(address: string, types: PresentedTypes): PresentedType | undefined {
  return types.get(typeNameOf(address));
}

/** The first half of an address, as in `engine/address.ts`. Views import only types of the engine. */
export function typeNameOf(address: string): string {
  return address.slice(0, address.indexOf("/"));
}
