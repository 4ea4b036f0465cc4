import { describe, expect, test } from "vitest";
import { makePlan, type Planning } from "../../src/engine/plan.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { unknownValue } from "../../src/engine/values.ts";
import { KNOWN_AFTER_APPLY } from "../../src/engine/worded.ts";
import { Store, type ThingFields, thingType } from "./store.ts";
import { ref, thing, want } from "./things.ts";

type Seen = Parameters<Store["put"]>[0];

const telling = thingType("telling", {
  fields: {
    ...thing.fields,
    size: {
      onChange: "update",
      because: (before, after) => `bigger: ${String(before)} → ${String(after)}`,
    },
    peers: { onChange: "update", minor: true },
  },
});
const fixed = thingType("fixed", {
  fields: { ...thing.fields, size: { onChange: "forbid" } },
});
const inPlace = thingType("in-place", { replace: "delete-first" });
const holder = thingType("holder", { holds: ["thing", "in-place"] });
const types = [thing, telling, fixed, inPlace, holder];

function planOf(live: readonly Seen[], desired: readonly DesiredResource[]): Planning {
  const store = new Store();
  for (const object of live) store.put(object);
  return makePlan({
    stack: "s",
    region: "r",
    account: "a",
    desired,
    live: [...store.things.values()],
    types,
  });
}

const fields = (some: Partial<ThingFields> = {}): ThingFields => ({
  size: 1,
  shape: "round",
  uses: [],
  peers: [],
  ...some,
});

/** A change in words: what, of which object, and why. */
const inWords = ({ document }: Planning) =>
  document.changes.map(
    ({ action, address, id, because }) => `${action} ${address}${id ? ` ${id}` : ""}: ${because}`,
  );

