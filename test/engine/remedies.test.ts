import { describe, expect, test } from "vitest";
import { Store, thingType } from "./store.ts";
import { actions, apply, plan, thing, want } from "./things.ts";

/** Its size is not to change, wherever that is asked for. */
const fixed = thingType("thing", { fields: { ...thing.fields, size: { onChange: "forbid" } } });

const remediesOf = async (store: Store, desired: Parameters<typeof plan>[1]) =>
  (await plan(store, desired, [fixed])).document.problems.map(({ remedy }) => remedy);

describe("what a plan says to do about a field that may not change leads on", () => {
  const told = ["Put the account's value in the stack file, or destroy the stack first."];

  async function open() {
    const store = new Store();
    await apply(store, [want("thing/a", { size: 2 })], [fixed]);
    expect(await remediesOf(store, [want("thing/a")])).toEqual(told);
    return store;
  }

  test("with the account's value in the file", async () => {
    const store = await open();
    const desired = [want("thing/a", { size: 2, peers: [] })];
    expect((await apply(store, desired, [fixed])).ok).toBe(true);
    expect(actions(await plan(store, desired, [fixed]))).toEqual(["keep thing/a"]);
    expect(await remediesOf(store, desired)).toEqual([]);
  });

  test("with the stack destroyed first", async () => {
    const store = await open();
    expect((await apply(store, [], [fixed])).ok).toBe(true);
    expect((await apply(store, [want("thing/a")], [fixed])).ok).toBe(true);
    expect(actions(await plan(store, [want("thing/a")], [fixed]))).toEqual(["keep thing/a"]);
    expect(await remediesOf(store, [want("thing/a")])).toEqual([]);
  });
});
