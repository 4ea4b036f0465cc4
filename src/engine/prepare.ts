import { typeOf } from "./address.ts";
import { lookUp } from "./look-up.ts";
import { makePlan, type Planning } from "./plan.ts";
import type { Problem } from "./plan-format.ts";
import type { DesiredResource, EngineContext, Live, ResourceTypes } from "./resource.ts";
import type { Retained } from "./retained.ts";

/** The desired resources, and their stack and account. */
export interface Wish {
  readonly stack: string;
  readonly account: string;
  readonly desired: readonly DesiredResource[];
  /** Objects that stay although the stack file does not define them. */
  readonly retained?: readonly Retained[];
  readonly problems?: readonly Problem[];
}

/** The desired resources, which are found while the live ones are looked up. */
export interface WishSource {
  /** The types of the desired resources. Without them, every type is looked up. */
  readonly types?: ReadonlySet<string>;
  /**
   * A choice that the stack file leaves open may depend on the live resources: a choice that was made once
   * stays.
   */
  find(live: Promise<readonly Live[]>): Promise<Wish>;
}

/**
 * Looks up, plans, and then checks what would make the plan fail: a resource outside the stack that has a name that
 * the plan needs or that a create needs, or one that blocks a delete. Desired and live resources are looked up in
 * parallel.
 */
export async function prepare<Context extends EngineContext>(input: {
  readonly wish: WishSource;
  readonly region: string;
  readonly types: ResourceTypes<Context>;
  readonly context: Context;
}): Promise<Planning> {
  const { region, types, context } = input;
  const looking = lookUp(types, context, input.wish.types);
  const found = looking.then(({ live }) => live);
  // A failed lookup is reported below, whether or not the desired resources depend on it.
  found.catch(() => {});
  const [wish, seen] = await Promise.all([input.wish.find(found), looking]);
  const live = [...seen.live, ...(await lookUpSkipped(seen.skipped, wish, context))];
  const planning = makePlan({ ...wish, region, types, live });
  const problems = await Promise.all([
    foreignProblems(planning, types, context),
    holdProblems(planning, types, context),
  ]);
  const { document } = planning;
  return {
    ...planning,
    document: {
      ...document,
      problems: [...document.problems, ...seen.problems, ...problems.flat()],
    },
  };
}

/** Only the facts may show that a resource is desired (a bucket, for a script that is too large). */
async function lookUpSkipped<Context extends EngineContext>(
  skipped: ResourceTypes<Context>,
  { desired }: Wish,
  context: Context,
): Promise<readonly Live[]> {
  const needed = new Set(desired.map(({ address }) => typeOf(address)));
  const late = skipped.filter(({ name }) => needed.has(name));
  return (await Promise.all(late.map((type) => type.discover(context)))).flat();
}

/** Blocked deletes are errors before the first delete: a complete stack is better than half of one. */
async function holdProblems<Context extends EngineContext>(
  { work }: Planning,
  types: ResourceTypes<Context>,
  context: Context,
): Promise<readonly Problem[]> {
  const deleting = work.flatMap(({ step, live }) =>
    step.verb === "delete" && live !== undefined ? [live] : [],
  );
  const found = await Promise.all(
    types.map(async (type) => {
      const mine = deleting.filter(({ address }) => typeOf(address) === type.name);
      if (mine.length === 0 || type.findHolds === undefined) return [];
      const asked = chunks(mine, namesAtOnce).map(
        (some) => type.findHolds?.(context, some, deleting) ?? [],
      );
      return (await Promise.all(asked)).flat().map(({ id, summary, remedy }): Problem => {
        const address = mine.find((live) => live.id === id)?.address;
        return { severity: "error", ...(address && { address }), summary, remedy };
      });
    }),
  );
  return found.flat();
}

/** Stays below every service's limit: EC2 rejects a call with more than 200 values in a filter. */
const namesAtOnce = 100;

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}

async function foreignProblems<Context extends EngineContext>(
  planning: Planning,
  types: ResourceTypes<Context>,
  context: Context,
): Promise<readonly Problem[]> {
  const making = [...planning.decisions.values()].filter(
    ({ action, target }) => (action === "create" || action === "replace") && target !== undefined,
  );
  // A failed object may be only the rest of one whose tags somebody removed.
  const ours = new Set(
    planning.live
      .filter(({ status }) => status !== "failed")
      .map((live) => `${typeOf(live.address)} ${live.physicalName}`),
  );
  const found = await Promise.all(
    types.map(async (type) => {
      const mine = making.filter(({ resource }) => typeOf(resource.address) === type.name);
      const sought = mine
        .map(({ target, resource, fields }) => ({
          address: resource.address,
          physicalName: target?.physicalName ?? "",
          fields,
        }))
        .filter(({ physicalName }) => !ours.has(`${type.name} ${physicalName}`));
      if (sought.length === 0) return [];
      const asked = chunks(sought, namesAtOnce).flatMap((some) => [
        type.findForeign(context, some),
        type.findObstacles?.(context, some) ?? [],
      ]);
      const foreign = (await Promise.all(asked)).flat();
      return foreign.map((object): Problem => {
        const address = mine.find(({ target }) => target?.physicalName === object.physicalName)
          ?.resource.address;
        return {
          severity: "error",
          ...(address && { address }),
          summary: object.summary,
          remedy: object.remedy,
        };
      });
    }),
  );
  return found.flat();
}
