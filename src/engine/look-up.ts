import type { AnyResourceType, EngineContext, Live, ResourceTypes } from "./resource.ts";
import { recordedTypes } from "./used-types.ts";

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
): Promise<readonly Live[]> {
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
  const found = await Promise.all(
    types.map(async (type) => {
      const underWay = looking.get(type.name);
      if (underWay !== undefined) return underWay;
      return (await isUsed(type)) ? type.discover(context) : [];
    }),
  );
  return found.flat();
}
