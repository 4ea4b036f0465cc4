import type { AnyResourceType, EngineContext, Live, ResourceTypes } from "./resource.ts";
import { recordedTypes } from "./used-types.ts";

/** The live objects of a stack, and the types that nobody looked up, because the stack has never used them. */
export interface LookedUp<Context extends EngineContext> {
  readonly live: readonly Live[];
  readonly skipped: ResourceTypes<Context>;
}

/**
 * Looks up the live objects of the stack: one sweep per type, all in parallel. One failed lookup
 * fails the whole, because an object that could not be seen is not absent.
 *
 * @param wanted The types of the desired resources. With them, types that the stack has never used are skipped,
 *   and the others with `sweep: "if-used"` wait for the record (`used-types.ts`). Without them, every type is
 *   looked up at once.
 */
export async function lookUp<Context extends EngineContext>(
  types: ResourceTypes<Context>,
  context: Context,
  wanted?: ReadonlySet<string>,
): Promise<LookedUp<Context>> {
  const isNeeded = ({ name, sweep }: AnyResourceType<Context>) =>
    wanted === undefined || wanted.has(name) || sweep !== "if-used";
  const looking = new Map(
    types.filter(isNeeded).map((type) => [type.name, type.discover(context)] as const),
  );
  const keepers = types.filter(({ recordUsedTypes }) => recordUsedTypes !== undefined);
  const isUsed = async ({ name }: AnyResourceType<Context>) => {
    const found = await Promise.all(keepers.map((keeper) => looking.get(keeper.name) ?? []));
    const recorded = recordedTypes(found.flat());
    if (recorded === undefined || recorded.has(name)) return true;
    const others = await Promise.all(looking.values());
    return others.flat().some(({ usesTypes }) => usesTypes?.includes(name));
  };
  const skipped: AnyResourceType<Context>[] = [];
  const found = await Promise.all(
    types.map(async (type) => {
      const underWay = looking.get(type.name);
      if (underWay !== undefined) return underWay;
      if (await isUsed(type)) return type.discover(context);
      skipped.push(type);
      return [];
    }),
  );
  return { live: found.flat(), skipped };
}
