import { describe, expect, test } from "vitest";
import { Cancelled } from "../../src/engine/errors.ts";
import { Store, type ThingContext, thingType } from "./store.ts";
import { apply, plan, ref, thing, want } from "./things.ts";

describe("an apply", () => {
  test("skips only what stands on a failed step, and tells the root once", async () => {
    const store = new Store();
    store.failing.set("create thing/a", new Error("no"));
    const result = await apply(store, [
      want("thing/a"),
      want("thing/b", { uses: [ref("thing/a")] }),
      want("thing/c", { uses: [ref("thing/b")] }),
      want("thing/d"),
    ]);
    expect(result.ok).toBe(false);
    expect([...store.things.values()].map((live) => live.address)).toEqual(["thing/d"]);
    const skipped = result.events.filter((event) => event.event === "step-skipped");
    expect(skipped.map((event) => `${event.address}: ${event.because}`)).toEqual([
      "thing/b: create thing/a failed",
      "thing/c: create thing/a failed",
    ]);
    expect(result.events.at(-1)).toMatchObject({
      event: "finished",
      ok: false,
      summary: { create: 1 },
    });
  });

  test("keeps the earlier generation when what stands on the new one fails", async () => {
    const store = new Store();
    const desired = (shape: string) => [
      want("thing/a", { shape }),
      want("thing/b", { uses: [ref("thing/a")] }),
    ];
    await apply(store, desired("round"));
    store.failing.set("update thing/b uses", new Error("unhealthy"));
    await apply(store, desired("square"));
    const shapes = [...store.things.values()].filter((live) => live.address === "thing/a");
    expect(shapes.map((live) => live.fields.shape).sort()).toEqual(["round", "square"]);
  });

  test("starts nothing new once interrupted, and says what is left", async () => {
    const store = new Store();
    const controller = new AbortController();
    const types = [
      thingType("thing", {
        async create() {
          controller.abort();
          throw new Cancelled("stopped while waiting for it");
        },
      }),
    ];
    const result = await apply(
      store,
      [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
      types,
      controller.signal,
    );
    expect(result).toMatchObject({
      ok: false,
      interrupted: true,
      left: ["create thing/a", "create thing/b"],
      failures: [],
    });
    expect(result.events.at(-1)).toMatchObject({ event: "finished", interrupted: true });
  });

  test("lets what depends on a step start while the step still cleans up", async () => {
    const store = new Store();
    let cleaned: () => void = () => {};
    const cleaning = new Promise<void>((resolve) => {
      cleaned = resolve;
    });
    const type = thingType("thing", {
      async create(context, target, fields) {
        const live = await thing.create(context, target, fields);
        if (target.address !== "thing/a") return live;
        context.report.usable(live);
        await cleaning;
        context.store.log.push("cleaned up");
        return live;
      },
    });
    const running = apply(
      store,
      [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
      [type],
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.log).toEqual(["create thing/a", "create thing/b"]);
    cleaned();
    expect((await running).ok).toBe(true);
    expect(store.log).toEqual(["create thing/a", "create thing/b", "cleaned up"]);
  });

  test("starts nothing that stands on a step which failed after it could be used", async () => {
    const store = new Store();
    let fail: () => void = () => {};
    const failing = new Promise<void>((_resolve, reject) => {
      fail = () => reject(new Error("the clean-up failed"));
    });
    let go: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    const type = thingType("thing", {
      async create(context, target, fields) {
        const live = await thing.create(context, target, fields);
        if (target.address === "thing/a") {
          context.report.usable(live);
          await failing;
        }
        if (target.address === "thing/b") await slow;
        return live;
      },
    });
    const running = apply(
      store,
      [
        want("thing/a"),
        want("thing/b"),
        want("thing/c", { uses: [ref("thing/a"), ref("thing/b")] }),
      ],
      [type],
    );
    await new Promise((resolve) => setImmediate(resolve));
    fail();
    await new Promise((resolve) => setImmediate(resolve));
    go();
    const result = await running;
    expect(store.log).toEqual(["create thing/a", "create thing/b"]);
    expect(result.left).toEqual(["create thing/a", "create thing/c"]);
    const told = result.events.filter((event) => "key" in event && event.key === "create thing/c");
    expect(told).toMatchObject([{ event: "step-skipped", because: "create thing/a failed" }]);
  });

  test("asks for foreign names a hundred at a time", async () => {
    const asked: number[] = [];
    const types = [
      thingType("thing", {
        async findForeign(_context, names) {
          asked.push(names.length);
          return [];
        },
      }),
    ];
    const desired = Array.from({ length: 250 }, (_, index) => want(`thing/n${index}`));
    await plan(new Store(), desired, types);
    expect(asked).toEqual([100, 100, 50]);
  });

  test("starts a step as soon as its own predecessors are done", async () => {
    const store = new Store();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = thingType("slow", {
      async create({ store: s }, target, fields) {
        await held;
        return thing.create({ store: s } as ThingContext, target, fields);
      },
    });
    const running = apply(
      store,
      [want("slow/x"), want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })],
      [slow, thing],
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(store.log).toEqual(["create thing/a", "create thing/b"]);
    release();
    expect((await running).ok).toBe(true);
  });
});
