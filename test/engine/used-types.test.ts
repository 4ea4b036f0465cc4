import { describe, expect, test } from "vitest";
import { Cancelled, OutsideError } from "../../src/engine/errors.ts";
import { lookUp } from "../../src/engine/look-up.ts";
import { prepare } from "../../src/engine/prepare.ts";
import type { DesiredResource } from "../../src/engine/resource.ts";
import { Store, silent, thingType } from "./store.ts";
import { actions, apply, carryOut, plan, want } from "./things.ts";

/** A type that keeps the record, and two that are looked up only if they are used. */
function openTypes() {
  const store = new Store();
  const looks: string[] = [];
  const records = new Map<string, readonly string[]>();
  const failing = new Map<string, Error>();
  const failingLater = new Map<string, Error>();
  const hidden = new Set<string>();
  const using = new Map<string, readonly string[]>();
  const keeper = thingType("keeper", {
    async discover(context) {
      looks.push("keeper");
      await Promise.resolve();
      const found = await thingType("keeper").discover(context);
      return found.map((live) => {
        const usedTypes = records.get(live.id);
        const usesTypes = using.get(live.id);
        return { ...live, ...(usedTypes && { usedTypes }), ...(usesTypes && { usesTypes }) };
      });
    },
    async create(context, target, fields) {
      hidden.clear();
      const [present] = await keeper.discover(context);
      if (present?.address === target.address) return present;
      for (const [name, error] of failingLater) failing.set(name, error);
      return thingType("keeper").create(context, target, fields);
    },
    async recordUsedTypes(_context, live, used) {
      store.begin(`record ${live.id} ${used.join(",")}`);
      records.set(live.id, [...new Set([...(records.get(live.id) ?? []), ...used])]);
    },
  });
  const seldom = (name: string) =>
    thingType(name, {
      sweep: "if-used",
      async discover(context) {
        looks.push(name);
        const error = failing.get(name);
        if (error !== undefined) throw error;
        const found = await thingType(name).discover(context);
        return found.filter(({ id }) => !hidden.has(id));
      },
    });
  const types = [seldom("alarm"), seldom("topic"), keeper];
  return {
    store,
    records,
    /** Errors of the lookup of a type. */
    failing,
    /** Errors of the lookup of a type after a keeper was created. */
    failingLater,
    /** Ids of objects that AWS does not show before the next keeper is created. */
    hidden,
    /** The types that a keeper uses, by its id. */
    using,
    takeLooks: () => looks.splice(0).sort(),
    plan: (...desired: readonly DesiredResource[]) => plan(store, desired, types),
    apply: (...desired: readonly DesiredResource[]) => apply(store, desired, types),
    types,
  };
}

const keeper = want("keeper/a");
const topic = want("topic/a");
const alarm = want("alarm/a");

