import { describe, expect, test } from "vitest";
import { prepare, type WishSource } from "../../src/engine/prepare.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { Store, silent, type ThingFields, thingType } from "./store.ts";
import { apply, plan, thing, want } from "./things.ts";

const square: ThingFields = { size: 1, shape: "square", uses: [], peers: [] };

/** A type that says of these names that somebody else has them, and which names it was asked for. */
function openTypes(...taken: readonly string[]) {
  const asked: string[] = [];
  const asking = (name: string) =>
    thingType(name, {
      async findForeign(_context, sought) {
        const names = sought.map(({ physicalName }) => physicalName);
        asked.push(...names.map((each) => `${name} ${each}`));
        return names
          .filter((each) => taken.includes(each))
          .map((each) => ({
            id: `${each}#9`,
            physicalName: each,
            summary: `${each} is somebody else's`,
            remedy: "choose another name",
          }));
      },
    });
  return { asked, types: [asking("thing"), asking("other")] };
}

const named = (address: "thing/a" | "thing/b" | "other/a", physicalName: string, shape = "round") =>
  want(address, { shape }, { physicalName });

describe("a name that something else may hold", () => {
  test("is asked for, by its type, before it is taken", async () => {
    const { asked, types } = openTypes();
    await plan(new Store(), [named("thing/a", "one"), named("other/a", "one")], types);
    expect(asked).toEqual(["thing one", "other one"]);
  });

  test("is an error of the address that needs it, beside what else the plan has to say", async () => {
    const { types } = openTypes("two");
    const desired = [named("thing/a", "one"), named("thing/b", "two")];
    const { document } = await prepare({
      wish: {
        find: async () => ({
          stack: "s",
          account: "a",
          desired,
          problems: [{ severity: "warning", summary: "mind it", remedy: "mind" }],
        }),
      },
      region: "r",
      types,
      context: new Store().context()(silent),
    });
    expect(document.problems).toEqual([
      { severity: "warning", summary: "mind it", remedy: "mind" },
      {
        severity: "error",
        address: "thing/b",
        summary: "two is somebody else's",
        remedy: "choose another name",
      },
    ]);
  });

  test("is told beside what else would make the create fail", async () => {
    const asked: string[] = [];
    const types = [
      thingType("thing", {
        async findObstacles(_context, sought) {
          asked.push(...sought.map(({ physicalName }) => physicalName));
          return [{ physicalName: "one", summary: "it has no door", remedy: "make a door" }];
        },
      }),
    ];
    const { document } = await plan(new Store(), [named("thing/a", "one")], types);
    expect(asked).toEqual(["one"]);
    expect(document.problems).toEqual([
      { severity: "error", address: "thing/a", summary: "it has no door", remedy: "make a door" },
    ]);
    const store = new Store();
    store.put({ id: "one#1", address: "thing/a", physicalName: "one" });
    await plan(store, [named("thing/a", "one")], types);
    expect(asked).toEqual(["one"]);
  });

  test("is no address's where a type finds more than it was asked for", async () => {
    const types = [
      thingType("thing", {
        findForeign: async () => [{ id: "x", physicalName: "x", summary: "x", remedy: "y" }],
      }),
    ];
    const { document } = await plan(new Store(), [named("thing/a", "one")], types);
    expect(document.problems).toEqual([{ severity: "error", summary: "x", remedy: "y" }]);
  });

  const cases: readonly {
    readonly why: string;
    readonly live: readonly Parameters<Store["put"]>[0][];
    readonly desired: readonly DesiredResource[];
    readonly asked: readonly string[];
  }[] = [
    {
      why: "is asked for where a replacement takes a new one",
      live: [{ id: "a", physicalName: "old", address: "thing/a", fields: square }],
      desired: [named("thing/a", "new")],
      asked: ["thing new"],
    },
    {
      why: "is not asked for where our own object has it",
      live: [{ id: "a", physicalName: "one", address: "thing/a", fields: square }],
      desired: [named("thing/a", "one")],
      asked: [],
    },
    {
      why: "is asked for where what is left of our own has it",
      live: [{ id: "a", physicalName: "one", address: "thing/a", status: "failed" }],
      desired: [named("thing/a", "one")],
      asked: ["thing one"],
    },
    {
      why: "is asked for where our own object of another type has it",
      live: [{ id: "a", physicalName: "one", address: "other/x" }],
      desired: [named("thing/a", "one")],
      asked: ["thing one"],
    },
    {
      why: "is not asked for where the object is kept or updated",
      live: [
        { id: "a", physicalName: "one", address: "thing/a" },
        { id: "b", physicalName: "two", address: "thing/b", fields: { ...square, size: 2 } },
      ],
      desired: [named("thing/a", "one"), named("thing/b", "two", "square")],
      asked: [],
    },
    {
      why: "is not asked for as long as it is unknown",
      live: [],
      desired: [want("thing/b", { shape: { ref: "other/a", output: "id" } }), want("other/a")],
      asked: [expect.stringMatching(/^other s-a-/)],
    },
  ];
  test.each(cases)("$why", async ({ live, desired, asked: expected }) => {
    const store = new Store();
    for (const object of live) store.put(object);
    const { asked, types } = openTypes();
    await plan(store, desired, types);
    expect(asked).toEqual(expected);
  });
});

test("what is wanted, and what is there, are looked up at the same time, and the one may ask for the other", async () => {
  const order: string[] = [];
  const types = [
    thingType("thing", {
      async discover() {
        order.push("look");
        await Promise.resolve();
        order.push("found");
        return [];
      },
    }),
  ];
  const wish: WishSource = {
    async find(live) {
      order.push("wish");
      const { length } = await live;
      order.push(`wanted beside ${length}`);
      return { stack: "s", account: "a", desired: [] };
    },
  };
  const context = new Store().context()(silent);
  const { document } = await prepare({ wish, region: "r", types, context });
  expect(order).toEqual(["look", "wish", "found", "wanted beside 0"]);
  expect(document).toMatchObject({ stack: "s", account: "a", region: "r", formatVersion: 1 });
});

test("a look-up that fails is no empty account", async () => {
  const types = [
    thing,
    thingType("other", {
      discover: async () => {
        throw new Error("denied");
      },
    }),
  ];
  await expect(apply(new Store(), [], types)).rejects.toThrow("denied");
});

describe("what somebody else keeps from being deleted", () => {
  const holding = (...ids: readonly string[]) => {
    const asked: string[] = [];
    const type = thingType("thing", {
      async findHolds(_context, live) {
        asked.push(...live.map(({ id }) => id));
        return live
          .filter(({ id }) => ids.includes(id))
          .map(({ id }) => ({ id, summary: `${id} is held`, remedy: "let it go" }));
      },
    });
    return { asked, types: [type, thingType("other")] };
  };

  test("is an error of its address, before anything is deleted", async () => {
    const store = new Store();
    for (const id of ["a", "b"]) store.put({ id, address: `thing/${id}` });
    store.put({ id: "c", address: "other/c" });
    const { asked, types } = holding("b");
    const { document } = await plan(store, [], types);
    expect(asked).toEqual(["a", "b"]);
    expect(document.problems).toEqual([
      { severity: "error", address: "thing/b", summary: "b is held", remedy: "let it go" },
    ]);
  });

  test("is not asked for what stays", async () => {
    const store = new Store();
    store.put({ id: "a", address: "thing/a", physicalName: "one" });
    const { asked, types } = holding("a");
    const { document } = await plan(store, [named("thing/a", "one")], types);
    expect(asked).toEqual([]);
    expect(document.problems).toEqual([]);
  });
});
