import { describe, expect, test } from "vitest";
import { applyPlan } from "../../src/engine/apply.ts";
import { Cancelled, OutsideError, UserError } from "../../src/engine/errors.ts";
import type { EngineEvent } from "../../src/engine/events.ts";
import { failureDescription } from "../../src/engine/failure-description.ts";
import type { DesiredResource, ResourceTypes } from "../../src/engine/resource.ts";
import { Store, type ThingContext, type ThingFields, thingType } from "./store.ts";
import { apply, plan, ref, thing, want } from "./things.ts";

/** An apply whose clock stands still save where a type moves it. */
async function applyAt(
  store: Store,
  desired: readonly DesiredResource[],
  typesFor: (clock: { time: number }) => ResourceTypes<ThingContext> = () => [thing],
) {
  const clock = { time: Date.parse("2026-01-01T00:00:00Z") };
  const types = typesFor(clock);
  const planning = await plan(store, desired, types);
  const events: EngineEvent[] = [];
  const signal = new AbortController().signal;
  const result = await applyPlan(planning, {
    types,
    contextFor: store.context(signal),
    clock: { now: () => clock.time, sleep: async () => {} },
    signal,
    emit: (event) => events.push(event),
    apiCalls: () => 7,
    outputs: (live) =>
      Object.fromEntries([...live].map(([address, { id }]) => [address, id] as const)),
  });
  return { result, events };
}

const step = (verb: string, address: string, key = `${verb} ${address}`) => ({
  key,
  verb,
  address,
});