describe("a plan says why", () => {
  const cases: readonly {
    readonly why: string;
    readonly live: readonly Seen[];
    readonly desired: readonly DesiredResource[];
    readonly changes: readonly string[];
  }[] = [
    {
      why: "something is made for the first time",
      live: [],
      desired: [want("thing/a")],
      changes: ["create thing/a: does not exist yet"],
    },
    {
      why: "something is made again while the earlier one goes",
      live: [{ id: "x", address: "thing/a", status: "deleting" }],
      desired: [want("thing/a")],
      changes: ["create thing/a: the previous one is being deleted"],
    },
    {
      why: "something that failed is made anew, with AWS's reason",
      live: [{ id: "x", address: "thing/a", status: "failed", statusReason: "no capacity" }],
      desired: [want("thing/a")],
      changes: ["replace thing/a x: failed: no capacity"],
    },
    {
      why: "something that failed is made anew, where AWS has no reason",
      live: [{ id: "x", address: "thing/a", status: "failed" }],
      desired: [want("thing/a")],
      changes: ["replace thing/a x: failed: AWS gives no reason"],
    },
    {
      why: "something that failed goes beside what serves",
      live: [
        { id: "a", address: "thing/a" },
        { id: "x", address: "thing/a", status: "failed", statusReason: "no capacity" },
        { id: "y", address: "thing/a", status: "failed" },
      ],
      desired: [want("thing/a")],
      changes: [
        "keep thing/a a: nothing differs",
        "delete thing/a x: failed: no capacity",
        "delete thing/a y: failed: AWS gives no reason",
      ],
    },
    {
      why: "what an interrupted apply began is gone on with",
      live: [{ id: "x", address: "thing/a", status: "partial" }],
      desired: [want("thing/a")],
      changes: ["create thing/a x: resuming an interrupted apply"],
    },
    {
      why: "what is unfinished is gone on with, and the reason says in which state it is",
      live: [{ id: "x", address: "thing/a", status: "partial", statusReason: "stopped" }],
      desired: [want("thing/a")],
      changes: ["create thing/a x: unfinished: stopped"],
    },
    {
      why: "a replacement that an interrupted apply began is gone on with",
      live: [
        { id: "x", address: "thing/a", status: "partial" },
        { id: "old", address: "thing/a", fields: fields({ shape: "square" }) },
      ],
      desired: [want("thing/a")],
      changes: ["replace thing/a old: resuming an interrupted apply"],
    },
    {
      why: "what is left over goes",
      live: [
        { id: "a", address: "thing/a" },
        { id: "x", address: "thing/a", status: "partial", createdAt: 1 },
        { id: "y", address: "thing/a", fields: fields({ shape: "square" }) },
      ],
      desired: [want("thing/a")],
      changes: [
        "keep thing/a a: nothing differs",
        "delete thing/a x: left over from an interrupted apply",
        "delete thing/a y: an earlier generation that is no longer kept",
      ],
    },
    {
      why: "something is kept, and waited for",
      live: [
        { id: "a", address: "thing/a", status: "settling", statusReason: "1 of 2 are healthy" },
        { id: "b", address: "thing/b", status: "settling" },
      ],
      desired: [want("thing/a"), want("thing/b")],
      changes: ["keep thing/a a: 1 of 2 are healthy", "keep thing/b b: not healthy yet"],
    },
    {
      why: "something leaves the file, or goes already",
      live: [
        { id: "a", address: "thing/a" },
        { id: "x", address: "thing/x" },
        { id: "y", address: "thing/y", status: "deleting" },
      ],
      desired: [want("thing/a")],
      changes: [
        "keep thing/a a: nothing differs",
        "delete thing/x x: no longer in the stack file",
        "delete thing/y y: already being deleted",
      ],
    },
    {
      why: "everything goes",
      live: [{ id: "a", address: "thing/a" }],
      desired: [],
      changes: ["delete thing/a a: the stack is being destroyed"],
    },
    {
      why: "fields differ, one or many values each",
      live: [{ id: "a", address: "thing/a", fields: fields({ size: 2, peers: ["p@"] }) }],
      desired: [want("thing/a")],
      changes: ["update thing/a a: size and peers differ"],
    },
    {
      why: "a field differs, in its type's words, and what comes with it is not named",
      live: [{ id: "a", address: "telling/a", fields: fields({ size: 2, peers: ["p@"] }) }],
      desired: [want("telling/a")],
      changes: ["update telling/a a: bigger: 2 → 1"],
    },
    {
      why: "what usually comes with another change differs alone",
      live: [{ id: "a", address: "telling/a", fields: fields({ peers: ["p@"] }) }],
      desired: [want("telling/a")],
      changes: ["update telling/a a: peers differ"],
    },
    {
      why: "a value comes from what is not made yet, whatever words its type has",
      live: [{ id: "a", address: "telling/a" }],
      desired: [
        want("thing/b"),
        want("thing/c"),
        want("telling/a", { size: [ref("thing/b"), ref("thing/c"), ref("thing/b", "version")] }),
      ],
      changes: [
        "create thing/b: does not exist yet",
        "create thing/c: does not exist yet",
        "update telling/a a: size changes with thing/b and thing/c",
      ],
    },
    {
      why: "a replacement takes along what holds it",
      live: [
        { id: "a", physicalName: "n", address: "thing/a", fields: fields({ shape: "square" }) },
        { id: "h", address: "holder/h", fields: fields({ uses: ["a"] }) },
        { id: "b", address: "thing/b", fields: fields({ uses: ["a"] }) },
      ],
      desired: [
        want("thing/a", {}, { physicalName: "n" }),
        want("holder/h", { uses: [ref("thing/a")] }),
        want("thing/b", { uses: [ref("thing/a")] }),
      ],
      changes: [
        "replace thing/a a: shape differs",
        "replace holder/h h: it uses thing/a, which keeps its name and has to be deleted before it is recreated",
        "update thing/b b: uses changes with thing/a",
      ],
    },
    {
      why: "a replacement that keeps no name leaves its holder, which is only updated",
      live: [
        { id: "a", address: "thing/a", fields: fields({ shape: "square" }) },
        { id: "h", address: "holder/h", fields: fields({ uses: ["a"] }) },
      ],
      desired: [want("thing/a"), want("holder/h", { uses: [ref("thing/a")] })],
      changes: ["replace thing/a a: shape differs", "update holder/h h: uses changes with thing/a"],
    },
    {
      why: "a type of which two cannot be there takes along what holds it, whatever its name",
      live: [
        { id: "a", address: "in-place/a", fields: fields({ shape: "square" }) },
        { id: "h", address: "holder/h", fields: fields({ uses: ["a"] }) },
      ],
      desired: [want("in-place/a"), want("holder/h", { uses: [ref("in-place/a")] })],
      changes: [
        "replace in-place/a a: shape differs",
        "replace holder/h h: it uses in-place/a, which keeps its name and has to be deleted before it is recreated",
      ],
    },
    {
      why: "something failed beside what was only begun of another shape",
      live: [
        { id: "begun", address: "thing/a", status: "partial", fields: fields({ shape: "square" }) },
        { id: "x", address: "thing/a", status: "failed", statusReason: "no capacity" },
      ],
      desired: [want("thing/a")],
      changes: [
        "replace thing/a x: failed: no capacity",
        "delete thing/a begun: left over from an interrupted apply",
      ],
    },
    {
      why: "a holder that is only begun is gone on with",
      live: [
        { id: "a", physicalName: "n", address: "thing/a", fields: fields({ shape: "square" }) },
        { id: "h", address: "holder/h", status: "partial", fields: fields({ uses: ["a"] }) },
      ],
      desired: [
        want("thing/a", {}, { physicalName: "n" }),
        want("holder/h", { uses: [ref("thing/a")] }),
      ],
      changes: [
        "replace thing/a a: shape differs",
        "create holder/h h: resuming an interrupted apply",
      ],
    },
  ];
  test.each(cases)("$why", ({ live, desired, changes }) => {
    expect(inWords(planOf(live, desired))).toEqual(changes);
  });
});

