import { inChunks, mostFilterValues } from "../../aws/paging.ts";
import type { EngineContext } from "../../engine/resource.ts";

/** Looks up the objects with these ids. Omits those that AWS does not show. */
type LookUpMany<Context, Found> = (
  context: Context,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, Found>>;

/** The values of the call's other filters count, too. */
const idsAtOnce = mostFilterValues / 2;

interface Asked<Found> {
  readonly id: string;
  resolve(found: Found | undefined): void;
  reject(error: unknown): void;
}

interface Gathering<Found> {
  waiting: Asked<Found>[];
  /** The start of the last call, on the context's clock. */
  lastAt: number;
  /** The ids that the last call named. */
  lastIds: ReadonlySet<string>;
}

/**
 * Milliseconds between two calls while several objects are looked up. Most reads show a write within
 * seconds, so a shorter interval costs calls and saves no time.
 */
const interval = 1_000;

/**
 * Looks up single objects. Gathers lookups that come close together into one call, so that creating
 * hundreds of objects does not cost hundreds of lookups. The lookups of one object alone start at once. A
 * call starts after all its lookups were asked for, so it shows at least as much as a call for each.
 *
 * @param owner The client and the question. Only lookups with the same client and question share a call.
 */
export function gatheredLookUp<Context extends EngineContext, Found>(
  owner: (context: Context) => readonly [client: object, question: string],
  look: LookUpMany<Context, Found>,
): (context: Context, id: string) => Promise<Found | undefined> {
  const gatherings = new WeakMap<object, Map<string, Gathering<Found>>>();
  const gatheringOf = (context: Context) => {
    const [client, question] = owner(context);
    const known = gatherings.get(client) ?? new Map<string, Gathering<Found>>();
    gatherings.set(client, known);
    const gathering = known.get(question) ?? { waiting: [], lastAt: 0, lastIds: new Set() };
    known.set(question, gathering);
    return gathering;
  };
  return (context, id) => {
    const gathering = gatheringOf(context);
    return new Promise((resolve, reject) => {
      gathering.waiting.push({ id, resolve, reject });
      if (gathering.waiting.length === 1) void answer(context, gathering, look);
    });
  };
}

/** Answers all lookups that were asked for before the call starts. */
async function answer<Context extends EngineContext, Found>(
  context: Context,
  gathering: Gathering<Found>,
  look: LookUpMany<Context, Found>,
): Promise<void> {
  await untilDue(context, gathering);
  const asked = gathering.waiting;
  const ids = [...new Set(asked.map(({ id }) => id))];
  gathering.waiting = [];
  gathering.lastAt = context.clock.now();
  gathering.lastIds = new Set(ids);
  try {
    const found = await Promise.all(inChunks(ids, idsAtOnce).map((some) => look(context, some)));
    for (const { id, resolve } of asked) {
      resolve(found.map((some) => some.get(id)).find((each) => each !== undefined));
    }
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}

async function untilDue<Found>(
  { clock, signal }: EngineContext,
  { waiting, lastAt, lastIds }: Gathering<Found>,
): Promise<void> {
  const pause = Math.min(lastAt + interval - clock.now(), interval);
  const isAlone = waiting.every(({ id }) => lastIds.has(id)) && lastIds.size === 1;
  if (pause <= 0 || isAlone) return;
  // After an interrupt, the call starts at once. Whoever asked stops after the answer.
  await clock.sleep(pause, signal).catch(() => {});
}
