import { describe, expect, test } from "vitest";
import { PendingOutside } from "../../src/engine/errors.ts";
import { Store, thingType } from "./store.ts";
import { apply, ref, thing, want } from "./things.ts";

const item = {
  address: "thing/a",
  waitsFor: "the DNS record x CNAME y",
  remedy: "Make it.",
} as const;

/** Somebody outside has to act before the first thing can be made or changed. */
function waiting(): Store {
  const store = new Store();
  store.failing.set("create thing/a", new PendingOutside([item]));
  return store;
}

const desired = [
  want("thing/a"),
  want("thing/b", { uses: [ref("thing/a")] }),
  want("thing/c", { uses: [ref("thing/b")] }),
  want("thing/d"),
];

describe("an apply that waits for somebody outside", () => {
  test("does everything else, succeeds, and says what is pending", async () => {
    const result = await apply(waiting(), desired);
    expect(result).toMatchObject({ ok: true, interrupted: false, failures: [] });
    expect(result.events.at(-1)).toMatchObject({
      event: "finished",
      ok: true,
      summary: { create: 1 },
      pending: [item],
    });
    expect(result.events.filter(({ event }) => event === "step-failed")).toEqual([]);
  });

  test("skips what depends on it, and says why", async () => {
    const { events, left } = await apply(waiting(), desired);
    const skipped = events.filter((event) => event.event === "step-skipped");
    expect(skipped.map(({ key, because }) => `${key}: ${because}`)).toEqual([
      "create thing/a: thing/a waits for the DNS record x CNAME y",
      "create thing/b: create thing/a is pending",
      "create thing/c: create thing/a is pending",
    ]);
    expect(left).toEqual(["create thing/a", "create thing/b", "create thing/c"]);
  });

  test("fails if anything else fails", async () => {
    const store = waiting();
    store.failing.set("create thing/d", new Error("no"));
    const { ok, events } = await apply(store, desired);
    expect(ok).toBe(false);
    expect(events.at(-1)).toMatchObject({ ok: false, pending: [item] });
  });

  test("completes the rest the next time", async () => {
    const store = waiting();
    await apply(store, desired);
    store.failing.clear();
    const { ok, events } = await apply(store, desired);
    expect(ok).toBe(true);
    expect(events.at(-1)).not.toHaveProperty("pending");
    expect(store.things.size).toBe(4);
  });
});

describe("a step that is done, and that somebody outside has to complete", () => {
  const asked = { ...item, applyAgain: false } as const;
  const types = [
    thingType("thing", {
      async create(context, target, fields) {
        context.report.awaits(asked);
        return thing.create(context, target, fields);
      },
    }),
  ];

  test("ends the apply well and as pending, and what depends on it is done, too", async () => {
    const store = new Store();
    const { ok, left, events } = await apply(store, desired.slice(0, 2), types);
    expect({ ok, left }).toEqual({ ok: true, left: [] });
    expect(events.at(-1)).toMatchObject({
      event: "finished",
      ok: true,
      summary: { create: 2 },
      pending: [asked, asked],
    });
    expect(events.some(({ event }) => event === "step-skipped")).toBe(false);
    expect(store.things.size).toBe(2);
  });

  test("is said of an apply that fails, too", async () => {
    const store = new Store();
    store.failing.set("create thing/b", new Error("no"));
    const { ok, events } = await apply(store, desired.slice(0, 2), types);
    expect(ok).toBe(false);
    expect(events.at(-1)).toMatchObject({ ok: false, pending: [asked, asked] });
  });
});

describe("a field that a create sets only in part", () => {
  const peers = {
    onChange: "update",
    directsRequests: true,
    meanwhile: (_: unknown, live: unknown) => live,
    atCreate: (wanted: unknown) => ((wanted as readonly string[]).length === 0 ? wanted : []),
  } as const;
  const balancer = thingType("balancer", { fields: { ...thing.fields, peers } });
  const types = [thing, balancer, thingType("group")];
  const tier = [
    want("thing/certificate"),
    want("balancer/b", { peers: [ref("thing/certificate")] }),
    want("group/g", { uses: [ref("balancer/b")] }),
  ];

  test("is completed when the object's users are ready", async () => {
    const store = new Store();
    const { ok, planning } = await apply(store, tier, types);
    expect(ok).toBe(true);
    expect(store.log).toEqual([
      "create thing/certificate",
      "create balancer/b",
      "create group/g",
      "update balancer/b peers",
    ]);
    expect(planning.document.summary).toMatchObject({ create: 3, update: 0 });
    const made = [...store.things.values()].find(({ address }) => address === "balancer/b");
    expect(made?.fields.peers).toHaveLength(1);
  });

  test("is completed although no user changes", async () => {
    const store = new Store();
    const { ok } = await apply(store, tier.slice(0, 2), types);
    expect(ok).toBe(true);
    expect(store.log.at(-1)).toBe("update balancer/b peers");
  });

  test("takes one step if the create sets the whole value", async () => {
    const store = new Store();
    await apply(store, [want("balancer/b")], types);
    expect(store.log).toEqual(["create balancer/b"]);
  });

  test("moves to a new generation before the earlier one is deleted", async () => {
    const store = new Store();
    await apply(store, tier, types);
    store.log.length = 0;
    const [certificate, , group] = tier;
    const other = want("balancer/b", { peers: [ref("thing/certificate")], shape: "square" });
    if (!certificate || !group) throw new Error("the tier has them");
    const { ok } = await apply(store, [certificate, other, group], types);
    expect(ok).toBe(true);
    expect(store.log.map((line) => line.replace(/ balancer-b.*/, ""))).toEqual([
      "create balancer/b",
      "update group/g uses",
      "update balancer/b peers",
      expect.stringContaining("delete"),
    ]);
  });
});
