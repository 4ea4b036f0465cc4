import { expect, test } from "vitest";
import { Store, thingType } from "./store.ts";
import { actions, apply, plan, ref, thing, want } from "./things.ts";

const types = [{ ...thing, holds: [] }, thingType("stray", { wanted: "never", holds: ["thing"] })];

async function withStray() {
  const store = new Store();
  const desired = [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })];
  await apply(store, desired, types);
  const [used = ""] = [...store.things.keys()];
  const note = { summary: "somebody has set it apart", remedy: "Delete it." };
  store.put({
    id: "s-1",
    address: "stray/s-1",
    notes: [note],
    fields: { size: 1, shape: "round", uses: [used], peers: [] },
  });
  store.log.splice(0);
  return { store, desired };
}

test("an apply leaves alone what no file can want, and its plan tells of it", async () => {
  const { store, desired } = await withStray();
  const planning = await plan(store, desired, types);
  expect(actions(planning)).toEqual(["keep thing/a", "keep thing/b"]);
  expect(planning.document.problems).toMatchObject([
    { severity: "warning", address: "stray/s-1", summary: "somebody has set it apart" },
  ]);
  const { ok } = await apply(store, desired, types);
  expect(ok).toBe(true);
  expect(store.log).toEqual([]);
});

test("a destroy deletes it, before what it holds", async () => {
  const { store } = await withStray();
  const { ok, planning } = await apply(store, [], types);
  expect(actions(planning)).toContain("delete stray/s-1");
  expect(ok).toBe(true);
  expect(store.things.size).toBe(0);
});
