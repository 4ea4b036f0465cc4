import { typeOf } from "./address.ts";
import { Cancelled, OutsideError } from "./errors.ts";
import type { Address, AnyResourceType, EngineContext, Live, ResourceTypes } from "./resource.ts";

/**
 * The record of used types. A stack uses few of the types that exist, and a lookup of each of them would make
 * every plan slow. So an object of the stack carries a tag with the names of all types with `sweep: "if-used"`
 * that the stack has ever had objects of. A plan looks up these types, and those in the stack file.
 *
 * - A type is added before the first object of it is created. So an interrupted apply leaves nothing that a later
 *   plan would not look for, even if somebody removes the section from the stack file in between.
 * - Without a record, all types are looked up: before the first apply has ended, after a part of a destroy, or
 *   after somebody deleted the object or its tag.
 * - The first record is written at the end of an apply, and only after a lookup of all types. What an apply that
 *   was interrupted shortly before has created is visible by then.
 * - A record may be incomplete: a version of this program that does not know the record, or a first apply at the
 *   same time, may have created an object. So a type whose objects another one uses is looked up, too
 *   (`usesTypes`), and the next apply adds every type that it has found.
 * - A type stays in the record until the object that carries it is deleted. AWS may not show an object for some
 *   seconds, so not seeing any is no reason to forget the type.
 * - `status` and `destroy` look up all types, whatever the record says. If the credentials may not look up a type that
 *   the record does not name, that is a warning, because a person may never have needed the permission.
 */

/** The recorded types. Undefined if an object that should carry the record does not. */
export function recordedTypes(keepers: readonly Live[]): ReadonlySet<string> | undefined {
  const records = keepers.map(({ usedTypes }) => usedTypes);
  const known = records.filter((record) => record !== undefined);
  if (known.length === 0 || known.length < records.length) return undefined;
  return new Set(known.flat());
}

/** What the record needs to know of an apply. */
export interface Recording<Context extends EngineContext> {
  readonly types: ResourceTypes<Context>;
  readonly desired: readonly { readonly address: Address }[];
  readonly context: Context;
}

/**
 * Adds the desired types and those of the live objects to the records that lack them. Called before the first
 * step of an apply. An object without a record gets none, because a plan then looks up every type.
 */
export async function extendRecords<Context extends EngineContext>(
  live: readonly Live[],
  recording: Recording<Context>,
): Promise<void> {
  const needed = usedIn([...recording.desired, ...live], recording.types);
  const writes = keepersAmong(live, recording.types).map(async ([type, keeper]) => {
    const { usedTypes } = keeper;
    if (usedTypes === undefined || needed.every((name) => usedTypes.includes(name))) return;
    await type.recordUsedTypes?.(recording.context, keeper, needed);
  });
  await Promise.all(writes);
}

/**
 * Writes the records that are missing. Called after the last step of an apply. A record that is younger than the
 * plan is another apply's, and may lack types of this one.
 *
 * A lookup or a write that AWS refuses, or that an interrupt ends, does not fail the apply: all of its changes are
 * done, and as long as the record is missing, a plan looks up every type. The next apply with changes tries again.
 *
 * @param planned The live objects that the plan found.
 * @throws any error if another apply's record lacks types, because a plan would not look for them.
 */
export async function completeRecords<Context extends EngineContext>(
  planned: readonly Live[],
  live: readonly Live[],
  recording: Recording<Context>,
): Promise<void> {
  const { types, desired, context } = recording;
  const needed = usedIn(desired, types);
  const extended = planned.filter(({ usedTypes }) => usedTypes !== undefined).map(({ id }) => id);
  const missing = keepersAmong(live, types).filter(
    ([, { id, usedTypes }]) =>
      usedTypes === undefined ||
      (!extended.includes(id) && !needed.every((name) => usedTypes.includes(name))),
  );
  if (missing.length === 0) return;
  const others = types.filter(({ name, sweep }) => sweep === "if-used" && !needed.includes(name));
  try {
    const found = (await Promise.all(others.map((type) => type.discover(context)))).flat();
    const used = [...new Set([...needed, ...found.map(({ address }) => typeOf(address))])];
    await Promise.all(
      missing.map(([type, keeper]) => type.recordUsedTypes?.(context, keeper, used)),
    );
  } catch (error) {
    const isMissing = missing.every(([, { usedTypes }]) => usedTypes === undefined);
    if (!isMissing || !isFromOutside(error)) throw error;
  }
}

function isFromOutside(error: unknown): boolean {
  if (error instanceof OutsideError || error instanceof Cancelled) return true;
  // AWS's errors have a class of their own in a layer below.
  return error instanceof Error && typeof Reflect.get(error, "operation") === "string";
}

/** The types of these resources that have `sweep: "if-used"`. */
function usedIn<Context extends EngineContext>(
  resources: readonly { readonly address: Address }[],
  types: ResourceTypes<Context>,
): readonly string[] {
  const used = new Set(resources.map(({ address }) => typeOf(address)));
  return types
    .filter(({ name, sweep }) => sweep === "if-used" && used.has(name))
    .map(({ name }) => name);
}

function keepersAmong<Context extends EngineContext>(
  live: readonly Live[],
  types: ResourceTypes<Context>,
): readonly (readonly [AnyResourceType<Context>, Live])[] {
  return types
    .filter((type) => type.recordUsedTypes !== undefined)
    .flatMap((type) =>
      live
        .filter(({ address }) => typeOf(address) === type.name)
        .map((keeper) => [type, keeper] as const),
    );
}