describe("a type that few stacks use", () => {
  test("is looked up late where only the facts show that the stack needs it", async () => {
    const { takeLooks, apply, store, types } = openTypes();
    await apply(keeper);
    // An apply that was interrupted has created it, before any record named it.
    store.put({ id: "t", address: "topic/a" });
    takeLooks();
    const { document } = await prepare({
      wish: {
        types: new Set(["keeper"]),
        find: async () => ({ stack: "s", account: "a", desired: [keeper, topic] }),
      },
      region: "r",
      types,
      context: store.context()(silent),
    });
    expect(takeLooks()).toEqual(["keeper", "topic"]);
    expect(document.changes.find(({ address }) => address === "topic/a")?.action).not.toBe(
      "create",
    );
  });

  test("is looked up as long as nothing says that the stack has none", async () => {
    const { takeLooks, plan, store } = openTypes();
    await plan(keeper);
    expect(takeLooks()).toEqual(["alarm", "keeper", "topic"]);
    store.put({ id: "k", address: "keeper/a" });
    await plan(keeper);
    expect(takeLooks()).toEqual(["alarm", "keeper", "topic"]);
  });

  test("costs no lookup after the first apply, unless the stack file has it", async () => {
    const { takeLooks, plan, apply } = openTypes();
    await apply(keeper);
    takeLooks();
    await plan(keeper);
    expect(takeLooks()).toEqual(["keeper"]);
    await plan(keeper, topic);
    expect(takeLooks()).toEqual(["keeper", "topic"]);
  });

  test("is looked up for a destroy, and for whoever does not say what is wanted", async () => {
    const { takeLooks, plan, apply, types, store } = openTypes();
    await apply(keeper);
    takeLooks();
    await plan();
    expect(takeLooks()).toEqual(["alarm", "keeper", "topic"]);
    await lookUp(types, store.context()(silent));
    expect(takeLooks()).toEqual(["alarm", "keeper", "topic"]);
  });

  test("may be denied to whoever never used it, which is said, and to nobody else", async () => {
    const { apply, plan, types, store, failing, using } = openTypes();
    const context = store.context()(silent);
    const denied = Object.assign(new Error("not allowed to call sns:ListTopics"), {
      kind: "denied",
    });
    failing.set("topic", denied);
    failing.set("alarm", denied);
    // Without a record, what cannot be seen may be there.
    await expect(lookUp(types, context)).rejects.toBe(denied);
    failing.clear();
    await apply(keeper);
    failing.set("topic", denied);
    failing.set("alarm", denied);
    const { problems, live } = await lookUp(types, context);
    expect(live.map(({ address }) => address)).toEqual(["keeper/a"]);
    expect(problems.map(({ severity, summary }) => [severity, summary])).toEqual(
      ["an alarm", "a topic"].map((type) => [
        "warning",
        `these credentials may not look for ${type} of the stack (${denied.message}). The stack's record says that it has never had one`,
      ]),
    );
    const { document } = await plan();
    expect(document.problems).toEqual(problems);
    await expect(plan(keeper, topic)).rejects.toBe(denied);
    failing.set("alarm", new Error("AWS does not answer"));
    await expect(lookUp(types, context)).rejects.toThrow("AWS does not answer");
    failing.delete("alarm");
    using.set(idOfKeeper(store) ?? "", ["topic"]);
    await expect(lookUp(types, context)).rejects.toBe(denied);
    using.clear();
    failing.clear();
    await apply(keeper, topic);
    failing.set("topic", denied);
    await expect(lookUp(types, context)).rejects.toBe(denied);
  });

  test("is found after its section was removed, and stays in the record", async () => {
    const { takeLooks, plan, apply, records } = openTypes();
    await apply(keeper, topic);
    expect(actions(await plan(keeper))).toEqual(["keep keeper/a", "delete topic/a"]);
    await apply(keeper);
    takeLooks();
    expect(actions(await plan(keeper))).toEqual(["keep keeper/a"]);
    expect(takeLooks()).toEqual(["keeper", "topic"]);
    expect([...records.values()]).toEqual([["topic"]]);
  });

  test("is looked up if another object uses one, and then added to a record without it", async () => {
    const { takeLooks, plan, apply, records, store, using } = openTypes();
    await apply(keeper);
    const id = idOfKeeper(store) ?? "";
    store.put({ id: "unknown", address: "topic/a" });
    using.set(id, ["topic"]);
    takeLooks();
    expect(actions(await plan(keeper))).toEqual(["keep keeper/a", "delete topic/a"]);
    expect(takeLooks()).toEqual(["keeper", "topic"]);
    store.failing.set("delete unknown", new Error("no"));
    expect((await apply(keeper)).ok).toBe(false);
    using.clear();
    expect([...records.values()]).toEqual([["topic"]]);
    expect(actions(await plan(keeper))).toEqual(["keep keeper/a", "delete topic/a"]);
  });

  test("is looked up again if one of two objects lost its record", async () => {
    const { takeLooks, plan, apply, records } = openTypes();
    await apply(keeper, want("keeper/b"));
    records.delete([...records.keys()][0] ?? "");
    takeLooks();
    await plan(keeper, want("keeper/b"));
    expect(takeLooks()).toEqual(["alarm", "keeper", "topic"]);
  });
});