describe("an output", () => {
  const follower = (output: string) =>
    planOf(
      [
        { id: "a", address: "thing/a", fields: fields({ size: 2 }) },
        { id: "b", address: "thing/b", fields: fields({ peers: ["a", "1"] }) },
      ],
      [want("thing/a"), want("thing/b", { peers: [ref("thing/a"), ref("thing/a", output)] })],
    );

  test("is unknown where an update of its owner changes it", () => {
    expect(follower("version").document.changes[1]).toMatchObject({
      action: "update",
      fields: [{ path: "peers", known: false, after: ["a", KNOWN_AFTER_APPLY] }],
    });
  });

  test("is the live object's where an update of its owner leaves it", () => {
    expect(follower("id").document.changes[1]?.fields).toEqual([
      expect.objectContaining({ known: true, before: ["a", "1"], after: ["a", "a"] }),
    ]);
  });

  test("is the live object's where its owner is kept", () => {
    const planning = planOf(
      [
        { id: "a", address: "thing/a" },
        { id: "b", address: "thing/b", fields: fields({ peers: ["1"] }) },
      ],
      [want("thing/a"), want("thing/b", { peers: [ref("thing/a", "version")] })],
    );
    expect(inWords(planning)).toEqual([
      "keep thing/a a: nothing differs",
      "keep thing/b b: nothing differs",
    ]);
  });

  test("of what is only begun is unknown, and decides about no replacement", () => {
    const planning = planOf(
      [
        { id: "a", address: "thing/a", status: "partial" },
        { id: "b", address: "thing/b", fields: fields({ shape: "a" }) },
      ],
      [want("thing/a"), want("thing/b", { shape: ref("thing/a") })],
    );
    expect(planning.document.changes[1]).toMatchObject({
      action: "replace",
      because: "shape changes with thing/a",
      fields: [{ path: "shape", before: "a", known: false, forcesReplace: true }],
    });
  });

  test("of what is made anew with another is unknown, in a circle too", () => {
    const live: readonly Seen[] = [
      { id: "a", physicalName: "n", address: "thing/a", fields: fields({ shape: "square" }) },
      { id: "h", address: "holder/h", fields: fields({ uses: ["a"] }) },
      { id: "b", address: "thing/b", fields: fields({ peers: ["h"] }) },
    ];
    const { document } = planOf(live, [
      want("thing/b", { peers: [ref("holder/h")] }),
      want("thing/a", {}, { physicalName: "n" }),
      want("holder/h", { uses: [ref("thing/a")], peers: [ref("thing/b")] }),
    ]);
    expect(document.changes.find(({ address }) => address === "thing/b")).toMatchObject({
      action: "update",
      because: "peers changes with holder/h",
    });
  });
});

