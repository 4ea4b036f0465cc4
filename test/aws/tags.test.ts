import { describe, expect, test } from "vitest";
import { addressIn, ownTags, tagChanges, toTagList, userTagsOf } from "../../src/aws/tags.ts";

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