describe("the record of used types", () => {
  test("is extended before the first object of a new type exists", async () => {
    const { apply, store } = openTypes();
    await apply(keeper, topic);
    store.log.length = 0;
    expect((await apply(keeper, topic, alarm)).ok).toBe(true);
    expect(store.log).toEqual([`record ${idOfKeeper(store)} alarm,topic`, "create alarm/a"]);
  });

  test("ends the apply before its first step if it cannot be extended", async () => {
    const { apply, store } = openTypes();
    await apply(keeper);
    store.failing.set(`record ${idOfKeeper(store)} topic`, new Error("denied"));
    const { ok, failures, left, events } = await apply(keeper, topic);
    expect({ ok, left, failures: failures.map(({ error }) => String(error)) }).toEqual({
      ok: false,
      left: ["create topic/a"],
      failures: ["Error: denied"],
    });
    expect(events).toMatchObject([
      { event: "planned" },
      { event: "step-skipped", because: "the apply failed before its first step" },
      { event: "finished", ok: false, error: { message: "denied" } },
    ]);
    expect([...store.things.values()].map(({ address }) => address)).toEqual(["keeper/a"]);
  });

  test("says that nothing has started if it is interrupted while it is extended", async () => {
    const { apply, plan, store, types } = openTypes();
    await apply(keeper);
    const stop = new AbortController();
    store.failing.set(`record ${idOfKeeper(store)} topic`, new Cancelled("interrupted"));
    stop.abort();
    const { interrupted, events } = await carryOut(
      store,
      await plan(keeper, topic),
      types,
      stop.signal,
    );
    expect(interrupted).toBe(true);
    expect(events).toContainEqual(
      expect.objectContaining({
        event: "step-skipped",
        because: "interrupted before it started",
      }),
    );
  });

  test("gets the types of this apply if another apply wrote it since the plan", async () => {
    const { apply, plan, records, store, types } = openTypes();
    const planning = await plan(keeper, topic);
    await apply(keeper);
    expect([...records.values()]).toEqual([[]]);
    expect((await carryOut(store, planning, types)).ok).toBe(true);
    expect([...records.values()]).toEqual([["topic"]]);
    expect(actions(await plan(keeper))).toEqual(["keep keeper/a", "delete topic/a"]);
  });

  test("fails the apply if another apply wrote it since the plan and the types cannot be added", async () => {
    const { apply, plan, store, types } = openTypes();
    const planning = await plan(keeper, topic);
    await apply(keeper);
    store.failing.set(`record ${idOfKeeper(store)} topic`, new OutsideError("denied"));
    expect((await carryOut(store, planning, types)).ok).toBe(false);
  });

  test("is missing after an apply that failed", async () => {
    const { apply, records, store } = openTypes();
    store.failing.set("create topic/a", new Error("no"));
    expect((await apply(keeper, topic)).ok).toBe(false);
    expect(records.size).toBe(0);
  });

  test("is first written at the end of an apply, with what the plan could not see yet", async () => {
    const { apply, plan, records, store, hidden } = openTypes();
    store.put({ id: "late", address: "topic/late" });
    hidden.add("late");
    expect((await apply(keeper)).ok).toBe(true);
    expect([...records.values()]).toEqual([["topic"]]);
    expect(actions(await plan(keeper))).toEqual(["keep keeper/a", "delete topic/late"]);
  });

  test.each([
    ["AWS refuses a lookup", new OutsideError("denied"), true],
    ["an interrupt ends a lookup", new Cancelled("stopped"), true],
    ["a lookup fails because of a bug", new Error("bug"), false],
  ])("is not written if %s after the last step", async (_, error, ok) => {
    const { apply, records, failingLater, takeLooks, plan } = openTypes();
    failingLater.set("alarm", error);
    expect((await apply(keeper)).ok).toBe(ok);
    expect(records.size).toBe(0);
    takeLooks();
    await expect(plan(keeper)).rejects.toBe(error);
    expect(takeLooks()).toEqual(["alarm", "keeper", "topic"]);
  });
});

function idOfKeeper(store: Store): string | undefined {
  return [...store.things.values()].find(({ address }) => address === "keeper/a")?.id;
}