describe("what a create shows", () => {
  test("replaces nothing, though a replacement is what a change of it would need", () => {
    const [change] = planOf([], [want("thing/a")]).document.changes;
    expect(change?.fields.map(({ path, forcesReplace }) => [path, forcesReplace])).toEqual([
      ["size", false],
      ["shape", false],
      ["uses", false],
      ["peers", false],
    ]);
  });

  test("is only what differs where it takes the place of something that failed", () => {
    const failed: Seen = {
      id: "x",
      address: "thing/a",
      status: "failed",
      fields: fields({ shape: "square" }),
    };
    const [change] = planOf([failed], [want("thing/a")]).document.changes;
    expect(change?.fields).toEqual([
      {
        path: "shape",
        before: "square",
        after: "round",
        known: true,
        forcesReplace: true,
        sensitive: false,
      },
    ]);
  });
});

describe("a plan shows everything that an apply uses:", () => {
  const keyed = thingType("keyed", {
    fields: {
      ...thing.fields,
      uses: { onChange: "update", writeOnly: true, usedBy: ["create", "size"] },
    },
  });
  const input = { stack: "s", region: "r", account: "a", types: [keyed] };
  const shownOf = (live: readonly Seen[], desired: DesiredResource) => {
    const store = new Store();
    for (const object of live) store.put(object);
    const { document } = makePlan({
      ...input,
      desired: [desired],
      live: [...store.things.values()],
    });
    const [change] = document.changes;
    return change?.fields.map(({ path, before, after }) => [path, before, after]);
  };
  const live: Seen = { id: "x", address: "keyed/a", physicalName: "n", fields: fields() };
  const wanted = (some: object, rest?: object) => want("keyed/a", { uses: ["key"], ...some }, rest);

  test.each<[string, readonly Seen[], DesiredResource, readonly unknown[]]>([
    [
      "the name that the file insists on, and what a create alone uses",
      [],
      wanted({}, { physicalName: "n" }),
      [
        ["name", undefined, "n"],
        ["size", undefined, 1],
        ["shape", undefined, "round"],
        ["peers", undefined, []],
        ["uses", undefined, ["key"]],
      ],
    ],
    [
      "another name in place of the earlier one",
      [live],
      wanted({}, { physicalName: "m" }),
      [
        ["name", "n", "m"],
        ["uses", undefined, ["key"]],
      ],
    ],
    [
      "not a name that stays",
      [live],
      wanted({ shape: "square" }, { physicalName: "n" }),
      [
        ["shape", "round", "square"],
        ["uses", undefined, ["key"]],
      ],
    ],
    [
      "what the update of a field uses",
      [live],
      wanted({ size: 2 }),
      [
        ["size", 1, 2],
        ["uses", undefined, ["key"]],
      ],
    ],
    ["nothing of what no update uses", [live], wanted({ peers: ["p"] }), [["peers", [], ["p"]]]],
    ["nothing where nothing differs", [live], wanted({}), []],
  ])("%s", (_, found, desired, expected) => {
    expect(shownOf(found, desired)).toEqual(expected);
  });
});