describe("the events of an apply", () => {
  test("tell all of it, in order, with the clock's time", async () => {
    const store = new Store();
    const { result, events } = await applyAt(
      store,
      [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
      (clock) => [
        thingType("thing", {
          async create(context, target, fields) {
            clock.time += 1_500;
            context.report.progress("half of it");
            context.report.progress("more", 3, 4);
            context.report.retried("AWS was not ready");
            return thing.create(context, target, fields);
          },
        }),
      ],
    );
    const [a, b] = [...store.things.keys()];
    const first = step("create", "thing/a");
    const second = step("create", "thing/b");
    const at = (seconds: string) => `2026-01-01T00:00:0${seconds}Z`;
    expect(events).toEqual([
      {
        at: at("0.000"),
        event: "planned",
        summary: { create: 2, update: 0, replace: 0, delete: 0, keep: 0 },
        steps: [first, second],
      },
      { at: at("0.000"), event: "step-started", ...first },
      { at: at("1.500"), event: "step-progress", message: "half of it", ...first },
      { at: at("1.500"), event: "step-progress", message: "more", done: 3, total: 4, ...first },
      { at: at("1.500"), event: "step-retried", reason: "AWS was not ready", ...first },
      { at: at("1.500"), event: "step-done", seconds: 1.5, id: a, ...first },
      { at: at("1.500"), event: "step-started", ...second },
      { at: at("3.000"), event: "step-progress", message: "half of it", ...second },
      { at: at("3.000"), event: "step-progress", message: "more", done: 3, total: 4, ...second },
      { at: at("3.000"), event: "step-retried", reason: "AWS was not ready", ...second },
      { at: at("3.000"), event: "step-done", seconds: 1.5, id: b, ...second },
      {
        at: at("3.000"),
        event: "finished",
        ok: true,
        summary: { create: 2, update: 0, replace: 0, delete: 0, keep: 0 },
        outputs: { "thing/a": a, "thing/b": b },
        apiCalls: 7,
        seconds: 3,
      },
    ]);
    expect(result).toEqual({
      ok: true,
      interrupted: false,
      outputs: { "thing/a": a, "thing/b": b },
      failures: [],
      left: [],
    });
  });

  test("have the id of what was deleted, and outputs of what is kept", async () => {
    const store = new Store();
    store.put({ id: "a", address: "thing/a" });
    store.put({ id: "x", address: "thing/x" });
    const { events } = await applyAt(store, [want("thing/a")]);
    expect(events.find(({ event }) => event === "step-done")).toMatchObject({ id: "x" });
    expect(events.at(-1)).toMatchObject({
      outputs: { "thing/a": "a" },
      summary: { delete: 1, keep: 1 },
    });
  });

  test("have no outputs of what was to be replaced, or was only begun, and was not made", async () => {
    const store = new Store();
    const square: ThingFields = { size: 1, shape: "square", uses: [], peers: [] };
    store.put({ id: "a", address: "thing/a", fields: square });
    store.put({ id: "b", address: "thing/b", status: "partial" });
    const held = thingType("holder", { holds: ["thing"] });
    store.put({ id: "n", address: "thing/n", fields: square });
    store.put({ id: "h", address: "holder/h", uses: ["n"] });
    for (const address of ["thing/a", "thing/b", "thing/n", "holder/h"]) {
      store.failing.set(`create ${address}`, new Error("no"));
    }
    const desired = [
      want("thing/a"),
      want("thing/b"),
      want("thing/n", {}, { physicalName: "n" }),
      want("holder/h", { uses: [ref("thing/n")] }),
    ];
    const { result, events } = await applyAt(store, desired, () => [thing, held]);
    expect(result.outputs).toEqual({});
    expect(events.at(-1)).toMatchObject({ summary: { create: 0, replace: 0, keep: 0 } });
  });
});

describe("what was done", () => {
  test("is a replacement only when the earlier one is gone, too", async () => {
    const store = new Store();
    store.put({
      id: "old",
      address: "thing/a",
      fields: { size: 1, shape: "square", uses: [], peers: [] },
    });
    store.failing.set("delete old", new Error("in use"));
    const { events } = await applyAt(store, [want("thing/a")]);
    expect(events.at(-1)).toMatchObject({ ok: false, summary: { replace: 0 } });
  });

  test("is a delete only of what is gone, though another of that address is", async () => {
    const store = new Store();
    const square: ThingFields = { size: 1, shape: "square", uses: [], peers: [] };
    store.put({ id: "now", address: "thing/a" });
    store.put({ id: "x", address: "thing/a", fields: square });
    store.put({ id: "y", address: "thing/a", fields: square });
    store.failing.set("delete x", new Error("in use"));
    const { events } = await applyAt(store, [want("thing/a")]);
    expect(events.at(-1)).toMatchObject({ summary: { keep: 1, delete: 1 } });
  });
});

describe("an apply that cannot do all", () => {
  test("says each failure with its error, and what it left", async () => {
    const store = new Store();
    const error = new OutsideError("AWS said no", { code: "Denied", remedy: "ask for it" });
    store.failing.set("create thing/a", error);
    const { result, events } = await applyAt(store, [
      want("thing/a"),
      want("thing/b", { uses: [ref("thing/a")] }),
    ]);
    expect(result.failures).toEqual([{ key: "create thing/a", error }]);
    expect(result.left).toEqual(["create thing/a", "create thing/b"]);
    expect(events.find(({ event }) => event === "step-failed")).toMatchObject({
      error: { message: "AWS said no", code: "Denied", remedy: "ask for it" },
    });
  });

  test("tells a wait that ends by itself from one that was interrupted", async () => {
    const store = new Store();
    store.failing.set("create thing/a", new Cancelled("gave up"));
    const { result, events } = await applyAt(store, [want("thing/a")]);
    expect(result.interrupted).toBe(false);
    expect(result.failures).toHaveLength(1);
    expect(events.at(-1)).not.toHaveProperty("interrupted");
  });

  test("says of each step why it was not done", async () => {
    const store = new Store();
    const controller = new AbortController();
    const types = [
      thingType("thing", {
        async create(context, target, fields) {
          controller.abort();
          if (target.address === "thing/a") throw new Cancelled("stopped while waiting for it");
          if (target.address === "thing/b") throw new Error("broken");
          return thing.create(context, target, fields);
        },
      }),
    ];
    const desired = [
      ...(["a", "b", "c"] as const).map((name) => want(`thing/${name}`)),
      want("thing/d", { uses: [ref("thing/c")] }),
    ];
    const { events, left, interrupted } = await apply(store, desired, types, controller.signal);
    const told = events.flatMap((event) =>
      event.event === "step-skipped" ? [`${event.address}: ${event.because}`] : [],
    );
    expect(told).toEqual([
      "thing/a: stopped while waiting for it",
      "thing/b: interrupted before it started",
      "thing/c: interrupted before it started",
      "thing/d: interrupted before it started",
    ]);
    expect(left).toHaveLength(4);
    expect(interrupted).toBe(true);
  });

  test("was not interrupted where all was done when the interrupt came", async () => {
    const controller = new AbortController();
    const types = [
      thingType("thing", {
        async create(context, target, fields) {
          const live = await thing.create(context, target, fields);
          controller.abort();
          return live;
        },
      }),
    ];
    const { interrupted, ok } = await apply(
      new Store(),
      [want("thing/a")],
      types,
      controller.signal,
    );
    expect({ interrupted, ok }).toEqual({ interrupted: false, ok: true });
  });
});

test("at most ten steps run at once, and the next starts when one is done", async () => {
  let running = 0;
  let most = 0;
  const types = [
    thingType("thing", {
      async create(context, target, fields) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return thing.create(context, target, fields);
      },
    }),
  ];
  const desired = Array.from({ length: 25 }, (_, index) => want(`thing/n${index}`));
  expect((await apply(new Store(), desired, types)).ok).toBe(true);
  expect(most).toBe(10);
});

