import { describe, expect, test } from "vitest";
import { makePlan } from "../../src/engine/plan.ts";
import type { Address } from "../../src/engine/resource.ts";
import { KNOWN_AFTER_APPLY } from "../../src/engine/worded.ts";
import { Store, thingType } from "./store.ts";
import { actions, apply, plan, ref, thing, want } from "./things.ts";

describe("a plan", () => {
  test("of nothing there is creates in the order of the references, and is empty once applied", async () => {
    const store = new Store();
    const desired = [want("thing/b", { uses: [ref("thing/a")] }), want("thing/a")];
    const result = await apply(store, desired);
    expect(result.ok).toBe(true);
    expect(store.log).toEqual(["create thing/a", "create thing/b"]);
    const second = await plan(store, desired);
    expect(actions(second)).toEqual(["keep thing/a", "keep thing/b"]);
    expect(second.document.steps).toEqual([]);
  });

  test("shows a reference to what is not made yet as unknown", async () => {
    const planning = await plan(new Store(), [
      want("thing/a"),
      want("thing/b", { uses: [ref("thing/a")] }),
    ]);
    const field = planning.document.changes[1]?.fields.find(({ path }) => path === "uses");
    expect(field).toEqual({
      path: "uses",
      after: [KNOWN_AFTER_APPLY],
      known: false,
      forcesReplace: false,
      sensitive: false,
    });
  });

  test("updates only the field that differs, and what depends on an output that the update changes", async () => {
    const store = new Store();
    const desired = (size: number) => [
      want("thing/template", { size }),
      want("thing/group", { uses: [ref("thing/template")], shape: "round" }),
      want("thing/follower", { peers: [ref("thing/template", "version")] }),
    ];
    // A peer that is a version, not an id, is no object to look for.
    const types = [thingType("thing", { update: versionTolerant, create: createTolerant })];
    await apply(store, desired(1), types);
    store.log.length = 0;
    const planning = await plan(store, desired(2), types);
    expect(actions(planning)).toEqual([
      "update thing/template",
      "keep thing/group",
      "update thing/follower",
    ]);
  });

  test("gives two stacks two names, even where their words run together", () => {
    const nameOf = (stack: string, name: Address) => {
      const planning = makePlan({
        stack,
        region: "r",
        account: "a",
        desired: [want(name)],
        live: [],
        types: [thing],
      });
      return planning.decisions.get(name)?.target?.physicalName;
    };
    expect(nameOf("a", "thing/b-c")).not.toBe(nameOf("a-b", "thing/c"));
  });

  test("is the same text for the same input, whatever the order of the file", async () => {
    const store = new Store();
    store.put({ id: "x#1", address: "thing/x" });
    const desired = [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] }), want("thing/c")];
    const one = await plan(store, desired);
    const other = await plan(store, [...desired].reverse());
    expect(JSON.stringify(one.document)).toBe(JSON.stringify(other.document));
  });

  test("never changes its input", async () => {
    const store = new Store();
    store.put({
      id: "a#1",
      address: "thing/a",
      fields: freeze({ size: 1, shape: "round", uses: [], peers: [] }),
    });
    await apply(store, [freeze(want("thing/a", { size: 2 }))]);
    expect(store.log).toEqual(["update thing/a size"]);
  });
});

