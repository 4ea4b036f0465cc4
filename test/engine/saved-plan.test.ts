import { createHash } from "node:crypto";
import fc from "fast-check";
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
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json", types);
    expect(planDifference(saved, planOf(store))).toEqual([]);
  });

  test("says what has changed since", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json", types);
    store.things.clear();
    expect(planDifference(saved, planOf(store))).toEqual([
      "thing/a: update (size differs) then, create (does not exist yet) now",
    ]);
  });

  test("tells another object of the same kind from the one that was planned for", () => {
    const store = new Store();
    store.put({ id: "a#1", address: "thing/a" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json", types);
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
    const saved = parseSavedPlan(serializePlan(planOf(new Store())), "plan.json", types);
    expect(planDifference(saved, now)).toEqual([words]);
  });

  test("says what is deleted besides, and what was to be, each object by itself", () => {
    const store = new Store();
    for (const id of ["x#1", "x#2"]) store.put({ id, address: "thing/x" });
    const saved = parseSavedPlan(serializePlan(planOf(store)), "plan.json", types);
    store.things.delete("x#1");
    store.put({ id: "x#3", address: "thing/x" });
    expect(planDifference(saved, planOf(store))).toEqual([
      "thing/x: delete (no longer in the stack file) then, not planned now",
      "thing/x: not planned then, delete (no longer in the stack file) now",
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
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(JSON.parse(text)).toEqual({ savedPlan: 2, sha256, document, desired: wanted, live });
    expect(text.endsWith("}\n")).toBe(true);
    expect(parseSavedPlan(text, "plan.json", types)).toEqual({ document, desired: wanted, live });
  });

  const remedy = "make it again with: reconcile plan --out";
  const whole = JSON.parse(serializePlan(planOf(new Store()))) as Record<string, unknown>;
  const document = whole["document"] as Record<string, unknown>;
  const thing = {
    id: "a#1",
    address: "thing/a",
    physicalName: "a",
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: {},
    uses: [],
  };
  /** With a sum that is right for it, as whoever knows how it is made would write it: it is no signature. */
  const damage = (changed: object) => {
    const parts = { ...whole, ...changed };
    const { document, desired, live } = parts as Record<string, unknown>;
    const text = JSON.stringify({ document, desired, live });
    const sha256 = createHash("sha256").update(text).digest("hex");
    return JSON.stringify({ ...parts, sha256 });
  };
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
      text: damage({ savedPlan: 3 }),
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
      ["with something wanted without fields", { desired: [{ ...thing, fields: [] }] }],
      ["with one of several damaged", { desired: [thing, {}] }],
      ["without what was there", { live: {} }],
      ["with something there without an address", { live: [{ ...thing, address: 1 }] }],
      ["with notes that are no list", { live: [{ ...thing, notes: "mind" }] }],
      ["with notes that are none", { live: [{ ...thing, notes: [null] }] }],
      ["with a note without its words", { live: [{ ...thing, notes: [{ remedy: "do" }] }] }],
      ["with a note without its remedy", { live: [{ ...thing, notes: [{ summary: "it" }] }] }],
      [
        "with one of two notes damaged",
        {
          live: [{ ...thing, notes: [{ summary: "it", remedy: "do" }, {}] }],
        },
      ],
    ].map(([why, changed]) => ({
      why: String(why),
      text: damage(changed as object),
      said: "plan.json is a damaged saved plan",
    })),
  ];
  test.each(damaged)("that is $why is refused, with what to do", ({ text, said }) => {
    const parse = () => parseSavedPlan(text, "plan.json", types);
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(expect.objectContaining({ message: said, remedy }));
  });

  test("may have notes, or none", () => {
    const notes = [{ summary: "it", remedy: "do" }];
    const text = damage({ live: [thing, { ...thing, notes }] });
    expect(parseSavedPlan(text, "plan.json", types).live).toEqual([thing, { ...thing, notes }]);
  });

  test("keeps the reason why its text could not be read", () => {
    const cause = expect.any(SyntaxError);
    expect(() => parseSavedPlan("{", "plan.json", types)).toThrow(
      expect.objectContaining({ cause }),
    );
  });

  const other = [
    { text: "", why: "empty" },
    { text: "{", why: "cut off" },
    { text: "\0\u00ff\u0001", why: "binary" },
    { text: "[]", why: "some other JSON" },
    { text: "null", why: "nothing" },
    { text: "[".repeat(200_000), why: "an abyss" },
    { text: '{"formatVersion":1,"changes":[]}', why: "what plan --json printed" },
    { text: '{"savedPlan":1,"document":{}}', why: "an earlier version's" },
    { text: '{"savedPlan":"2"}', why: "of another kind of version" },
    { text: '{"savedPlan":2,"document":{}}', why: "parts are missing" },
    { text: '{"savedPlan":2,"document":{},"desired":[],"live":[]}', why: "emptied by hand" },
    {
      text: `{"savedPlan":2,"document":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
      why: "deeper than can be followed",
    },
  ];
  test.each(other)("that is $why is refused in words", ({ text }) => {
    expect(() => parseSavedPlan(text, "plan.json", types)).toThrow(UserError);
  });

  const written = serializePlan(planOf(new Store()));

  test("is refused as soon as anything of it is another", () => {
    const apart = (value: unknown): readonly (readonly (string | number)[])[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, member]) => [
            [key],
            ...apart(member).map((rest) => [key, ...rest]),
          ])
        : [];
    const paths = apart(JSON.parse(written)).filter(([first]) => first !== "savedPlan");
    const anything = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, (path, put) => {
        const changed = JSON.parse(written);
        let at = changed;
        for (const key of path.slice(0, -1)) at = at[key];
        const last = path.at(-1) ?? "";
        if (put === undefined) delete at[last];
        else at[last] = put;
        const text = JSON.stringify(changed, undefined, 1);
        fc.pre(text !== JSON.stringify(JSON.parse(written), undefined, 1));
        expect(() => parseSavedPlan(text, "plan.json", types)).toThrow(UserError);
      }),
      { numRuns: 500 },
    );
  });

  test("is refused when it is cut off or a byte of it is another", () => {
    fc.assert(
      fc.property(fc.nat(written.length - 2), fc.string({ maxLength: 3 }), (at, put) => {
        for (const text of [
          written.slice(0, at),
          written.slice(0, at) + put + written.slice(at + 1),
        ]) {
          let seen: unknown;
          try {
            seen = parseSavedPlan(text, "plan.json", types);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            continue;
          }
          // White space is no other plan.
          expect(seen).toEqual(parseSavedPlan(written, "plan.json", types));
        }
      }),
      { numRuns: 300 },
    );
  });

  /** As somebody would write it who knows how the sum is made: the sum is no signature. */
  function forged(change: (plan: ReturnType<typeof JSON.parse>) => void): string {
    const { document, desired, live } = JSON.parse(written);
    const saved = { document, desired, live };
    change(saved);
    const sha256 = createHash("sha256").update(JSON.stringify(saved)).digest("hex");
    return JSON.stringify({ savedPlan: 2, sha256, ...saved });
  }

  test("without a sum, and too deep for one, is no plan that was saved", () => {
    const { savedPlan, document, desired, live } = JSON.parse(written);
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const text = JSON.stringify({ savedPlan, document, desired, live }).replace(
      /"size":2/g,
      `"size":${deep}`,
    );
    expect(text).toContain(deep);
    expect(() => parseSavedPlan(text, "plan.json", types)).toThrow(
      "plan.json is a damaged saved plan",
    );
  });

  test.each<[string, string, string]>([
    [
      "that somebody changed",
      written.replace(/"size":\s*2/, '"size":3'),
      "plan.json is a damaged saved plan: it is not what was saved, which its SHA-256 sum tells",
    ],
    [
      "of a type that nobody knows",
      forged(({ desired }) => {
        desired[0].address = "other/a";
      }),
      "plan.json was saved by another version of reconcile: other/a is of a type that is not known here",
    ],
  ])("%s is refused with its reason and what to do", (_, text, said) => {
    expect(text).not.toBe(written);
    const message = expect.stringContaining(said);
    expect(() => parseSavedPlan(text, "plan.json", types)).toThrow(
      expect.objectContaining({ message, remedy }),
    );
  });

  test("with its own sum is that plan", () => {
    expect(
      parseSavedPlan(
        forged(() => {}),
        "plan.json",
        types,
      ),
    ).toEqual(parseSavedPlan(written, "plan.json", types));
  });

  test.each<[string, Parameters<typeof forged>[0]]>([
    ["no changes", ({ document }) => delete document.changes],
    ["a change that is none", ({ document }) => document.changes.push(null)],
    ["an action that is none", ({ document }) => (document.changes[0].action = "explode")],
    ["fields that are none", ({ document }) => (document.changes[0].fields = {})],
    [
      "a step that waits for itself",
      ({ document }) => document.steps[0].after.push(document.steps[0].key),
    ],
    [
      "steps in a circle",
      ({ document }) => {
        const [first] = document.steps;
        document.steps.push({ ...first, key: "second", after: [first.key] });
        first.after.push("second");
      },
    ],
    [
      "a step that waits for none of them",
      ({ document }) => document.steps[0].after.push("nothing"),
    ],
    ["a step twice", ({ document }) => document.steps.push(document.steps[0])],
    ["problems that are texts", ({ document }) => document.problems.push("text")],
    ["a region that is a host", ({ document }) => (document.region = "evil.example/")],
    ["wanted without an address", ({ desired }) => delete desired[0].address],
    ["wanted without fields", ({ desired }) => (desired[0].fields = null)],
    ["live without an id", ({ live }) => live.push({ address: "thing/a", fields: {} })],
    [
      "notes that are none",
      ({ live }) =>
        live.push({
          id: "x",
          address: "thing/a",
          physicalName: "x",
          status: "ready",
          createdAt: 0,
          fields: {},
          outputs: {},
          uses: [],
          notes: [null],
        }),
    ],
    ["a type that nobody knows", ({ desired }) => (desired[0].address = "other/a")],
    ["a field that nobody knows", ({ desired }) => (desired[0].fields.colour = "red")],
  ])("with its own sum and %s is refused", (_, change) => {
    expect(() => parseSavedPlan(forged(change), "plan.json", types)).toThrow(UserError);
  });
});