test("a step that can be used before it is done counts once for those that wait for it", async () => {
  const store = new Store();
  let finish = () => {};
  const cleaning = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let makeOther = () => {};
  const other = new Promise<void>((resolve) => {
    makeOther = resolve;
  });
  const types = [
    thingType("thing", {
      async create(context, target, fields) {
        if (target.address === "thing/b") await other;
        const live = await thing.create(context, target, fields);
        if (target.address === "thing/a") {
          context.report.usable(live);
          await cleaning;
        }
        return live;
      },
    }),
  ];
  const both = [ref("thing/a"), ref("thing/b")];
  const running = apply(
    store,
    [want("thing/a"), want("thing/b"), want("thing/c", { uses: both })],
    types,
  );
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  await new Promise((resolve) => setImmediate(resolve));
  expect(store.log).toEqual(["create thing/a"]);
  makeOther();
  expect((await running).failures).toEqual([]);
  expect(store.log).toEqual(["create thing/a", "create thing/b", "create thing/c"]);
});

test("an update sets the fields that differ, with what its predecessors made", async () => {
  const seen: object[] = [];
  const types = [
    thingType("thing", {
      async update(context, live, fields, changed) {
        seen.push({ fields, changed });
        return thing.update(context, live, fields, changed);
      },
    }),
  ];
  const store = new Store();
  store.put({ id: "b", address: "thing/b" });
  await apply(store, [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })], types);
  const [made] = [...store.things.keys()].filter((id) => id !== "b");
  expect(seen).toEqual([
    { fields: { size: 1, shape: "round", uses: [made], peers: [] }, changed: ["uses"] },
  ]);
});

describe("what is bound to fail is a bug, and said before AWS is called:", () => {
  test("a value that its owner does not have", async () => {
    const desired = [want("thing/a"), want("thing/b", { size: ref("thing/a", "nothing") })];
    const { failures } = await apply(new Store(), desired);
    expect(failures).toMatchObject([
      { error: new Error("a value that should exist by now is unknown") },
    ]);
  });
});

describe("a failure in words", () => {
  const cases: readonly [why: string, error: unknown, said: object][] = [
    ["what is no error is shown as it is", "thrown", { message: "thrown" }],
    ["a bug has its message alone", new TypeError("x is undefined"), { message: "x is undefined" }],
    [
      "AWS's has its code, its operation and what to do",
      new OutsideError("no", { code: "Denied", operation: "ec2:X", remedy: "ask" }),
      { message: "no", code: "Denied", operation: "ec2:X", remedy: "ask" },
    ],
    [
      "a user's has what to do",
      new UserError("no", { remedy: "do" }),
      { message: "no", remedy: "do" },
    ],
    [
      "what is no text is left out",
      Object.assign(new Error("no"), { code: 7, operation: null, remedy: {} }),
      { message: "no" },
    ],
  ];
  test.each(cases)("%s", (_why, error, said) => {
    expect(failureDescription(error)).toStrictEqual(said);
  });
});
