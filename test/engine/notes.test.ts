import { describe, expect, test } from "vitest";
import type { Note } from "../../src/engine/resource.ts";
import { Store, thingType } from "./store.ts";
import { plan, want } from "./things.ts";

const always: Note = { summary: "somebody holds it", remedy: "let it go" };
const deletion: Note = {
  summary: "it is protected",
  remedy: "take the protection off",
  severity: "error",
  concerns: { deletion: true },
};
const size: Note = { summary: "a part stays", remedy: "", concerns: { fields: ["size"] } };

function storeWith(notes: readonly Note[]): Store {
  const store = new Store();
  store.put({ id: "a#1", physicalName: "s-thing-a-0", address: "thing/a", notes });
  return store;
}

const told = async (store: Store, desired: Parameters<typeof plan>[1], types = [thing]) =>
  (await plan(store, desired, types)).document.problems.map(({ severity, summary }) => [
    severity,
    summary,
  ]);

/** Nothing replaces one, so that any name is that of the wanted object. */
const thing = thingType("thing", {
  fields: { ...thingType("thing").fields, shape: { onChange: "update" } },
  normalize: (fields) => fields,
});

describe("a note of a live object", () => {
  test("that concerns no change is told of what stays, changed or not", async () => {
    const store = storeWith([always]);
    const warning = ["warning", "somebody holds it"];
    expect(await told(store, [want("thing/a")])).toEqual([warning]);
    expect(await told(store, [want("thing/a", { size: 2 })])).toEqual([warning]);
    expect(await told(store, [])).toEqual([]);
  });

  test("has the object's address, and what to do", async () => {
    const { document } = await plan(storeWith([always]), [want("thing/a")], [thing]);
    expect(document.problems).toEqual([{ severity: "warning", address: "thing/a", ...always }]);
    expect(document.summary.keep).toBe(1);
    expect(document.steps).toEqual([]);
  });

  test("that concerns a field is told where that one changes", async () => {
    const store = storeWith([size]);
    expect(await told(store, [want("thing/a")])).toEqual([]);
    expect(await told(store, [want("thing/a", { shape: "square" })])).toEqual([]);
    expect(await told(store, [want("thing/a", { size: 2 })])).toEqual([
      ["warning", "a part stays"],
    ]);
    expect(await told(store, [])).toEqual([]);
  });

  test("that concerns the deletion is told where the object goes, to be replaced, too", async () => {
    const store = storeWith([deletion]);
    const error = ["error", "it is protected"];
    expect(await told(store, [want("thing/a", { size: 2 })])).toEqual([]);
    expect(await told(store, [])).toEqual([error]);
    const replacing = [thingType("thing")];
    expect(await told(store, [want("thing/a", { shape: "square" })], replacing)).toEqual([error]);
  });

  test("is told of the one that goes, not of another that stays at its address", async () => {
    const store = new Store();
    const square = { size: 1, shape: "square", uses: [], peers: [] };
    const stays = { ...deletion, summary: "this one stays" };
    store.put({ id: "now", address: "thing/a", createdAt: 1, notes: [stays] });
    store.put({ id: "old", address: "thing/a", fields: square, notes: [deletion] });
    expect(await told(store, [want("thing/a")], [thingType("thing")])).toEqual([
      ["error", "it is protected"],
    ]);
  });

  describe("that concerns pruning", () => {
    const pruning: Note = {
      summary: "somebody keeps it",
      remedy: "",
      concerns: { pruning: true },
    };
    const warning = ["warning", "somebody keeps it"];
    const replacing = thingType("thing");
    const square = { size: 1, shape: "square", uses: [], peers: [] };

    test("keeps the object from going when another takes its place, and is told", async () => {
      const store = storeWith([deletion, pruning]);
      const { document } = await plan(store, [want("thing/a", { shape: "square" })], [replacing]);
      expect(document.steps.map(({ verb }) => verb)).toEqual(["create"]);
      expect(document.summary).toMatchObject({ replace: 1, delete: 0 });
      expect(document.problems.map(({ summary }) => summary)).toEqual([pruning.summary]);
    });

    test("leaves nothing to do once another has taken its place, as long as it is there", async () => {
      const store = storeWith([deletion, pruning]);
      store.put({ id: "now", address: "thing/a", createdAt: 1, fields: square });
      const { document } = await plan(store, [want("thing/a", { shape: "square" })], [replacing]);
      expect(document.steps).toEqual([]);
      expect(document.summary).toEqual({ create: 0, update: 0, replace: 0, delete: 0, keep: 1 });
      expect(document.problems.map(({ summary }) => summary)).toEqual([pruning.summary]);
    });

    test("is not told of what is kept anyhow, or of what is wanted", async () => {
      const store = storeWith([deletion, pruning]);
      expect(await told(store, [want("thing/a")], [replacing])).toEqual([]);
      store.put({ id: "now", address: "thing/a", createdAt: 1, fields: square });
      const wanted = [{ ...want("thing/a", { shape: "square" }), keep: 1 }];
      expect(await told(store, wanted, [replacing])).toEqual([]);
    });

    test("saves nothing whose name is needed, or whose stack is destroyed", async () => {
      const store = storeWith([deletion, pruning]);
      const error = ["error", "it is protected"];
      expect(await told(store, [])).toEqual([error]);
      const named = [{ ...want("thing/a", { shape: "square" }), physicalName: "s-thing-a-0" }];
      expect(await told(store, named, [replacing])).toContainEqual(error);
      expect(await told(store, named, [replacing])).not.toContainEqual(warning);
    });
  });

  test("that concerns several fields is told where one of them changes", async () => {
    const either: Note = { ...size, concerns: { fields: ["peers", "size"] } };
    expect(await told(storeWith([either]), [want("thing/a", { size: 2 })])).toEqual([
      ["warning", "a part stays"],
    ]);
  });
});
