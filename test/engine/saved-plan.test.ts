import { describe, expect, test } from "vitest";
import { UserError } from "../../src/engine/errors.ts";
import { makePlan } from "../../src/engine/plan.ts";
import { parseSavedPlan, planDifference, serializePlan } from "../../src/engine/saved-plan.ts";
import { Store, thingType } from "./store.ts";

const types = [thingType("thing")];
const desired = [
  { address: "thing/a", fields: { size: 2, shape: "round", uses: [], peers: [] } },
] as const;

function planOf(store: Store) {
  const live = [...store.things.values()];
  return makePlan({ stack: "s", region: "r", account: "a", desired, live, types });
}

describe("a saved plan", () => {
  test("read back is the same plan as long as the account is the same", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json");
    expect(planDifference(saved, planOf(store))).toEqual([]);
  });

  test("says what has changed since", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json");
    store.things.clear();
    expect(planDifference(saved, planOf(store))).toEqual([
      "thing/a: update (size differs) then, create (not there yet) now",
    ]);
  });

  test("tells another object of the same kind from the one that was planned for", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json");
    store.things.clear();
    store.put({ id: "a#2", address: "thing/a" });
    expect(planDifference(saved, planOf(store))).toHaveLength(1);
  });

  const damaged = [
    { text: "{", why: "cut off" },
    { text: "[]", why: "some other JSON" },
    { text: '{"formatVersion":1,"changes":[]}', why: "what plan --json printed" },
    { text: '{"savedPlan":2}', why: "a later version's" },
    { text: '{"savedPlan":1,"document":{}}', why: "parts are missing" },
    { text: '{"savedPlan":1,"document":{},"desired":[],"live":[]}', why: "emptied by hand" },
    {
      text: JSON.stringify({
        savedPlan: 1,
        document: { stack: "s", region: "r", account: "a", changes: [], steps: [], problems: [] },
        desired: [{}],
        live: [],
      }),
      why: "without addresses",
    },
    {
      text: JSON.stringify({
        savedPlan: 1,
        document: { stack: "s", region: "r", account: "a", changes: [], steps: [], problems: [] },
        desired: [],
        live: [{ address: "thing/a", fields: {}, notes: [null] }],
      }),
      why: "with notes that are none",
    },
  ];
  test.each(damaged)("that is $why is refused in words", ({ text }) => {
    expect(() => parseSavedPlan(text, "plan.json")).toThrow(UserError);
  });
});
