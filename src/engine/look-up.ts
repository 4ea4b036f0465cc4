import type { EngineContext, Live, ResourceTypes } from "./resource.ts";

/**
 * Looks up every live object of the stack: one sweep per type, all in parallel. One failed lookup
 * fails the whole, because an object that could not be seen is not absent.
 */
export async function lookUp<Context extends EngineContext>(
  types: ResourceTypes<Context>,
  context: Context,
): Promise<readonly Live[]> {
  const found = await Promise.all(types.map((type) => type.discover(context)));
  return found.flat();
}
