import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "./context.ts";

/**
 * Of objects for which AWS knows neither a unique name nor a token, two applies at once can make two. Each is created with
 * its time in a tag, because AWS does not tell the time of these objects. Everybody who finds two then agrees which one
 * is the older one.
 */
const createdKey = "reconcile:created" satisfies OwnTagKey;

/** The tag for a create call. */
export function createdNow(context: ResourceContext): OwnTags {
  return { [createdKey]: String(context.clock.now()) };
}

/** In milliseconds since the epoch; 0 without the tag, which counts as the oldest. */
export function createdAtOf(tags: readonly Tag[] | undefined): number {
  const { [createdKey]: time = "" } = toRecord(tags);
  return /^\d+$/.test(time) ? Number(time) : 0;
}

/** The one that stays: one that is in use, or else the oldest. The plan decides alike (`engine/match.ts`). */
export function stayingOf<One extends Live>(
  found: readonly One[],
  isUsed: (one: One) => boolean,
): One | undefined {
  return found.toSorted(
    (one, other) =>
      Number(isUsed(other)) - Number(isUsed(one)) ||
      one.createdAt - other.createdAt ||
      (one.id < other.id ? -1 : 1),
  )[0];
}

/** How an object of one type is created once. */
export interface Once<One extends Live> {
  /** Every object at the address, as AWS shows them now. */
  look(): Promise<readonly One[]>;
  /** The one of these that stays. */
  choose(found: readonly One[]): One | undefined | Promise<One | undefined>;
  make(): Promise<One>;
  /** Nothing uses it yet. */
  remove(one: One): Promise<unknown>;
}

/**
 * Creates an object, or takes the one that an interrupted apply or another one made. Of two, the one that stays is the
 * same for everybody, and whoever made the other one removes it.
 */
export async function createOnce<One extends Live>(
  context: ResourceContext,
  what: string,
  { look, choose, make, remove }: Once<One>,
): Promise<One> {
  const made = (await choose(await look())) ?? (await make());
  const staying = await untilSettled(context, what, async () => choose(await look()));
  for (const spare of madeInVain(await look(), made)) {
    if (spare.id === staying.id) continue;
    context.report.progress(`${staying.id} was made at the same time; ${spare.id} goes again`);
    await remove(spare);
  }
  return staying;
}

/** The object, and those of requests whose answers were lost, which have the same time in their tags. */
function madeInVain<One extends Live>(found: readonly One[], made: One): readonly One[] {
  const others = found.filter(
    ({ id, createdAt }) => id !== made.id && createdAt === made.createdAt,
  );
  return [made, ...others];
}

/**
 * Waits until it is sure which of several objects stays, before anything is made inside of it. AWS usually shows a new
 * object within seconds, so that each of two applies sees the other one's in this time.
 *
 * @param look The object that stays, as AWS shows it now.
 */
async function untilSettled<One extends Live>(
  context: ResourceContext,
  what: string,
  look: () => Promise<One | undefined>,
): Promise<One> {
  let last: string | undefined;
  let looks = 0;
  return waitFor({
    what: `AWS to show whether another apply makes ${what}, too`,
    deadline: 120_000,
    pace: 2_000,
    context,
    probe: async (): Promise<Probe<One>> => {
      const found = await look();
      looks = found !== undefined && found.id === last ? looks + 1 : 0;
      last = found?.id;
      if (found !== undefined && looks >= agreeingLooks) return { done: found };
      return { pending: "making sure that no other apply creates one, too" };
    },
    remedy: "Run the same command again to resume.",
  });
}

/** With the pace, eight seconds. */
const agreeingLooks = 4;