test("a reason quotes no secret", () => {
  const secret = thingType("secret", {
    fields: {
      ...thing.fields,
      size: {
        onChange: "update",
        sensitive: true,
        because: (before, after) => `${before} ${after}`,
      },
    },
  });
  const store = new Store();
  store.put({ id: "x", address: "secret/a", fields: fields({ size: 4711 }) });
  const { document } = makePlan({
    ...{ stack: "s", region: "r", account: "a", types: [secret] },
    desired: [want("secret/a", { size: 815 })],
    live: [...store.things.values()],
  });
  expect(document.changes[0]?.because).toBe("size differs");
  expect(JSON.stringify(document)).not.toMatch(/4711|815/);
});

describe("a plan warns or refuses:", () => {
  const old = { address: "thing/a", fields: fields({ shape: "square" }) } as const;
  const cases: readonly {
    readonly why: string;
    readonly live: readonly Seen[];
    readonly desired: readonly DesiredResource[];
    readonly problems: readonly object[];
  }[] = [
    {
      why: "a name that is given leaves no room for the new one beside the old one",
      live: [{ id: "a", physicalName: "n", ...old }],
      desired: [want("thing/a", {}, { physicalName: "n" })],
      problems: [
        {
          severity: "warning",
          address: "thing/a",
          summary:
            "thing/a keeps its name, so the old one is deleted before the new one is created. The resources that use it work without it until the new one exists.",
          remedy:
            "Remove its fixed name (name:). The new one is then created before the old one is deleted.",
        },
      ],
    },
    {
      why: "so does a type that only one of can be there",
      live: [{ id: "a", ...old, address: "in-place/a" }],
      desired: [want("in-place/a")],
      problems: [
        {
          severity: "warning",
          address: "in-place/a",
          summary:
            "in-place/a is deleted before the new one is created. The resources that use it work without it until the new one exists.",
          remedy: "Apply at a time when that harms nobody.",
        },
      ],
    },
    {
      why: "a new name leaves room",
      live: [{ id: "a", physicalName: "other", ...old }],
      desired: [want("thing/a", {}, { physicalName: "n" })],
      problems: [],
    },
    {
      why: "what may not change is not changed",
      live: [{ id: "a", address: "fixed/a", fields: fields({ size: 2 }) }],
      desired: [want("fixed/a")],
      problems: [
        {
          severity: "error",
          address: "fixed/a",
          summary: "size of fixed/a differs from the stack file, and it cannot be changed in place",
          remedy: "Put the account's value in the stack file, or destroy the stack first.",
        },
      ],
    },
    {
      why: "of two that claim an address neither is chosen",
      live: [
        { id: "x", address: "thing/a" },
        { id: "y", address: "thing/a" },
      ],
      desired: [want("thing/a")],
      problems: [
        {
          severity: "error",
          address: "thing/a",
          summary: "x and y carry the tags of thing/a, and only one object may",
          remedy:
            "Remove the tags reconcile:stack and reconcile:name from the one that does not belong to the stack, or delete it.",
        },
      ],
    },
  ];
  test.each(cases)("$why", ({ live, desired, problems }) => {
    expect(planOf(live, desired).document.problems).toEqual(problems);
  });

  test("a field that may not change keeps its object otherwise up to date", () => {
    const planning = planOf(
      [{ id: "a", address: "fixed/a", fields: fields({ size: 2, peers: ["p@"] }) }],
      [want("fixed/a")],
    );
    expect(inWords(planning)).toEqual(["update fixed/a a: peers differ"]);
  });

  test("what holds it and is being replaced already is deleted first, too", () => {
    const square = fields({ shape: "square" });
    const planning = planOf(
      [
        { id: "a", physicalName: "n", address: "thing/a", fields: square },
        { id: "old", address: "holder/h", fields: { ...square, uses: ["a"] } },
        { id: "begun", address: "holder/h", status: "partial", createdAt: 1 },
      ],
      [want("thing/a", {}, { physicalName: "n" }), want("holder/h", { uses: [ref("thing/a")] })],
    );
    expect(planning.decisions.get("holder/h")).toMatchObject({ id: "old", deleteFirst: true });
  });

  test("what is kept is cautioned of nothing", () => {
    const caution = { summary: "all is lost", remedy: "mind it" };
    const store = new Store();
    store.put({ id: "a", address: "thing/a" });
    const { document } = makePlan({
      stack: "s",
      region: "r",
      account: "a",
      desired: [want("thing/a")],
      live: [...store.things.values()],
      types: [thingType("thing", { caution: () => caution })],
    });
    expect(document.problems).toEqual([]);
  });

  test("the same twice is told once", () => {
    const problem = { severity: "warning", summary: "mind it", remedy: "mind" } as const;
    const { document } = makePlan({
      stack: "s",
      region: "r",
      account: "a",
      desired: [],
      live: [],
      types,
      problems: [problem, { ...problem }, { ...problem, summary: "mind that" }],
    });
    expect(document.problems).toEqual([problem, { ...problem, summary: "mind that" }]);
  });
});

