import { isDenied } from "./errors.ts";
import type { Problem } from "./plan-format.ts";
import type { AnyResourceType, EngineContext, Live, ResourceTypes } from "./resource.ts";
import { recordedTypes } from "./used-types.ts";

/** The live objects of a stack, and the types that nobody looked up, because the stack has never used them. */
export interface LookedUp<Context extends EngineContext> {
  readonly live: readonly Live[];
  readonly skipped: ResourceTypes<Context>;
  /** A warning for each type that the credentials may not look up, and that the stack has never used. */
  readonly problems: readonly Problem[];
}

/**
 * Looks up the live objects of the stack: one sweep per type, all in parallel. One failed lookup
 * fails the whole, because an object that could not be seen is not absent. Only where the record says that the
 * stack has never used a type is a denied lookup of it a warning: a person who never needed a service's permissions
 * need not add them for a status.
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
  /** What one lookup found. A type that is denied is either unused and has nothing, or its own lookup fails. */
  const foundBy = async (name: string) => {
    try {
      return (await looking.get(name)) ?? [];
    } catch (error) {
      if (isDenied(error)) return [];
      throw error;
    }
  };
  const isUsed = async ({ name }: AnyResourceType<Context>) => {
    const found = await Promise.all(keepers.map((keeper) => foundBy(keeper.name)));
    const recorded = recordedTypes(found.flat());
    if (recorded === undefined || recorded.has(name)) return true;
    const others = await Promise.all(
      [...looking.keys()].filter((other) => other !== name).map(foundBy),
    );
    return others.flat().some(({ usesTypes }) => usesTypes?.includes(name));
  };
  const skipped: AnyResourceType<Context>[] = [];
  const problems: Problem[] = [];
  const found = await Promise.all(
    types.map(async (type) => {
      const underWay = looking.get(type.name);
      if (underWay === undefined) {
        if (await isUsed(type)) return type.discover(context);
        skipped.push(type);
        return [];
      }
      try {
        return await underWay;
      } catch (error) {
        const mayBeUnused = type.sweep === "if-used" && wanted?.has(type.name) !== true;
        if (!mayBeUnused || !isDenied(error) || (await isUsed(type))) throw error;
        problems.push(deniedLookUp(type.name, error));
        return [];
      }
    }),
  );
  return { live: found.flat(), skipped, problems };
}

function deniedLookUp(type: string, error: Error): Problem {
  const article = /^[aeiou]/.test(type) ? "an" : "a";
  return {
    severity: "warning",
    summary: `these credentials may not look for ${article} ${type} of the stack (${error.message}). The stack's record says that it has never had one`,
    remedy: "To be sure, allow the call.",
  };
}
