import { describe, expect, test } from "vitest";
import { Store, thingType } from "./store.ts";
import { actions, apply, plan, ref, thing, want } from "./things.ts";

const net = thingType("net", { duplicates: "spare" });
const server = thingType("server", { serving: true });
/** Its shape is the net that it is in: it cannot move to another one. */
const group = thingType("group", {
  fields: { ...thing.fields, shape: { onChange: "replace", instead: "make another stack" } },
});
const types = [net, group, server];

/** Two nets that two applies at once made. The letters of their ids say nothing of their age. */
function twoNets(): Store {
  const store = new Store();
  store.put({ id: "net-b", address: "net/a", createdAt: 1 });
  store.put({ id: "net-a", address: "net/a", createdAt: 2 });
  return store;
}

describe("of two objects that two applies at once made", () => {
  test("the older one stays if nothing uses either", async () => {
    const store = twoNets();
    const { planning } = await apply(store, [want("net/a")], types);
    expect(actions(planning)).toEqual(["keep net/a", "delete net/a"]);
    expect(planning.document.changes[1]).toMatchObject({
      id: "net-a",
      because: "two applies at once made it twice, and the other one stays",
    });
    expect(planning.document.problems).toEqual([]);
    expect([...store.things.keys()]).toEqual(["net-b"]);
    expect((await plan(store, [want("net/a")], types)).document.steps).toEqual([]);
  });

  test("of the same age, the ids decide, the same for everybody", async () => {
    const store = twoNets();
    store.put({ id: "net-b", address: "net/a", createdAt: 2 });
    await apply(store, [want("net/a")], types);
    expect([...store.things.keys()]).toEqual(["net-a"]);
  });

  test("the younger one stays if it is in use", async () => {
    const store = twoNets();
    store.put({ id: "group#0", address: "group/a", uses: ["net-a"] });
    await apply(store, [want("net/a"), want("group/a")], types);
    expect([...store.things.keys()].sort()).toEqual(["group#0", "net-a"]);
  });

  test("the one that serves stays, whatever else is in the other one", async () => {
    const store = twoNets();
    store.put({ id: "server#0", address: "server/a", uses: ["net-a"] });
    store.put({ id: "group#0", address: "group/a", uses: ["net-b"] });
    const { planning } = await apply(
      store,
      [want("net/a"), want("server/a"), want("group/a")],
      types,
    );
    expect(actions(planning)).toContain("delete net/a");
    expect([...store.things.keys()].sort()).toEqual(["group#0", "net-a", "server#0"]);
  });

  test("the one in which more serves stays, as that of the servers and their load balancer", async () => {
    const store = twoNets();
    store.put({ id: "server#0", address: "server/a", uses: ["net-b"] });
    store.put({ id: "server#1", address: "server/a", uses: ["net-a"] });
    store.put({ id: "server#2", address: "server/b", uses: ["server#1"] });
    const wanted = [want("net/a"), want("server/b")];
    const { document } = await plan(store, wanted, types);
    expect(
      document.changes.find(({ action, address }) => action === "keep" && address === "net/a"),
    ).toMatchObject({ id: "net-a" });
  });

  test("what is in the one that goes is made again in the other one, which is no move", async () => {
    const store = twoNets();
    const fields = { size: 1, shape: "net-a", uses: [], peers: [] };
    store.put({ id: "server#0", address: "server/a", uses: ["net-b"] });
    store.put({ id: "group#0", address: "group/a", uses: ["net-a"], fields });
    const wanted = [want("net/a"), want("server/a"), want("group/a", { shape: ref("net/a") })];
    const { planning, ok } = await apply(store, wanted, types);
    expect(planning.document.problems).toEqual([]);
    expect(actions(planning)).toContain("replace group/a");
    expect(ok).toBe(true);
    expect([...store.things.keys()].some((id) => id === "net-a" || id === "group#0")).toBe(false);
    expect((await plan(store, wanted, types)).document.steps).toEqual([]);
  });

  test("of a type whose duplicates are not spare, nobody can tell which one is meant", async () => {
    const { document } = await plan(twoNets(), [want("net/a")], [thingType("net")]);
    expect(document.problems).toMatchObject([{ severity: "error", address: "net/a" }]);
    expect(document.steps).toEqual([]);
  });
});

test("an object that nobody is served by may move", async () => {
  const store = new Store();
  store.put({ id: "group#0", address: "group/a" });
  const moved = want("group/a", { shape: "square" });
  expect((await plan(store, [moved], types)).document.problems).toMatchObject([
    { severity: "error", remedy: "make another stack" },
  ]);
  const { planning, ok } = await apply(store, [{ ...moved, movable: true }], types);
  expect(planning.document.problems).toEqual([]);
  expect(ok).toBe(true);
});

test("of what AWS allows only once, every other object is deleted before the new one is created", async () => {
  const gateway = thingType("gateway", { duplicates: "spare", replace: "delete-first" });
  const square = { size: 1, shape: "square", uses: [], peers: [] };
  const store = new Store();
  // Two of before, either of which may have the address that the new one needs.
  store.put({ id: "gateway-a", address: "gateway/a", fields: square, createdAt: 1 });
  store.put({ id: "gateway-b", address: "gateway/a", fields: square, createdAt: 2 });
  const { ok } = await apply(store, [want("gateway/a")], [gateway]);
  expect(ok).toBe(true);
  expect(store.log.slice(0, 2).sort()).toEqual(["delete gateway-a", "delete gateway-b"]);
  expect(store.log[2]).toBe("create gateway/a");
});

test("a remainder that a create has found and completed is not deleted, and the apply says so", async () => {
  const store = new Store();
  store.put({ id: "net-a", address: "net/a", status: "partial" });
  store.put({ id: "net-b", address: "net/a", status: "partial", createdAt: 1 });
  // It takes the younger one, because the older one is no longer visible to it.
  const taking = thingType("net", {
    duplicates: "spare",
    async create({ store: { things, log } }, target) {
      log.push(`create ${target.address}`);
      const found = things.get("net-b");
      if (found === undefined) throw new Error("it has been deleted");
      return { ...found, status: "ready" };
    },
    async delete({ store: { things, log } }, live) {
      await Promise.resolve();
      log.push(`delete ${live.id}`);
      things.delete(live.id);
    },
  });
  const { planning, events } = await apply(store, [want("net/a")], [taking]);
  expect(planning.work.map(({ step }) => step.key)).toContain("delete net/a net-b");
  expect(store.things.has("net-b")).toBe(true);
  expect(JSON.stringify(events)).toContain("net-b is in use now, so it was not deleted");
});