describe("what a create makes", () => {
  const targetOf = (desired: DesiredResource) =>
    planOf([], [want("thing/b"), desired]).decisions.get(desired.address)?.target;

  test("has a name and a generation of all that only a replacement can change", () => {
    const target = targetOf(want("thing/a"));
    expect(target).toEqual({
      address: "thing/a",
      generation: expect.stringMatching(/^[0-9a-f]{8}$/),
      physicalName: `s-a-${target?.generation}`,
    });
    expect(targetOf(want("thing/a", { size: 7, peers: ["p@"] }))).toEqual(target);
    expect(targetOf(want("thing/a", { shape: "square" }))?.generation).not.toBe(target?.generation);
    expect(targetOf(want("thing/c"))?.generation).not.toBe(target?.generation);
  });

  test("has the name that the file insists on, and its generation all the same", () => {
    const { generation } = targetOf(want("thing/a")) ?? {};
    expect(targetOf(want("thing/a", {}, { physicalName: "n" }))).toMatchObject({
      physicalName: "n",
      generation,
    });
  });

  test("has no name as long as one of these is unknown", () => {
    expect(targetOf(want("thing/a", { shape: ref("thing/b") }))).toBeUndefined();
    expect(targetOf(want("thing/a", { shape: [unknownValue] }))).toBeUndefined();
    expect(targetOf(want("thing/a", { size: ref("thing/b") }))).toBeDefined();
  });

  test("has a name without a generation where nothing needs a replacement", () => {
    const { shape: _shape, ...others } = thing.fields;
    const secret = { onChange: "replace", writeOnly: true } as const;
    const type = thingType("thing", { fields: { ...others, shape: secret } });
    const input = { stack: "s", region: "r", account: "a", live: [], types: [type] };
    const targetFor = (shape: string) =>
      makePlan({ ...input, desired: [want("thing/a", { shape })] }).decisions.get("thing/a")
        ?.target;
    expect(targetFor("round")).toMatchObject({ physicalName: "s-a" });
    expect(targetFor("square")).toEqual(targetFor("round"));
  });
});

test("a resource of no known type is a bug, and said so", () => {
  expect(() => planOf([], [want("nothing/a")])).toThrow("no resource type for nothing/a");
});

test("both sides are compared in their type's normal form; what has no type is shown as it is", () => {
  const sorted = thingType("sorted", {
    normalize: (some) => {
      const { uses } = some as ThingFields;
      return { ...some, uses: [...uses].sort() };
    },
  });
  const store = new Store();
  store.put({ id: "a", address: "sorted/a", fields: fields({ uses: ["p@", "q@"] }) });
  store.put({ id: "b", address: "sorted/b", fields: fields({ uses: ["q@", "p@"] }) });
  store.put({ id: "x", address: "forgotten/x" });
  const { document } = makePlan({
    stack: "s",
    region: "r",
    account: "a",
    desired: [want("sorted/a", { uses: ["q@", "p@"] }), want("sorted/b", { uses: ["p@", "q@"] })],
    live: [...store.things.values()],
    types: [sorted],
  });
  expect(document.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
    "keep sorted/a",
    "keep sorted/b",
    "delete forgotten/x",
  ]);
});
