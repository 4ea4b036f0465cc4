import { describe, expect, test } from "vitest";
import { makePlan } from "../../src/engine/plan.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { Store, type ThingFields, thingType } from "./store.ts";
import { ref, thing, want } from "./things.ts";

type Seen = Parameters<Store["put"]>[0];

const both = (wanted: unknown, live: unknown) => {
  const all = [...new Set([...(wanted as readonly string[]), ...(live as readonly string[])])];
  return all.length === (wanted as readonly string[]).length ? wanted : all;
};

const peers = { onChange: "update", meanwhile: both } as const;

/** Its peers are what it sends requests to. */
const balancer = thingType("balancer", {
  holds: ["wall"],
  fields: { ...thing.fields, peers: { ...peers, directsRequests: true } },
});
/** Its peers are whom it lets in. */
const wall = thingType("wall", { fields: { ...thing.fields, peers } });
const group = thingType("group", { holds: ["wall"] });
const types = [thing, wall, balancer, group];

/** What each step waits for, in the order of the steps. */
function stepsOf(live: readonly Seen[], desired: readonly DesiredResource[], known = types) {
  const store = new Store();
  for (const object of live) store.put(object);
  const all = [...store.things.values()];
  const { document } = makePlan({
    stack: "s",
    region: "r",
    account: "a",
    desired,
    live: all,
    types: known,
  });
  return Object.fromEntries(document.steps.map(({ key, after }) => [key, after.toSorted()]));
}

const fields = (some: Partial<ThingFields> = {}): ThingFields => ({
  size: 1,
  shape: "round",
  uses: [],
  peers: [],
  ...some,
});

/** Servers that answer on another port: a new group of them, and a new object that the balancer sends requests to. */
const moving = {
  live: [
    { id: "t", address: "thing/targets", fields: fields({ shape: "square" }) },
    { id: "w", address: "wall/w", fields: fields({ peers: ["old@"] }) },
    { id: "b", address: "balancer/b", fields: fields({ peers: ["t"] }), uses: ["t"] },
    { id: "g", address: "group/g", fields: fields({ shape: "square", uses: ["t", "w", "b"] }) },
  ],
  desired: [
    want("thing/targets"),
    want("wall/w", { peers: ["new@"] }),
    want("balancer/b", { peers: [ref("thing/targets")] }),
    want("group/g", { uses: [ref("thing/targets"), ref("wall/w"), ref("balancer/b")] }),
  ],
} as const;

describe("what directs requests to other objects", () => {
  const steps = stepsOf(moving.live, moving.desired);

  test("names the new ones before any of their users is created", () => {
    expect(steps["update balancer/b"]).toEqual(["create thing/targets"]);
    expect(steps["create group/g"]).toContain("update balancer/b");
  });

  test("switches when the new generation of the users is ready", () => {
    expect(steps["update balancer/b narrowing peers"]).toEqual([
      "create group/g",
      "update balancer/b",
    ]);
  });

  test("switches before the earlier generation, and what it used, are deleted", () => {
    expect(steps["delete group/g g"]).toContain("update balancer/b narrowing peers");
    expect(steps["delete thing/targets t"]).toEqual(
      expect.arrayContaining(["delete group/g g", "update balancer/b narrowing peers"]),
    );
  });

  test("is what any other value waits for that the earlier generation needs, until that is deleted", () => {
    expect(steps["update wall/w"]).toEqual([]);
    expect(steps["update wall/w narrowing peers"]).toEqual([
      "create group/g",
      "delete group/g g",
      "update wall/w",
    ]);
  });

  const user = { id: "g", address: "group/g", status: "settling" } as const;
  const settling = (address: "balancer/b" | "wall/w") =>
    stepsOf(
      [
        { ...user, fields: fields({ uses: ["x"] }) },
        { id: "x", address, fields: fields({ peers: ["old@"] }) },
      ],
      [want(address, { peers: ["new@"] }), want("group/g", { uses: [ref(address)] })],
    );

  test("waits for users that only have to get healthy, since these get the requests", () => {
    expect(settling("balancer/b")).toEqual({
      "update balancer/b": [],
      "update group/g": ["update balancer/b"],
      "update balancer/b narrowing peers": ["update balancer/b", "update group/g"],
    });
  });

  test("is alone in that: whatever else is narrowed does not wait for health", () => {
    expect(settling("wall/w")).toEqual({
      "update wall/w": [],
      "update group/g": ["update wall/w"],
    });
  });

  test("switches at once where no user changes", () => {
    const steady = moving.live.map((each) =>
      each.id === "g" ? { ...each, fields: fields({ uses: ["b"] }) } : each,
    );
    expect(
      stepsOf(steady.slice(1), [
        want("wall/w", { peers: ["old@"] }),
        want("balancer/b", { peers: ["new@"] }),
        want("group/g", { uses: [ref("balancer/b")] }),
      ]),
    ).toEqual({ "update balancer/b": [] });
  });
});

describe("what an object gets requests from", () => {
  const brings = { ...peers, bringsRequests: true } as const;
  const servers = thingType("group", {
    holds: ["wall"],
    fields: { ...thing.fields, peers: brings },
  });
  const moved = (rest: Partial<ThingFields> = {}) =>
    stepsOf(
      [
        { id: "t", address: "thing/targets", fields: fields({ shape: "square" }) },
        { id: "b", address: "balancer/b", fields: fields({ peers: ["t"] }), uses: ["t"] },
        { id: "g", address: "group/g", fields: fields({ peers: ["t"], ...rest }), uses: ["t"] },
      ],
      [
        want("thing/targets"),
        want("balancer/b", { peers: [ref("thing/targets")] }),
        want("group/g", { peers: [ref("thing/targets")], uses: [ref("balancer/b")] }),
      ],
      [thing, wall, balancer, servers],
    );

  test("stays until the requests are directed elsewhere, and goes before it is deleted", () => {
    const steps = moved();
    expect(steps["update balancer/b narrowing peers"]).toContain("update group/g");
    expect(steps["update group/g narrowing peers"]).toContain("update balancer/b narrowing peers");
    expect(steps["delete thing/targets t"]).toContain("update group/g narrowing peers");
  });
});
