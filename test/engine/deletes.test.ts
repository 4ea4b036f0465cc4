import { describe, expect, test } from "vitest";
import type { DesiredResource, LiveStatus } from "../../src/engine/resource.ts";
import { Store, type ThingFields, thingType } from "./store.ts";
import { plan, ref, thing, want } from "./things.ts";

const types = [thingType("other"), thingType("holder", { holds: ["thing"] }), thing];

type Seen = Parameters<Store["put"]>[0];

/** What each step of the plan waits for, by key. */
async function predecessors(
  live: readonly Seen[],
  desired: readonly DesiredResource[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const store = new Store();
  for (const object of live) store.put(object);
  const { document } = await plan(store, desired, types);
  return Object.fromEntries(document.steps.map(({ key, after }) => [key, after]));
}

const fields = (some: Partial<ThingFields> = {}): ThingFields => ({
  size: 1,
  shape: "round",
  uses: [],
  peers: [],
  ...some,
});

describe("of two objects at an address, the one that is not wanted goes", () => {
  const beside = (status: LiveStatus) =>
    predecessors(
      [
        { id: "a", address: "thing/a", fields: fields() },
        { id: "x", address: "thing/a", status, fields: fields({ shape: "square" }) },
        { id: "b", address: "thing/b", fields: fields({ uses: ["a"] }) },
      ],
      [want("thing/a", { size: 2 }), want("thing/b", { size: 2, uses: [ref("thing/a")] })],
    );

  test("when all that is built on the wanted one is done, where it served", async () => {
    expect(await beside("ready")).toMatchObject({
      "update thing/a": [],
      "delete thing/a x": ["update thing/a", "update thing/b"],
    });
  });

  test("at once, where an interrupted apply left it and nobody ever used it", async () => {
    expect(await beside("partial")).toMatchObject({
      "update thing/a": [],
      "delete thing/a x": [],
    });
  });

  test("before anything else there, where it failed: its name may be needed", async () => {
    expect(await beside("failed")).toMatchObject({
      "update thing/a": ["delete thing/a x"],
      "delete thing/a x": [],
    });
  });
});

test("what is replaced goes when all that is built on the new one is there", async () => {
  const old = { id: "old", address: "thing/a", fields: fields({ shape: "square" }) } as const;
  const steps = await predecessors(
    [old],
    [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
  );
  expect(steps["delete thing/a old"]).toEqual(["create thing/a", "create thing/b"]);
});

test("of two that go, the one that uses the other goes first", async () => {
  const steps = await predecessors(
    [
      { id: "a", address: "thing/a" },
      { id: "b", address: "thing/b", uses: ["a"] },
    ],
    [],
  );
  expect(steps).toEqual({
    "delete thing/a a": ["delete thing/b b"],
    "delete thing/b b": [],
  });
});

test("what leaves the file goes when what uses it has changed", async () => {
  const steps = await predecessors(
    [
      { id: "a", address: "other/a" },
      { id: "b", address: "thing/b", fields: fields({ uses: ["a"] }) },
    ],
    [want("thing/b"), want("thing/c", { uses: [ref("thing/b")] })],
  );
  expect(steps["delete other/a a"]).toEqual(["update thing/b"]);
});

describe("where a name has to become free first", () => {
  const named = (shape: string) => want("thing/a", { shape }, { physicalName: "fixed" });
  const old = { id: "old", physicalName: "fixed", address: "thing/a", fields: fields() } as const;

  test("nobody waits for the change of those that merely use what has it", async () => {
    const steps = await predecessors(
      [old, { id: "b", address: "thing/b", fields: fields({ uses: ["old"] }) }],
      [named("square"), want("thing/b")],
    );
    expect(steps).toEqual({
      "create thing/a": ["delete thing/a old"],
      "delete thing/a old": [],
      "update thing/b": [],
    });
  });

  test("what only names it goes later, and in its own order", async () => {
    const steps = await around("other");
    expect(steps["delete thing/z fixed"]).toEqual([]);
    expect(steps["delete other/p earlier"]).toContain("update other/q");
  });

  test("what holds it goes before it", async () => {
    const steps = await around("holder");
    expect(steps["delete thing/z fixed"]).toContain("delete holder/p earlier");
    expect(steps["delete holder/p earlier"]).not.toContain("update holder/q");
  });

  /** An earlier generation of p uses z, which is made anew under its name; q moves to both new ones. */
  function around(type: "other" | "holder") {
    const made = { address: "thing/z", physicalName: "fixed" } as const;
    return predecessors(
      [
        { id: "fixed", ...made, fields: fields() },
        {
          id: "earlier",
          address: `${type}/p`,
          fields: fields({ shape: "square", uses: ["fixed"] }),
        },
        { id: "now", address: `${type}/p`, createdAt: 1, fields: fields() },
        { id: "q", address: `${type}/q`, fields: fields({ peers: ["earlier"] }) },
      ],
      [
        want(`${type}/p`),
        want("thing/z", { shape: "square" }, { physicalName: "fixed" }),
        want(`${type}/q`, { uses: [ref(`${type}/p`)], peers: [ref("thing/z")] }),
      ],
    );
  }

  test("the earlier ones that are kept stay, save the one that has the name", async () => {
    const live = ["oldest", "older"].map(
      (id, createdAt) =>
        ({ id, physicalName: id, createdAt, address: "thing/a", fields: fields() }) as const,
    );
    const store = new Store();
    for (const object of [...live, { ...old, createdAt: 2 }]) store.put(object);
    const wanted = want("thing/a", { shape: "square" }, { physicalName: "fixed", keep: 2 });
    const { document } = await plan(store, [wanted], types);
    expect(document.steps.filter(({ verb }) => verb === "delete").map(({ key }) => key)).toEqual([
      "delete thing/a oldest",
      "delete thing/a old",
    ]);
    expect(document.summary).toMatchObject({ replace: 1, delete: 1 });
  });
});
