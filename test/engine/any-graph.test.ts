import { describe, expect, test } from "vitest";
import type { DesiredResource } from "../../src/engine/resource.ts";
import fc from "../fast-check.ts";
import { Store, thingType } from "./store.ts";
import { apply, plan, ref, thing, want } from "./things.ts";

/** One whose updates take nothing away before its users are done, and wait for what else these wait for. */
const considerate = thingType("thing", {
  holds: ["thing"],
  fields: {
    ...thing.fields,
    size: { onChange: "update", whenUsersCan: true },
    uses: {
      onChange: "update",
      meanwhile: (wanted, live) => [...new Set([...(wanted as []), ...(live as [])])],
    },
  },
});

describe.each([
  ["of things", [thingType("thing", { holds: ["thing"] })]],
  ["of considerate things", [considerate]],
])("any graph %s", (_name, types) => {
  const nodes = fc.uniqueArray(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 12 });
  const graphOf = (ids: readonly number[], seed: number): readonly DesiredResource[] =>
    ids.map((id, index) => {
      const earlier = ids.slice(0, index).filter((other) => (other * 7 + id * 13 + seed) % 3 === 0);
      const peers = ids.filter((other) => (other * 5 + id * 11 + seed) % 4 === 0);
      const fields = {
        size: (seed % 3) + (id % 2),
        shape: (seed + id) % 5 === 0 ? "square" : "round",
        uses: earlier.map((other) => ref(`thing/n${other}`)),
        peers: peers.map((other) => ref(`thing/n${other}`)),
      };
      return want(`thing/n${id}`, fields, id % 4 === 3 ? { physicalName: `named-${id}` } : {});
    });

  test("converges from any other graph, then plans nothing, then can be destroyed", async () => {
    await fc.assert(
      fc.asyncProperty(nodes, nodes, fc.nat(60), fc.nat(60), async (first, then, one, other) => {
        const store = new Store();
        const before = await apply(store, graphOf(first, one), types);
        expect(before.failures).toEqual([]);
        const after = await apply(store, graphOf(then, other), types);
        expect(after.failures).toEqual([]);
        const again = await plan(store, graphOf(then, other), types);
        expect(again.document.steps).toEqual([]);
        expect(again.document.summary.keep).toBe(then.length);
        expect((await apply(store, [], types)).failures).toEqual([]);
        expect(store.things.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("every step's predecessors are steps, and there is no cycle among them", async () => {
    await fc.assert(
      fc.asyncProperty(nodes, nodes, fc.nat(60), fc.nat(60), async (first, then, one, other) => {
        const store = new Store();
        await apply(store, graphOf(first, one), types);
        const { steps } = (await plan(store, graphOf(then, other), types)).document;
        const done = new Set<string>();
        for (let left = [...steps]; left.length > 0; ) {
          const ready = left.filter((step) => step.after.every((key) => done.has(key)));
          expect(ready.length).toBeGreaterThan(0);
          for (const step of ready) done.add(step.key);
          left = left.filter((step) => !done.has(step.key));
        }
      }),
      { numRuns: 300 },
    );
  });
});
