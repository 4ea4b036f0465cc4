import type { EngineContext, Live, ResourceTypes } from "./resource.ts";

/**
 * Every live object of the stack: one sweep per type, all at once. A look-up that fails fails the
 * whole: an object that could not be seen is not absent.
 */
export async function lookUp<Context extends EngineContext>(
  types: ResourceTypes<Context>,
  context: Context,
): Promise<readonly Live[]> {
  const found = await Promise.all(types.map((type) => type.discover(context)));
  return found.flat();
}