describe("a replacement", () => {
  test("makes the new one, moves what uses it, then deletes the old one", async () => {
    const store = new Store();
    const desired = (shape: string) => [
      want("thing/a", { shape }),
      want("thing/b", { uses: [ref("thing/a")] }),
    ];
    await apply(store, desired("round"));
    store.log.length = 0;
    const result = await apply(store, desired("square"));
    expect(result.ok).toBe(true);
    expect(store.log).toEqual([
      "create thing/a",
      "update thing/b uses",
      expect.stringMatching(/^delete s-a-/),
    ]);
    expect((await plan(store, desired("square"))).document.steps).toEqual([]);
  });

  test("keeps as many earlier generations as asked, newest first, and deletes the others", async () => {
    const store = new Store();
    for (const [index, shape] of ["one", "two", "three"].entries()) {
      store.put({
        id: shape,
        address: "thing/a",
        createdAt: index,
        fields: { size: 1, shape, uses: [], peers: [] },
      });
    }
    const result = await apply(store, [want("thing/a", { shape: "four" }, { keep: 1 })]);
    expect(result.planning.document.summary).toMatchObject({ replace: 1, delete: 2 });
    expect([...store.things.values()].map((live) => live.fields.shape).sort()).toEqual([
      "four",
      "three",
    ]);
    const back = await plan(store, [want("thing/a", { shape: "three" }, { keep: 1 })]);
    expect(back.document.summary).toMatchObject({ keep: 1, create: 0, replace: 0 });
  });

  test("that keeps its name deletes first, takes along what holds it, and warns of the downtime", async () => {
    const store = new Store();
    const types = [thing, thingType("holder", { holds: ["thing"] })];
    const desired = (shape: string) => [
      want("thing/a", { shape }, { physicalName: "fixed" }),
      want("thing/link", { uses: [ref("thing/a")] }),
      want("holder/h", { uses: [ref("thing/link")] }, { physicalName: "held" }),
    ];
    await apply(store, desired("round"), types);
    // What merely refers to it does not block its deletion in this account.
    const first = [...store.things.values()].find((live) => live.address === "thing/link");
    store.put({
      ...(first as NonNullable<typeof first>),
      fields: { ...(first as NonNullable<typeof first>).fields, uses: [] },
      uses: first?.fields.uses ?? [],
    });
    store.log.length = 0;
    const result = await apply(store, desired("square"), types);
    expect(result.failures).toEqual([]);
    expect(store.log.map((line) => line.replace(/#\d+/, ""))).toEqual([
      "delete held",
      "delete fixed",
      "create thing/a",
      "update thing/link uses",
      "create holder/h",
    ]);
    expect(result.planning.document.problems.map(({ severity }) => severity)).toEqual([
      "warning",
      "warning",
    ]);
  });

  test("that deletes first does so when all that the new one needs is made", async () => {
    const store = new Store();
    const desired = (shape: string) => [
      want("thing/image", { shape }),
      want("thing/rules", { shape }, { physicalName: "rules" }),
      want("thing/group", { uses: [ref("thing/image"), ref("thing/rules")] }),
    ];
    const types = [thingType("thing", { holds: ["thing"] })];
    await apply(store, desired("round"), types);
    store.failing.set("create thing/image", new Error("no"));
    await apply(store, desired("square"), types);
    expect([...store.things.values()].map(({ address }) => address)).toContain("thing/group");
    store.failing.clear();
    store.log.length = 0;
    expect((await apply(store, desired("square"), types)).ok).toBe(true);
    expect(store.log.map((line) => line.replace(/ (s-)?(\w+)\b.*#.*/, " $2"))).toEqual([
      "create thing/image",
      "delete group",
      "delete rules",
      "create thing/rules",
      "create thing/group",
      "delete image",
    ]);
  });

  test("that deletes first is not held up by what leaves the file with it", async () => {
    const store = new Store();
    const rules = (shape: string) => want("thing/rules", { shape }, { physicalName: "rules" });
    const peers = [ref("thing/rules")];
    const types = [thing, thingType("other")].map((type) => ({ ...type, delete: goes }));
    const first = [
      rules("round"),
      want("other/leaving", { uses: peers }),
      want("thing/group", { uses: [...peers, ref("other/leaving")] }),
    ];
    await apply(store, first, types);
    const result = await apply(
      store,
      [rules("square"), want("thing/group", { uses: peers })],
      types,
    );
    expect(result.left).toEqual([]);
    expect(result.ok).toBe(true);
  });

  test("left half-way is finished, not begun again", async () => {
    const store = new Store();
    store.put({
      id: "old",
      address: "thing/a",
      fields: { size: 1, shape: "round", uses: [], peers: [] },
    });
    store.put({
      id: "new",
      address: "thing/a",
      createdAt: 1,
      fields: { size: 1, shape: "square", uses: [], peers: [] },
    });
    const result = await apply(store, [want("thing/a", { shape: "square" })]);
    expect(store.log).toEqual(["delete old"]);
    expect(result.ok).toBe(true);
  });
});

describe("what is in use", () => {
  const both = (wanted: unknown, live: unknown) => [
    ...new Set([...(wanted as string[]), ...(live as string[])]),
  ];
  const considerate = (name: string) =>
    thingType(name, {
      fields: {
        ...thing.fields,
        size: { onChange: "update", whenUsersCan: true },
        peers: {
          onChange: "update",
          meanwhile: (wanted, live) =>
            both(wanted, live).length === (wanted as []).length ? wanted : both(wanted, live),
        },
      },
    });
  const types = [considerate("thing")];
  const desired = (peers: readonly string[], size = 1, image = "round") => [
    want("thing/image", { shape: image }),
    want("thing/door", { peers, size }),
    want("thing/user", { uses: [ref("thing/image"), ref("thing/door")] }),
  ];

  test("loses nothing before its users have changed", async () => {
    const store = new Store();
    await apply(store, desired(["a@", "b@"]), types);
    store.log.length = 0;
    const result = await apply(store, desired(["b@", "c@"], 1, "square"), types);
    expect(result.ok).toBe(true);
    expect(store.log.indexOf("update thing/user uses")).toBeLessThan(
      store.log.lastIndexOf("update thing/door peers"),
    );
    expect(store.log.filter((line) => line === "update thing/door peers")).toHaveLength(2);
    expect(
      [...store.things.values()].find((live) => live.address === "thing/door")?.fields,
    ).toEqual(expect.objectContaining({ peers: ["b@", "c@"] }));
  });

  test("keeps what it has where its users could not change", async () => {
    const store = new Store();
    await apply(store, desired(["a@"]), types);
    store.failing.set("update thing/user uses", new Error("no"));
    await apply(store, desired(["b@"], 1, "square"), types);
    expect(
      [...store.things.values()].find((live) => live.address === "thing/door")?.fields,
    ).toEqual(expect.objectContaining({ peers: ["b@", "a@"] }));
  });

  test.each([
    [["b@"], ["update thing/door peers"], "one of two goes"],
    [["c@"], ["update thing/door peers"], "one comes, too"],
  ])("%s: loses at once what no change of another needs, in one step", async (peers, log) => {
    const store = new Store();
    await apply(store, desired(["a@", "b@"]), types);
    store.log.length = 0;
    await apply(store, desired(peers), types);
    expect(store.log).toEqual(log);
  });

  test("does not wait for a user that only has to get healthy", async () => {
    const store = new Store();
    await apply(store, desired(["a@", "b@"]), types);
    const user = [...store.things.values()].find(({ address }) => address === "thing/user");
    if (user !== undefined) store.put({ ...user, status: "settling" });
    const { steps } = (await plan(store, desired(["b@"]), types)).document;
    expect(steps.map(({ key }) => key)).toEqual(["update thing/door", "update thing/user"]);
  });

  test("changes what its users must be ready for when all else that they wait for is done", async () => {
    const store = new Store();
    await apply(store, desired([]), types);
    const then = desired([], 2, "square");
    store.failing.set("create thing/image", new Error("no"));
    const failed = await apply(store, then, types);
    expect(failed.left).toContain("update thing/door");
    store.failing.clear();
    store.log.length = 0;
    expect((await apply(store, then, types)).ok).toBe(true);
    expect(store.log.slice(0, 3)).toEqual([
      "create thing/image",
      "update thing/door size",
      "update thing/user uses",
    ]);
  });

  test("changes at once what its users need not be ready for", async () => {
    const store = new Store();
    await apply(store, desired(["a@"]), types);
    const result = await apply(store, desired(["a@", "b@"], 2, "square"), types);
    expect(result.ok).toBe(true);
    const { steps } = result.planning.document;
    const waitsFor = (key: string) => steps.find((step) => step.key === key)?.after;
    expect(waitsFor("update thing/door")).toEqual([]);
    expect(waitsFor("update thing/door size")).toEqual(["update thing/door", "create thing/image"]);
    expect(waitsFor("update thing/user")).toContain("update thing/door size");
  });

  test("is told with the warning that its type has for the change", async () => {
    const caution = { summary: "it is another size", remedy: "mind it" };
    const cautious = [
      thingType("thing", {
        caution: (wanted, live) =>
          JSON.stringify(wanted).includes('"size":2') && "size" in live ? caution : undefined,
      }),
    ];
    const store = new Store();
    await apply(store, [want("thing/a")], cautious);
    const { problems } = (await plan(store, [want("thing/a", { size: 2 })], cautious)).document;
    expect(problems).toEqual([{ severity: "warning", address: "thing/a", ...caution }]);
  });
});

describe("a field that makes two objects of no use to each other", () => {
  const shape = { onChange: "replace", instead: "make another stack" } as const;
  const types = [thingType("thing", { fields: { ...thing.fields, shape } })];

  test("is an error where it differs, with what to do instead", async () => {
    const store = new Store();
    await apply(store, [want("thing/a")], types);
    const { problems } = (await plan(store, [want("thing/a", { shape: "square" })], types))
      .document;
    expect(problems).toEqual([
      {
        severity: "error",
        address: "thing/a",
        summary: "shape of thing/a differs from the stack file, and it cannot be changed in place",
        remedy: "make another stack",
      },
    ]);
  });

  test("is one error for all that differ in the same way", async () => {
    const store = new Store();
    const all = ["thing/a", "thing/b", "thing/c", "thing/d"] as const;
    for (const [index, address] of all.entries()) {
      const there = address === "thing/c" ? "square" : "round";
      store.put({
        id: `x${index}`,
        address,
        fields: { size: 1, shape: there, uses: [], peers: [] },
      });
    }
    const wanted = all.map((address) => want(address, { shape: "square" }));
    const { problems } = (await plan(store, wanted, types)).document;
    expect(problems).toEqual([
      {
        severity: "error",
        address: "thing/a",
        summary:
          "shape of thing/a, thing/b and thing/d differs from the stack file, and it cannot be changed in place",
        remedy: "make another stack",
      },
    ]);
  });

  test("is an error of its own for another field, and where something else is to be done", async () => {
    const store = new Store();
    const size = { onChange: "replace", instead: shape.instead } as const;
    const rounder = { onChange: "replace", instead: "make it rounder" } as const;
    const other = thingType("other", { fields: { ...thing.fields, shape: rounder, size } });
    store.put({ id: "x", address: "thing/a" });
    store.put({ id: "y", address: "other/a" });
    const wanted = [
      want("thing/a", { shape: "square" }),
      want("other/a", { shape: "square", size: 2 }),
    ];
    const { problems } = (await plan(store, wanted, [...types, other])).document;
    const told = problems.map(({ summary, remedy }) => [summary.split(" differs")[0], remedy]);
    expect(told.sort()).toEqual([
      ["shape of other/a", "make it rounder"],
      ["shape of thing/a", "make another stack"],
      ["size of other/a", "make another stack"],
    ]);
  });

  test("is none where there is nothing yet, or something else is replaced", async () => {
    const store = new Store();
    expect((await plan(store, [want("thing/a")], types)).document.problems).toEqual([]);
    store.put({ id: "a#1", address: "thing/a" });
    const renamed = want("thing/a", {}, { physicalName: "b" });
    expect((await plan(store, [renamed], types)).document.problems).toEqual([]);
  });
});

describe("cycles of references", () => {
  test("are broken at a detachable field: made without it, then completed", async () => {
    const store = new Store();
    const desired = [
      want("thing/a", { peers: [ref("thing/b")] }),
      want("thing/b", { peers: [ref("thing/a")] }),
      want("thing/self", { peers: [ref("thing/self")] }),
    ];
    const result = await apply(store, desired);
    expect(result.failures).toEqual([]);
    expect([...store.log].sort()).toEqual([
      "create thing/a",
      "create thing/b",
      "create thing/self",
      "update thing/a peers",
      "update thing/b peers",
      "update thing/self peers",
    ]);
    expect((await plan(store, desired)).document.steps).toEqual([]);
    expect((await apply(store, [])).ok).toBe(true);
    expect(store.things.size).toBe(0);
  });

  test("in the account do not keep a destroy from deleting both", async () => {
    const store = new Store();
    store.put({ id: "x", address: "thing/a", uses: ["y"] });
    store.put({ id: "y", address: "thing/b", uses: ["x"] });
    expect((await apply(store, [])).failures).toEqual([]);
    expect(store.things.size).toBe(0);
  });

  test("that nothing can break are refused", async () => {
    const desired = [
      want("thing/a", { uses: [ref("thing/b")] }),
      want("thing/b", { uses: [ref("thing/a")] }),
    ];
    await expect(plan(new Store(), desired)).rejects.toThrow("cannot be broken");
  });
});

describe("objects in a state", () => {
  const cases = [
    {
      status: "partial",
      action: "create",
      log: ["create thing/a"],
      why: "an interrupted create is gone on with",
    },
    {
      status: "settling",
      action: "keep",
      log: ["update thing/a "],
      why: "an apply waits for its health",
    },
    {
      status: "failed",
      action: "replace",
      log: ["delete x", "create thing/a"],
      why: "its name must be free first",
    },
    { status: "deleting", action: "create", log: ["create thing/a"], why: "it is as good as gone" },
  ] as const;
  test.each(cases)("$status: $action, since $why", async ({ status, action, log }) => {
    const store = new Store();
    store.put({ id: "x", address: "thing/a", status });
    const result = await apply(store, [want("thing/a")]);
    expect(actions(result.planning)).toEqual([`${action} thing/a`]);
    expect(store.log).toEqual(log);
  });

  test("two complete ones that claim one address are an error, and neither is touched", async () => {
    const store = new Store();
    store.put({ id: "x", address: "thing/a" });
    store.put({ id: "y", address: "thing/a" });
    const planning = await plan(store, [want("thing/a", { size: 2 })]);
    expect(planning.document.problems).toMatchObject([{ severity: "error", address: "thing/a" }]);
    expect(planning.document.steps).toEqual([]);
  });

  test("what is tagged but no longer wanted goes after what still uses it has changed", async () => {
    const store = new Store();
    await apply(store, [want("thing/a"), want("thing/b", { uses: [ref("thing/a")] })]);
    store.log.length = 0;
    const result = await apply(store, [want("thing/b")]);
    expect(result.failures).toEqual([]);
    expect(store.log).toEqual(["update thing/b uses", expect.stringMatching(/^delete s-a/)]);
  });
});

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

const createTolerant: typeof thing.create = async ({ store }, target, fields) => {
  store.begin(`create ${target.address}`);
  const id = store.nextId(target.physicalName);
  store.put({
    id,
    address: target.address,
    physicalName: target.physicalName,
    fields: fields as never,
  });
  return store.things.get(id) as NonNullable<ReturnType<typeof store.things.get>>;
};

const versionTolerant: typeof thing.update = async ({ store }, live) => {
  store.begin(`update ${live.address}`);
  return live;
};

/** As security groups go, whose rules that name one another hold nothing. */
const goes: typeof thing.delete = async ({ store }, live) => {
  store.begin(`delete ${live.id}`);
  store.things.delete(live.id);
};
