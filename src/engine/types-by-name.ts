import { typeOf } from "./address.ts";
import type { Address, AnyResourceType, EngineContext, ResourceTypes } from "./resource.ts";

/** The resource types by their names. */
export type TypesByName<Context extends EngineContext> = ReadonlyMap<
  string,
  AnyResourceType<Context>
>;

/** Indexes the types, so that an address finds its own. */
export function typesByName<Context extends EngineContext>(
  types: ResourceTypes<Context>,
): TypesByName<Context> {
  return new Map(types.map((type) => [type.name, type]));
}

/** @throws Error for an address of no known type: a bug of the compiler. */
export function typeFor<Context extends EngineContext>(
  types: TypesByName<Context>,
  address: Address,
): AnyResourceType<Context> {
  const type = types.get(typeOf(address));
  if (type === undefined) throw new Error(`no resource type for ${address}`);
  return type;
}
