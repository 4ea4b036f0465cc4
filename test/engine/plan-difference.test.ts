import { describe, expect, test } from "vitest";
import { makePlan } from "../../src/engine/plan.ts";
import { planDifference } from "../../src/engine/plan-difference.ts";
import type { PlanDocument } from "../../src/engine/plan-format.ts";
import { Store, thingType } from "./store.ts";

const types = [thingType("thing")];
const desired = [
  { address: "thing/a", fields: { size: 2, shape: "round", uses: [], peers: [] } },
  { address: "thing/b", fields: { size: 2, shape: "round", uses: [], peers: [] } },
] as const;

function planOf(store: Store): PlanDocument {
  const live = [...store.things.values()];
  return makePlan({ stack: "s", region: "r", account: "a", desired, live, types }).document;
}

const saved = planOf(new Store());

/** The saved plan as somebody edited it. */
function edited(edit: (plan: ReturnType<typeof JSON.parse>) => void): PlanDocument {
  const copy = structuredClone(saved);
  edit(copy);
  return copy;
}

describe("a plan that was saved and one that is made now", () => {
  test("are the same as long as the account is the same, whatever warnings have ended", () => {
    const warning = { severity: "warning", summary: "one", remedy: "" } as const;
    expect(planDifference({ ...saved, problems: [warning] }, planOf(new Store()))).toEqual([]);
  });

  test("differ in what changed since", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    expect(planDifference(planOf(store), saved)).toEqual([
      "thing/a: update a#1 (size differs) in the saved plan, create (does not exist yet) now",
    ]);
  });

  test("differ in what has been created since, which is unchanged now", () => {
    const store = new Store();
    store.put({
      id: "a#1",
      address: "thing/a",
      fields: { size: 2, shape: "round", uses: [], peers: [] },
    });
    expect(planDifference(saved, planOf(store))).toEqual([
      "thing/a: create (does not exist yet) in the saved plan, unchanged a#1 (nothing differs) now",
    ]);
  });

  test("differ in another object of the same kind", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    const before = planOf(store);
    store.things.clear();
    store.put({ id: "a#2", address: "thing/a" });
    expect(planDifference(before, planOf(store))).toEqual([
      "thing/a: update a#1 (size differs) in the saved plan, update a#2 (size differs) now",
    ]);
  });

  test("differ in what is deleted, each object by itself", () => {
    const store = new Store();
    for (const id of ["x#1", "x#2"]) store.put({ id, address: "thing/x" });
    const before = planOf(store);
    store.things.delete("x#1");
    store.put({ id: "x#3", address: "thing/x" });
    expect(planDifference(before, planOf(store))).toEqual([
      "thing/x: delete x#1 (no longer in the stack file) in the saved plan, no change now",
      "thing/x: no change in the saved plan, delete x#3 (no longer in the stack file) now",
    ]);
  });

  test.each<[string, Parameters<typeof edited>[0], readonly string[]]>([
    ["the stack", (plan) => (plan.stack = "other"), ["stack: other in the saved plan, s now"]],
    ["the region", (plan) => (plan.region = "q"), ["region: q in the saved plan, r now"]],
    ["the account", (plan) => (plan.account = "b"), ["account: b in the saved plan, a now"]],
    [
      "a value",
      ({ changes }) => (changes[0].fields[0].after = 3),
      ["thing/a: size differs from the saved plan"],
    ],
    [
      "values of two fields, one of which is there twice",
      ({ changes }) => {
        const { fields } = changes[0];
        fields[1].after = "square";
        fields.push(fields[0]);
      },
      ["thing/a: size differs from the saved plan, shape differs from the saved plan"],
    ],
    [
      "a field that is missing",
      ({ changes }) => changes[0].fields.pop(),
      ["thing/a: peers differs from the saved plan"],
    ],
    [
      "a reason",
      ({ changes }) => (changes[0].because = "why not"),
      ["thing/a: create (why not) in the saved plan, create (does not exist yet) now"],
    ],
    [
      "a change twice",
      ({ changes }) => changes.push(changes[0]),
      [
        "thing/a: create (does not exist yet), and others in the saved plan, create (does not exist yet) now",
      ],
    ],
    [
      "the order of the changes",
      ({ changes }) => changes.reverse(),
      ["the order of the changes differs"],
    ],
    [
      "the order of the steps",
      ({ steps }) => steps.reverse(),
      ["the steps, or their order, differ"],
    ],
    [
      "what a step waits for",
      ({ steps }) => steps[0].after.push("x"),
      ["the steps, or their order, differ"],
    ],
    ["the steps", ({ steps }) => steps.pop(), ["the steps, or their order, differ"]],
    ["the summary", ({ summary }) => (summary.create = 9), ["the summary differs"]],
  ])("differ in %s", (_, edit, words) => {
    expect(planDifference(edited(edit), saved)).toEqual(words);
  });
});
