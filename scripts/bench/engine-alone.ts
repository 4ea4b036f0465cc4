import { makePlan } from "../../src/engine/plan.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { Store, thingType } from "../../test/engine/store.ts";
import { median, milliseconds, type Rows } from "./report.ts";

/** The pure part of a plan, by the number of resources. */
export function engineAlone(): Rows {
  return [2_500, 5_000, 10_000, 20_000].map((count) => {
    const times = Array.from({ length: 3 }, () => planOf(count));
    return [`plan of ${count.toLocaleString("en")} resources`, milliseconds(median(times))];
  });
}

function planOf(count: number): number {
  const store = new Store();
  const desired: DesiredResource[] = [];
  for (let index = 0; index < count; index += 1) {
    const uses = index === 0 ? [] : [index - 1, Math.floor(index / 2)];
    const fields = { size: 1, shape: "round", peers: [] };
    store.put({
      id: `n${index}`,
      address: `thing/n${index}`,
      fields: { ...fields, uses: uses.map((other) => `n${other}`) },
    });
    desired.push({
      address: `thing/n${index}`,
      fields: {
        ...fields,
        size: 2,
        uses: uses.map((other) => ({ ref: `thing/n${other}`, output: "id" })),
      },
    });
  }
  const live = [...store.things.values()];
  const begun = performance.now();
  makePlan({ stack: "s", region: "r", account: "a", desired, live, types: [thingType("thing")] });
  return performance.now() - begun;
}
