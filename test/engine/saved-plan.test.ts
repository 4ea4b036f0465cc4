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

  test.each([
    ["stack", "other", "stack: s then, other now"],
    ["region", "q", "region: r then, q now"],
    ["account", "b", "account: a then, b now"],
  ] as const)("says that it is for another %s", (key, value, words) => {
    const { document, ...rest } = planOf(new Store());
    const now = { ...rest, document: { ...document, [key]: value } };
    const saved = parseSavedPlan(serializePlan(planOf(new Store())), "plan.json");
    expect(planDifference(saved, now)).toEqual([words]);
  });

  test("says what is deleted besides, and what was to be, each object by itself", () => {
    const store = new Store();
    for (const id of ["x#1", "x#2"]) store.put({ id, address: "thing/x" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json");
    store.things.delete("x#1");
    store.put({ id: "x#3", address: "thing/x" });
    expect(planDifference(saved, planOf(store))).toEqual([
      "thing/x: delete (no longer in the stack file) then, not there now",
      "thing/x: not there then, delete (no longer in the stack file) now",
    ]);
  });

  test("says that the steps are other ones where no change differs", () => {
    const now = planOf(new Store());
    const { document } = now;
    const steps = document.steps.map((step) => ({ ...step, after: ["another"] }));
    const saved = { ...now, document: { ...document, steps } };
    expect(planDifference(saved, now)).toEqual(["the steps"]);
  });

  test("holds the plan, what is wanted and what was there, and nothing else", () => {
    const planning = planOf(new Store());
    const { document, desired: wanted, live } = planning;
    const text = serializePlan(planning);
    expect(JSON.parse(text)).toEqual({ savedPlan: 1, document, desired: wanted, live });
    expect(text.endsWith("}\n")).toBe(true);
    expect(parseSavedPlan(text, "plan.json")).toEqual({ document, desired: wanted, live });
  });

  const remedy = "make it again with: reconcile plan --out";
  const whole = JSON.parse(serializePlan(planOf(new Store()))) as Record<string, unknown>;
  const document = whole["document"] as Record<string, unknown>;
  const live = { address: "thing/a", fields: {} };
  const damage = (changed: object) => JSON.stringify({ ...whole, ...changed });
  const damaged: readonly { why: string; text: string; said: string }[] = [
    { why: "cut off", text: "{", said: "plan.json is not a saved plan: it is not JSON" },
    { why: "some other JSON", text: "[]", said: "plan.json is not a saved plan" },
    { why: "no object", text: "null", said: "plan.json is not a saved plan" },
    {
      why: "what plan --json printed",
      text: JSON.stringify(document),
      said: "plan.json is not a saved plan",
    },
    {
      why: "a later version's",
      text: damage({ savedPlan: 2 }),
      said: "plan.json was saved by another version of reconcile",
    },
    ...[
      ["without its document", { document: undefined }],
      ["with a document that is none", { document: [] }],
      ["emptied by hand", { document: {} }],
      ["without its stack", { document: { ...document, stack: undefined } }],
      ["without its region", { document: { ...document, region: 1 } }],
      ["without its account", { document: { ...document, account: null } }],
      ["without its changes", { document: { ...document, changes: {} } }],
      ["without its steps", { document: { ...document, steps: "none" } }],
      ["without its problems", { document: { ...document, problems: undefined } }],
      ["without what is wanted", { desired: undefined }],
      ["with something wanted that is nothing", { desired: [null] }],
      ["with something wanted without an address", { desired: [{ fields: {} }] }],
      ["with something wanted without fields", { desired: [{ ...live, fields: [] }] }],
      ["with one of several damaged", { desired: [live, {}] }],
      ["without what was there", { live: {} }],
      ["with something there without an address", { live: [{ ...live, address: 1 }] }],
      ["with notes that are no list", { live: [{ ...live, notes: "mind" }] }],
      ["with notes that are none", { live: [{ ...live, notes: [null] }] }],
      ["with a note without its words", { live: [{ ...live, notes: [{ remedy: "do" }] }] }],
      ["with a note without its remedy", { live: [{ ...live, notes: [{ summary: "it" }] }] }],
      [
        "with one of two notes damaged",
        {
          live: [{ ...live, notes: [{ summary: "it", remedy: "do" }, {}] }],
        },
      ],
    ].map(([why, changed]) => ({
      why: String(why),
      text: damage(changed as object),
      said: "plan.json is a damaged saved plan",
    })),
  ];
  test.each(damaged)("that is $why is refused, with what to do", ({ text, said }) => {
    const parse = () => parseSavedPlan(text, "plan.json");
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(expect.objectContaining({ message: said, remedy }));
  });

  test("may have notes, or none", () => {
    const notes = [{ summary: "it", remedy: "do" }];
    const text = damage({ live: [live, { ...live, notes }] });
    expect(parseSavedPlan(text, "plan.json").live).toEqual([live, { ...live, notes }]);
  });

  test("keeps the reason why its text could not be read", () => {
    const cause = expect.any(SyntaxError);
    expect(() => parseSavedPlan("{", "plan.json")).toThrow(expect.objectContaining({ cause }));
  });
});
