import { describe, expect, test } from "vitest";
import { lowerToSteps } from "../../src/engine/lower.ts";
import { makePlan, type Planning } from "../../src/engine/plan.ts";
import type { Address, DesiredResource } from "../../src/engine/resource.ts";
import { Store, type ThingFields, thingType } from "./store.ts";
import { ref, thing, want } from "./things.ts";

type Seen = Parameters<Store["put"]>[0];

const both = (wanted: unknown, live: unknown) => [
  ...new Set([...(wanted as readonly string[]), ...(live as readonly string[])]),
];

/** Whose peers lose nothing that others may still need, and whose size its users must be ready for. */
const door = thingType("door", {
  fields: {
    ...thing.fields,
    size: { onChange: "update", whenUsersCan: true },
    shape: { onChange: "update" },
    peers: {
      onChange: "update",
      detachable: true,
      meanwhile: (wanted, live) =>
        both(wanted, live).length === (wanted as []).length ? wanted : both(wanted, live),
    },
  },
});
/** Of which two fields each close circles, wait for users, or lose nothing too early. */
const gate = thingType("gate", {
  fields: {
    size: { onChange: "update", whenUsersCan: true },
    shape: { onChange: "update", whenUsersCan: true },
    uses: { onChange: "update", detachable: true },
    peers: { onChange: "update", detachable: true, whenUsersCan: true },
  },
});
const types = [thing, door, gate];

function planOf(live: readonly Seen[], desired: readonly DesiredResource[]): Planning {
  const store = new Store();
  for (const object of live) store.put(object);
  const all = [...store.things.values()];
  return makePlan({ stack: "s", region: "r", account: "a", desired, live: all, types });
}

/** The steps as "update thing/a (size, peers) < create thing/b": what it sets, and what it waits for. */
function stepsOf(live: readonly Seen[], desired: readonly DesiredResource[]): readonly string[] {
  return planOf(live, desired).work.map(({ step, changed, without, keeping }) => {
    expect(step.key).toMatch(new RegExp(`^${step.verb} ${step.address}`));
    return [
      step.key,
      ...(changed.length > 0 ? [`(${changed.join(", ")})`] : []),
      ...(without.length > 0 ? [`without ${without.join(", ")}`] : []),
      ...(keeping.length > 0 ? [`keeping ${keeping.join(", ")}`] : []),
      ...(step.after.length > 0 ? [`< ${step.after.toSorted().join(" | ")}`] : []),
    ].join(" ");
  });
}

const fields = (some: Partial<ThingFields> = {}): ThingFields => ({
  size: 1,
  shape: "round",
  uses: [],
  peers: [],
  ...some,
});

interface Case {
  readonly why: string;
  readonly live?: readonly Seen[];
  readonly desired: readonly DesiredResource[];
  readonly steps: readonly string[];
}

function check(cases: readonly Case[]): void {
  test.each(cases)("$why", ({ live = [], desired, steps }) => {
    expect(stepsOf(live, desired)).toEqual(steps);
  });
}

