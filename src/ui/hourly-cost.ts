import type { Change, PlanDocument } from "../engine/plan-format.ts";
import type { HourlyItem, PresentedTypes } from "../engine/presentation.ts";
import type { DesiredResource, Live } from "../engine/resource.ts";
import { plural } from "./text.ts";
import { typeAt } from "./types.ts";

/** Amounts are counted in hundred-thousandths of a dollar: AWS's prices have five decimals at most, and whole numbers add up. */
const PARTS = 100_000;

/** As AWS's own calculator counts. */
const HOURS_A_MONTH = 730;

/** An item that a plan adds. With a negative count, it saves the cost. */
interface Priced extends HourlyItem {
  readonly price: NonNullable<HourlyItem["price"]>;
}

/**
 * What a plan adds to the cost by the hour or saves, in one sentence, and where the prices are from. Undefined if the cost
 * does not change, and if a count or a price is not known: a sum of a part would mislead. No word of it is somebody
 * else's: a type knows the region by name.
 *
 * @param desired The desired resources, if known.
 * @param live The live resources, if known.
 */
export function hourlyCost(
  document: PlanDocument,
  types: PresentedTypes,
  desired: readonly DesiredResource[] = [],
  live: readonly Live[] = [],
): string | undefined {
  const { changes, region } = document;
  const wanted = new Map(desired.map(({ address, fields }) => [address, fields]));
  const items = changes.map((change) =>
    itemsOf(change, { types, region, fields: wanted.get(change.address), live }),
  );
  if (!items.every((each) => each !== undefined)) return undefined;
  const added = netOf(items.flat());
  if (added.length === 0 || !added.every(isPriced)) return undefined;
  return sentence(added, region);
}

interface Known {
  readonly types: PresentedTypes;
  readonly region: string;
  readonly fields: object | undefined;
  readonly live: readonly Live[];
}

/** What a change adds, and with negative counts, what it saves. Undefined if that is not known. */
function itemsOf(change: Change, known: Known): readonly HourlyItem[] | undefined {
  const { types, region, fields, live } = known;
  const { address, action, id } = change;
  const type = typeAt(address, types);
  if (type?.hourlyItems === undefined) return [];
  const present = live.find((object) => object.id === id && object.address === address);
  const after = action === "delete" ? [] : fields && type.hourlyItems({ fields, region });
  const before =
    action === "create"
      ? []
      : present &&
        type.hourlyItems({
          fields: present.fields,
          region,
          live: { status: present.status, among: live },
        });
  // What stays can still cost more: a regional gateway, when its network gets another zone.
  if (after === undefined || before === undefined) return action === "keep" ? [] : undefined;
  return [...after, ...before.map((item) => ({ ...item, count: -item.count }))];
}

/** The sum of each item, without those that do not change. */
function netOf(items: readonly HourlyItem[]): readonly HourlyItem[] {
  return [...Map.groupBy(items, ({ name }) => name).values()]
    .flatMap(([first, ...more]) =>
      first === undefined
        ? []
        : [{ ...first, count: more.reduce((sum, { count }) => sum + count, first.count) }],
    )
    .filter(({ count }) => count !== 0);
}

function isPriced(item: HourlyItem): item is Priced {
  return item.price !== undefined;
}

function sentence(items: readonly Priced[], region: string): string {
  const total = items.reduce(
    (sum, { count, price }) => sum + count * Math.round(price.usd * PARTS),
    0,
  );
  const sign = total < 0 ? "-" : "+";
  const isMixed = items.some(({ count }) => count < 0) && items.some(({ count }) => count > 0);
  const named = moreFirst(items).map((item) => {
    const words = plural(Math.abs(item.count), item.name, item.plural);
    return isMixed ? `${item.count < 0 ? "-" : "+"}${words}` : words;
  });
  const hourly = `${sign}${dollars(Math.abs(total))} USD (${named.join(", ")})`;
  return `By the hour, without traffic and servers: ${hourly}, ${monthly(total)}. AWS's list prices for ${region} of ${monthsOf(items)}.`;
}

/** What comes before what goes. */
function moreFirst(items: readonly Priced[]): readonly Priced[] {
  return [...items.filter(({ count }) => count > 0), ...items.filter(({ count }) => count < 0)];
}

/** "0.17", "0.0225": all decimals that count, and two at least. */
export function dollars(parts: number): string {
  const decimals = String(parts % PARTS)
    .padStart(5, "0")
    .replace(/0{1,3}$/, "");
  return `${Math.floor(parts / PARTS)}.${decimals}`;
}

function monthly(parts: number): string {
  const whole = Math.round((Math.abs(parts) * HOURS_A_MONTH) / PARTS);
  if (whole === 0) return "less than 1 USD a month";
  return `about ${parts < 0 ? "-" : "+"}${whole.toLocaleString("en-US")} USD a month`;
}

/** "2026-09", or the oldest and the newest source: "2020-10 to 2026-09". */
function monthsOf(items: readonly Priced[]): string {
  const months = [...new Set(items.map(({ price }) => price.asOf))].sort();
  return months.length < 2 ? months.join() : `${months.at(0)} to ${months.at(-1)}`;
}
