import { describe, expect, test } from "vitest";
import { makePlan } from "../../src/engine/plan.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import type { Retained } from "../../src/engine/retained.ts";
import { Store, type ThingFields } from "./store.ts";
import { actions, ref, thing, want } from "./things.ts";

type Seen = Parameters<Store["put"]>[0];

const fields = (some: Partial<ThingFields> = {}): ThingFields => ({
  size: 1,
  shape: "round",
  uses: [],
  peers: [],
  ...some,
});

const old: Retained = { address: "thing/old", because: "the file keeps it" };

function planOf(
  live: readonly Seen[],
  desired: readonly DesiredResource[],
  retained: readonly Retained[] = [old],
) {
  const store = new Store();
  for (const object of live) store.put(object);
  const all = [...store.things.values()];
  return makePlan({
    stack: "s",
    region: "r",
    account: "a",
    desired,
    live: all,
    types: [thing],
    retained,
  });
}

const stepsOf = (planning: ReturnType<typeof planOf>) =>
  planning.document.steps.map(({ key }) => key);

const present = [
  { id: "new#1", address: "thing/new" },
  { id: "old#1", address: "thing/old", fields: fields({ size: 7 }) },
] as const;

describe("an object that the file keeps without defining it", () => {
  test("stays as it is, and is told with the reason", () => {
    const planning = planOf(present, [want("thing/new")]);
    expect(actions(planning)).toEqual(["keep thing/new", "keep thing/old"]);
    expect(planning.document.changes[1]).toEqual({
      address: "thing/old",
      action: "keep",
      id: "old#1",
      because: "the file keeps it",
      fields: [],
    });
    expect(planning.document.problems).toEqual([]);
    expect(stepsOf(planning)).toEqual([]);
    expect(planning.retained).toEqual([old]);
  });

  test("is deleted where the file no longer keeps it", () => {
    const planning = planOf(present, [want("thing/new")], []);
    expect(actions(planning)).toEqual(["keep thing/new", "delete thing/old"]);
    expect(stepsOf(planning)).toEqual(["delete thing/old old#1"]);
  });

  test("is nothing where the stack has none", () => {
    const planning = planOf(present.slice(0, 1), [want("thing/new")]);
    expect(actions(planning)).toEqual(["keep thing/new"]);
    expect(planning.document.problems).toEqual([]);
  });

  test("is deleted with everything else, whatever the file keeps", () => {
    const planning = planOf(present, []);
    expect(actions(planning).toSorted()).toEqual(["delete thing/new", "delete thing/old"]);
    expect(stepsOf(planning).toSorted()).toEqual([
      "delete thing/new new#1",
      "delete thing/old old#1",
    ]);
    expect(planning.document.problems).toEqual([]);
  });

  test("is deleted where it failed: nobody can use it", () => {
    const failed = { ...present[1], status: "failed" } as const;
    const planning = planOf([present[0], failed], [want("thing/new")]);
    expect(stepsOf(planning)).toEqual(["delete thing/old old#1"]);
    expect(planning.document.problems).toEqual([]);
  });
});

describe("what such an object uses", () => {
  const using = (...uses: string[]) => [
    present[0],
    { ...present[1], fields: fields({ uses }) },
    { id: "part#1", address: "thing/part", fields: fields({ uses: ["deep#1"] }) } as const,
    { id: "deep#1", address: "thing/deep" } as const,
    { id: "idle#1", address: "thing/idle" } as const,
  ];

  test("stays with it, and what that uses, and nothing else", () => {
    const planning = planOf(using("part#1"), [want("thing/new")]);
    expect(actions(planning)).toEqual([
      "keep thing/new",
      "delete thing/idle",
      "keep thing/old",
      "keep thing/part",
      "keep thing/deep",
    ]);
    expect(planning.document.changes.map(({ because }) => because).slice(-2)).toEqual([
      "thing/old uses it",
      "thing/part uses it",
    ]);
    expect(stepsOf(planning)).toEqual(["delete thing/idle idle#1"]);
  });

  test("is compared and changed as ever where the file defines it, too", () => {
    const planning = planOf(using("part#1"), [
      want("thing/new"),
      want("thing/part", { size: 2, uses: ["deep#1"] }),
    ]);
    expect(actions(planning)).toContain("update thing/part");
    expect(actions(planning).filter((each) => each.endsWith("thing/part"))).toHaveLength(1);
    expect(stepsOf(planning)).toContain("update thing/part");
  });

  test("stays beside the new generation that replaces it", () => {
    const planning = planOf(using("part#1"), [
      want("thing/new"),
      want("thing/part", { shape: "square", uses: ["deep#1"] }),
    ]);
    expect(actions(planning)).toContain("replace thing/part");
    const steps = stepsOf(planning);
    expect(steps).toContain("create thing/part");
    expect(steps).not.toContain("delete thing/part part#1");
  });

  test("stays as an earlier generation that nobody wants any more", () => {
    const earlier = {
      id: "part#0",
      address: "thing/part",
      fields: fields({ shape: "square" }),
    } as const;
    const live = [...using("part#0"), earlier];
    const desired = [
      want("thing/new"),
      want("thing/deep"),
      want("thing/part", { uses: [ref("thing/deep")] }),
    ];
    const planning = planOf(live, desired);
    expect(stepsOf(planning)).toEqual(["delete thing/idle idle#1"]);
    expect(
      planning.document.changes.filter(({ address }) => address === "thing/part"),
    ).toMatchObject([
      { action: "keep", id: "part#1" },
      { action: "keep", id: "part#0", because: "thing/old uses it" },
    ]);
    expect(stepsOf(planOf(live, desired, []))).toContain("delete thing/part part#0");
  });
});
