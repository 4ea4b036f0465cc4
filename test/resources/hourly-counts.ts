import type { HourlyItem } from "../../src/engine/presentation.ts";

/** How many of what, by the name in the singular. */
export function countsOf(
  items: readonly HourlyItem[] | undefined,
): Readonly<Record<string, number>> | undefined {
  return items && Object.fromEntries(items.map(({ name, count }) => [name, count]));
}