describe("what is made or changed", () => {
  check([
    {
      why: "comes after what it refers to",
      live: [{ id: "b", address: "thing/b" }],
      desired: [
        want("thing/a"),
        want("thing/b", { size: 2, uses: [ref("thing/a")] }),
        want("thing/c", { uses: [ref("thing/b")] }),
      ],
      steps: [
        "create thing/a",
        "update thing/b (size, uses) < create thing/a",
        "create thing/c < update thing/b",
      ],
    },
    {
      why: "does not wait for what is kept",
      live: [{ id: "a", address: "thing/a" }],
      desired: [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
      steps: ["create thing/b"],
    },
    {
      why: "waits for what has to get healthy",
      live: [{ id: "a", address: "thing/a", status: "settling" }],
      desired: [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
      steps: ["update thing/a", "create thing/b < update thing/a"],
    },
    {
      why: "is nothing where two claim the address, and what needs it is not held up",
      live: [
        { id: "x", address: "thing/a", fields: fields({ size: 2 }) },
        { id: "y", address: "thing/a", fields: fields({ size: 2 }) },
      ],
      desired: [want("thing/a")],
      steps: [],
    },
  ]);
});

describe("a circle", () => {
  check([
    {
      why: "is made without what closes it, then completed",
      desired: [
        want("thing/a", { peers: [ref("thing/b")] }),
        want("thing/b", { peers: [ref("thing/a")] }),
      ],
      steps: [
        "create thing/a without peers",
        "update thing/a peers (peers) < create thing/a | create thing/b",
        "create thing/b without peers",
        "update thing/b peers (peers) < create thing/a | create thing/b",
      ],
    },
    {
      why: "of one with itself is completed when it is there",
      desired: [want("thing/a", { peers: [ref("thing/a")] })],
      steps: ["create thing/a without peers", "update thing/a peers (peers) < create thing/a"],
    },
    {
      why: "is waited for as a whole by what is outside of it",
      desired: [
        want("thing/a", { peers: [ref("thing/b")] }),
        want("thing/b", { peers: [ref("thing/a")] }),
        want("thing/c", { uses: [ref("thing/a")] }),
      ],
      steps: [
        "create thing/a without peers",
        "update thing/a peers (peers) < create thing/a | create thing/b",
        "create thing/b without peers",
        "update thing/b peers (peers) < create thing/a | create thing/b",
        "create thing/c < create thing/a | update thing/a peers",
      ],
    },
    {
      why: "waits within itself for no completion, but for what is made there",
      desired: [
        want("thing/a", { peers: [ref("thing/b")] }),
        want("thing/b", { uses: [ref("thing/a")] }),
      ],
      steps: [
        "create thing/a without peers",
        "update thing/a peers (peers) < create thing/a | create thing/b",
        "create thing/b < create thing/a",
      ],
    },
    {
      why: "of what is there changes first what closes nothing",
      live: [
        { id: "a", address: "thing/a", fields: fields({ size: 2 }) },
        { id: "b", address: "thing/b", fields: fields({ peers: ["a"] }) },
      ],
      desired: [
        want("thing/a", { peers: [ref("thing/b")] }),
        want("thing/b", { peers: [ref("thing/a")] }),
      ],
      steps: [
        "update thing/a (size) without peers",
        "update thing/a peers (peers) < update thing/a",
      ],
    },
    {
      why: "of what is there is closed at once where nothing else changes",
      live: [
        { id: "a", address: "thing/a" },
        { id: "b", address: "thing/b", fields: fields({ peers: ["a"] }) },
      ],
      desired: [
        want("thing/a", { peers: [ref("thing/b")] }),
        want("thing/b", { peers: [ref("thing/a")] }),
      ],
      steps: ["update thing/a peers (peers)"],
    },
  ]);
});

describe("what users must be ready for", () => {
  const user = (size: number) =>
    want("thing/user", { size, uses: [ref("thing/image"), ref("door/d")] });
  const image = { id: "i", address: "thing/image", fields: fields({ shape: "square" }) } as const;
  const used = { id: "u", address: "thing/user", fields: fields({ uses: ["i", "d"] }) } as const;
  /** Doors come after things, so that the user has to be named first to be later. */
  const order = [want("thing/image"), want("door/d", { size: 2 }), user(1)];

  check([
    {
      why: "changes when all else that the user's own change waits for is done",
      live: [image, used, { id: "d", address: "door/d" }],
      desired: order,
      steps: [
        "create thing/image",
        "update door/d (size) < create thing/image",
        "update thing/user (uses) < create thing/image | update door/d",
        "delete thing/image i < create thing/image | update thing/user",
      ],
    },
    {
      why: "changes after what its users need not be ready for",
      live: [image, used, { id: "d", address: "door/d", fields: fields({ shape: "square" }) }],
      desired: order,
      steps: [
        "create thing/image",
        "update door/d (shape)",
        "update door/d size (size) < create thing/image | update door/d",
        "update thing/user (uses) < create thing/image | update door/d | update door/d size",
        "delete thing/image i < create thing/image | update thing/user",
      ],
    },
    {
      why: "changes at once where no user changes",
      live: [{ id: "i", address: "thing/image" }, used, { id: "d", address: "door/d" }],
      desired: order,
      steps: ["update door/d (size)"],
    },
    {
      why: "changes at once where nothing uses it",
      live: [{ id: "d", address: "door/d" }],
      desired: [want("door/d", { size: 2 })],
      steps: ["update door/d (size)"],
    },
    {
      why: "does not wait for what a user needs that does not change itself",
      live: [{ id: "i", address: "thing/image" }, used, { id: "d", address: "door/d" }],
      desired: [want("thing/image", { size: 2 }), want("door/d", { size: 2 }), user(1)],
      steps: ["update thing/image (size)", "update door/d (size)"],
    },
    {
      why: "is one step of all such fields, after one of all others",
      live: [
        { id: "g", address: "gate/g", fields: fields({ size: 2, shape: "square", uses: ["x@"] }) },
      ],
      desired: [want("gate/g")],
      steps: ["update gate/g (uses)", "update gate/g size shape (size, shape) < update gate/g"],
    },
    {
      why: "is one step, whatever the number of fields, but for those that close a circle",
      live: [
        { id: "g", address: "gate/g", fields: fields({ size: 2, shape: "square" }) },
        { id: "h", address: "gate/h", fields: fields({ uses: ["g"], peers: ["g"] }) },
      ],
      desired: [
        want("gate/g", { uses: [ref("gate/h")], peers: [ref("gate/h")] }),
        want("gate/h", { uses: [ref("gate/g")], peers: [ref("gate/g")] }),
      ],
      steps: [
        "update gate/g (size, shape) without uses, peers",
        "update gate/g uses peers (uses, peers) < update gate/g",
      ],
    },
    {
      why: "waits for nothing where only something else of it changes",
      live: [
        image,
        used,
        { id: "d", address: "door/d", fields: fields({ size: 2, shape: "square" }) },
      ],
      desired: order,
      steps: [
        "create thing/image",
        "update door/d (shape)",
        "update thing/user (uses) < create thing/image | update door/d",
        "delete thing/image i < create thing/image | update thing/user",
      ],
    },
  ]);
});

describe("what is taken away from something in use", () => {
  const used = { id: "u", address: "thing/user", fields: fields({ uses: ["d"] }) } as const;
  const open = (...peers: readonly string[]): Seen => ({
    id: "d",
    address: "door/d",
    fields: fields({ peers }),
  });
  const wanted = (peers: readonly string[], user: object) => [
    want("door/d", { peers }),
    want("thing/user", { uses: [ref("door/d")], ...user }),
  ];

  check([
    {
      why: "goes once its users have changed, and what is added comes before",
      live: [used, open("old@")],
      desired: wanted(["new@"], { size: 2 }),
      steps: [
        "update door/d (peers) keeping peers",
        "update door/d narrowing peers (peers) < update door/d | update thing/user",
        "update thing/user (size) < update door/d",
      ],
    },
    {
      why: "goes once its users have changed, and is all that there is to do",
      live: [used, open("new@", "old@")],
      desired: wanted(["new@"], { size: 2 }),
      steps: [
        "update door/d narrowing peers (peers) < update thing/user",
        "update thing/user (size)",
      ],
    },
    {
      why: "is nothing where something is only added: that is one step",
      live: [used, open("old@")],
      desired: wanted(["old@", "new@"], { size: 2 }),
      steps: ["update door/d (peers)", "update thing/user (size) < update door/d"],
    },
    {
      why: "is no step that what else of it differs could wait for",
      live: [used, open("new@", "old@")],
      desired: [
        want("door/d", { peers: ["new@"], size: 2 }),
        want("thing/user", { uses: [ref("door/d")], size: 2 }),
      ],
      steps: [
        "update door/d size (size) keeping peers",
        "update door/d narrowing peers (peers) < update door/d size | update thing/user",
        "update thing/user (size) < update door/d size",
      ],
    },
    {
      why: "waits for no step that there is not: what else is taken away goes in its own time",
      live: [
        { id: "u", address: "thing/user", fields: fields({ uses: ["d", "e"] }) },
        open("new@", "old@"),
        { id: "e", address: "door/e", fields: fields({ uses: ["d"], peers: ["new@", "old@"] }) },
      ],
      desired: [
        want("door/d", { peers: ["new@"] }),
        want("door/e", { uses: [ref("door/d")], peers: ["new@"] }),
        want("thing/user", { size: 2, uses: [ref("door/d"), ref("door/e")] }),
      ],
      steps: [
        "update door/d narrowing peers (peers) < update thing/user",
        "update door/e narrowing peers (peers) < update thing/user",
        "update thing/user (size)",
      ],
    },
    {
      why: "does not wait for itself, though it uses what it is among the users of",
      live: [
        { id: "net", address: "thing/net" },
        { ...open(), fields: fields({ peers: ["old@"] }), uses: ["net"] },
      ],
      desired: [want("thing/net"), want("door/d")],
      steps: ["update door/d (peers)"],
    },
    {
      why: "goes at once, with all else, where no user changes",
      live: [used, { ...open("old@"), fields: fields({ peers: ["old@"], shape: "square" }) }],
      desired: wanted(["new@"], {}),
      steps: ["update door/d (shape, peers)"],
    },
    {
      why: "goes after its users have changed, but what else of it differs is changed before",
      live: [used, { ...open(), fields: fields({ peers: ["new@", "old@"], shape: "square" }) }],
      desired: wanted(["new@"], { size: 2 }),
      steps: [
        "update door/d (shape) keeping peers",
        "update door/d narrowing peers (peers) < update door/d | update thing/user",
        "update thing/user (size) < update door/d",
      ],
    },
    {
      why: "does not wait for users that only have to get healthy",
      live: [{ ...used, status: "settling" }, open("old@")],
      desired: wanted([], {}),
      steps: ["update door/d (peers)", "update thing/user < update door/d"],
    },
    {
      why: "waits for those that come to use it",
      live: [open("old@")],
      desired: wanted([], {}),
      steps: ["update door/d narrowing peers (peers) < create thing/user", "create thing/user"],
    },
    {
      why: "waits for those that use the same as it does",
      live: [
        { id: "net", address: "thing/net" },
        { ...open(), fields: fields({ peers: ["old@"] }), uses: ["net"] },
        { id: "n", address: "thing/neighbour", fields: fields({ uses: ["net"], size: 2 }) },
      ],
      desired: [
        want("thing/net"),
        want("door/d"),
        want("thing/neighbour", { uses: [ref("thing/net")] }),
      ],
      steps: [
        "update door/d narrowing peers (peers) < update thing/neighbour",
        "update thing/neighbour (size)",
      ],
    },
    {
      why: "does not wait for what has nothing to do with it",
      live: [open("old@"), { id: "n", address: "thing/neighbour", fields: fields({ size: 2 }) }],
      desired: [want("door/d"), want("thing/neighbour")],
      steps: ["update thing/neighbour (size)", "update door/d (peers)"],
    },
    {
      why: "does not wait for users that leave the file: they are deleted after",
      live: [used, open("old@")],
      desired: [want("door/d")],
      steps: ["update door/d (peers)", "delete thing/user u"],
    },
    {
      why: "is nothing where the wanted value is not known yet",
      live: [used, open("old@")],
      desired: [
        want("thing/user", { uses: ["d"], size: 2 }),
        want("thing/z"),
        want("door/d", { peers: ref("thing/z") }),
      ],
      steps: [
        "update thing/user (size)",
        "create thing/z",
        "update door/d (peers) < create thing/z",
      ],
    },
  ]);
});

test("steps that wait for one another are a bug, and said before the first of them is done", () => {
  const { decisions, live } = planOf(
    [],
    (["a", "b", "c", "d"] as const).map((name) => want(`thing/${name}`)),
  );
  const needs = new Map<Address, ReadonlySet<Address>>([
    ["thing/a", new Set(["thing/b", "thing/d"])],
    ["thing/b", new Set(["thing/a"])],
    ["thing/c", new Set(["thing/b"])],
  ]);
  const graph = { order: [], needs, detached: new Map(), component: new Map() };
  graph.component.set("thing/a", 0).set("thing/b", 1).set("thing/c", 2).set("thing/d", 3);
  const users = { of: () => new Set<string>() };
  expect(() =>
    lowerToSteps({ decisions, live, graph, users, retained: new Set(), holds: () => false }),
  ).toThrow("steps wait for one another: create thing/a, create thing/b, create thing/c");
});
