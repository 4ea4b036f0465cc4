import { lookUp } from "./look-up.ts";
import { makePlan, type Planning } from "./plan.ts";
import type { Problem } from "./plan-format.ts";
import type { DesiredResource, EngineContext, Live, ResourceTypes } from "./resource.ts";
import { typeOf } from "./values.ts";

/** What is wanted, and where. */
export interface Wish {
  readonly stack: string;
  readonly account: string;
  readonly desired: readonly DesiredResource[];
  readonly problems?: readonly Problem[];
}

/**
 * How what is wanted is found out, which runs beside the look-up of what is there. What a file leaves
 * open may depend on that: a choice that was made once is kept.
 */
export type FindWish = (live: Promise<readonly Live[]>) => Promise<Wish>;

/**
 * Looks up, plans, and asks whether anything that is not ours holds a name that is needed, or what is
 * to be deleted. The look-ups for what is wanted and for what is there run at the same time.
 */
export async function prepare<Context extends EngineContext>(input: {
  readonly wish: FindWish;
  readonly region: string;
  readonly types: ResourceTypes<Context>;
  readonly context: Context;
}): Promise<Planning> {
  const { region, types, context } = input;
  const looking = lookUp(types, context);
  const [wish, live] = await Promise.all([input.wish(looking), looking]);
  const planning = makePlan({ ...wish, region, types, live });
  const found = await Promise.all([
    foreignProblems(planning, types, context),
    holdProblems(planning, types, context),
  ]);
  const { document } = planning;
  return {
    ...planning,
    document: { ...document, problems: [...document.problems, ...found.flat()] },
  };
}

/** An error before anything is deleted: what stands is better than half of it. */
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

/** The least that a service takes: EC2 refuses a call with more than 200 values of a filter. */
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
  // What failed may be only what is left of something that a person gave to somebody else.
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
      const asked = chunks(sought, namesAtOnce).map((some) => type.findForeign(context, some));
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
