import { describe, expect, test } from "vitest";
import {
  addressIn,
  ownTags,
  sendTagChanges,
  tagChanges,
  toRecord,
  toTagList,
  userTagsOf,
} from "../../src/aws/tags.ts";

const identity = { stack: "afterpay", address: "security-group/web" };

describe("whose an object is", () => {
  const cases: readonly [object, string | undefined, string][] = [
    [{ "reconcile:stack": "afterpay", "reconcile:name": "image/web" }, undefined, "another type"],
    [
      { "reconcile:stack": "other", "reconcile:name": "security-group/web" },
      undefined,
      "another stack",
    ],
    [{ "reconcile:stack": "afterpay" }, undefined, "half an identity is none"],
    [{ "reconcile:name": "security-group/web" }, undefined, "nor is the other half"],
    [
      { "reconcile:stack": "afterpay", "reconcile:name": "security-group" },
      undefined,
      "no slash, no name",
    ],
    [{ "reconcile:stack": "afterpay", "reconcile:name": "security-group/" }, undefined, "no name"],
    [
      { "reconcile:stack": "afterpay", "reconcile:name": "security-group/web" },
      "security-group/web",
      "ours",
    ],
  ];
  test.each(cases)("%j: %s (%s)", (tags, address) => {
    const list = toTagList(tags as Record<string, string>);
    expect(addressIn(list, "afterpay", "security-group")).toBe(address);
  });

  test("an object without tags is nobody's", () => {
    expect(addressIn(undefined, "afterpay", "image")).toBeUndefined();
  });
});

describe("the tags of a new object", () => {
  test("are its identity, what else is asked for, and the user's, with a mark of these", () => {
    const tags = ownTags(identity, { team: "payments" }, { "reconcile:base": "ami-1" });
    expect(tags).toEqual([
      { Key: "reconcile:stack", Value: "afterpay" },
      { Key: "reconcile:name", Value: "security-group/web" },
      { Key: "reconcile:keys", Value: expect.stringMatching(/^[\w-]{5}$/) },
      { Key: "reconcile:base", Value: "ami-1" },
      { Key: "team", Value: "payments" },
    ]);
  });

  test("have no mark where the user has none", () => {
    expect(ownTags(identity, {}).map(({ Key }) => Key)).toEqual([
      "reconcile:stack",
      "reconcile:name",
    ]);
  });

  test("have the same mark whatever the order of the user's", () => {
    const markOf = (tags: Record<string, string>) =>
      ownTags(identity, tags).find(({ Key }) => Key === "reconcile:keys")?.Value;
    expect(markOf({ a: "1", b: "2" })).toBe(markOf({ b: "2", a: "1" }));
    expect(markOf({ a: "1" })).not.toBe(markOf({ b: "1" }));
  });
});

test("tags without a key or a value are empty ones", () => {
  expect(toRecord([{ Key: "a" }, { Value: "b" }])).toEqual({ a: "", "": "b" });
  expect(toRecord(undefined)).toEqual({});
});

describe("the calls for a change", () => {
  const callsFor = async (changes: ReturnType<typeof tagChanges>) => {
    const calls: unknown[] = [];
    await sendTagChanges(changes, {
      remove: async (keys) => calls.push({ remove: keys }),
      set: async (tags) => calls.push({ set: tags }),
    });
    return calls;
  };

  test("remove first: an apply that is killed between the two still knows what was ours", async () => {
    const set = [{ Key: "team", Value: "platform" }];
    expect(await callsFor({ set, remove: ["stage"] })).toEqual([
      { remove: [{ Key: "stage" }] },
      { set },
    ]);
  });

  test("are none where there is nothing to do", async () => {
    expect(await callsFor({ set: [], remove: [] })).toEqual([]);
  });
});

describe("the user's tags", () => {
  const others = { Key: "cost-centre", Value: "set by somebody else" };
  const strange = { "a key, with: everything/+": "1", "  ": "2", team: "payments" };

  test("are told from everybody else's, whatever characters their keys have", () => {
    const live = [...ownTags(identity, strange), others];
    expect(userTagsOf(live)).toEqual(strange);
  });

  test("as many as AWS allows fit the mark", () => {
    const many = Object.fromEntries(Array.from({ length: 47 }, (_, i) => [`key ${i}`, `${i}`]));
    const tags = ownTags(identity, many);
    expect(tags).toHaveLength(50);
    for (const { Value } of tags) expect(Value.length).toBeLessThanOrEqual(256);
    expect(userTagsOf(tags)).toEqual(many);
  });

  test("change by the difference, and others' tags are in no call", () => {
    const live = [...ownTags(identity, { team: "payments", stage: "test", same: "s" }), others];
    const wanted = { team: "platform", same: "s", "cost-centre": "ours now" };
    const { set, remove } = tagChanges(userTagsOf(live), wanted);
    expect(set.map(({ Key }) => Key).sort()).toEqual(["cost-centre", "reconcile:keys", "team"]);
    expect(remove).toEqual(["stage"]);
    const after = [
      ...live.filter(({ Key }) => !remove.includes(Key) && !set.some((one) => one.Key === Key)),
      ...set,
    ];
    expect(userTagsOf(after)).toEqual(wanted);
  });

  test("the last one takes the mark with it", () => {
    const live = ownTags(identity, { team: "payments" });
    expect(tagChanges(userTagsOf(live), {})).toEqual({
      set: [],
      remove: ["team", "reconcile:keys"],
    });
  });
});
