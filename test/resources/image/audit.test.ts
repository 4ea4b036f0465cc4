import { describe, expect, test } from "vitest";
import { toTagList } from "../../../src/aws/tags.ts";
import { checksIn, checkTags } from "../../../src/resources/image/audit.ts";
import fc from "../../fast-check.ts";

const tagsOf = (checks: readonly string[]) => toTagList(checkTags(checks));

/** An identity as the build script writes it: URI-encoded, at most 100 characters. */
const identity = fc
  .tuple(
    fc.constantFrom("package", "python", "verify", "file", "time"),
    fc.option(fc.string({ minLength: 1, maxLength: 30 })),
  )
  .map(([kind, detail]) => encodeURI(detail === null ? kind : `${kind}:${detail}`).slice(0, 100));

describe("the passed checks in an image's tags", () => {
  test("come back, those of one kind together", () => {
    const checks = ["updates", "package:mtr", "ports", "package:tree", "ssh:root", "time"];
    expect(tagsOf(checks)).toEqual([
      { Key: "reconcile:checks-passed", Value: "6" },
      { Key: "reconcile:checks", Value: "updates package:mtr|tree ports ssh:root time" },
    ]);
    expect(checksIn(tagsOf(checks))).toEqual({
      checksPassed: 6,
      checks: ["updates", "package:mtr", "package:tree", "ports", "ssh:root", "time"],
    });
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["one that is called like a kind", ["package:mtr", "package"], ["package:mtr package"]],
    ["a kind that is called like one", ["ports", "ports:80"], ["ports ports:80"]],
    [
      "as many as a tag bears",
      ["a".repeat(124), "b".repeat(125)],
      [`${"a".repeat(124)} ${"b".repeat(125)}`],
    ],
    ["one character more", ["a".repeat(124), "b".repeat(126)], ["a".repeat(124), "b".repeat(126)]],
    [
      "as many of a kind as a tag bears",
      [`package:${"a".repeat(120)}`, `package:${"b".repeat(121)}`],
      [`package:${"a".repeat(120)}|${"b".repeat(121)}`],
    ],
    [
      "of a kind one character more",
      [`package:${"a".repeat(120)}`, `package:${"b".repeat(122)}`],
      [`package:${"a".repeat(120)}`, `package:${"b".repeat(122)}`],
    ],
  ])("come back: %s", (_, checks, values) => {
    const [, ...lists] = tagsOf(checks);
    expect(lists.map(({ Value }) => Value)).toEqual(values);
    expect(checksIn(tagsOf(checks)).checks).toEqual(checks);
  });

  test.each(["", "twelve", "12 of 13", "about 12", "-1"])(
    "are not counted where somebody has written %j instead",
    (Value) => {
      const tags = [{ Key: "reconcile:checks-passed", Value }];
      expect(checksIn(tags).checksPassed).toBeNull();
    },
  );

  test("whatever they are called", () => {
    fc.assert(
      fc.property(fc.uniqueArray(identity, { maxLength: 12 }), (checks) => {
        const { checksPassed, checks: read } = checksIn(tagsOf(checks));
        expect(checksPassed).toBe(checks.length);
        expect([...read].sort()).toEqual([...checks].sort());
      }),
    );
  });

  test("too many for three tags are counted, and AWS's limit is kept", () => {
    const checks = Array.from({ length: 300 }, (_, index) => `package:number-${index}`);
    const tags = tagsOf(checks);
    expect(tags).toHaveLength(4);
    for (const { Value } of tags) expect(Value.length).toBeLessThanOrEqual(256);
    const { checksPassed, checks: read } = checksIn(tags);
    expect(checksPassed).toBe(300);
    expect(read.length).toBeGreaterThan(40);
    expect(checks.slice(0, read.length)).toEqual(read);
  });

  test("of an image without them are not told", () => {
    expect(checksIn([{ Key: "Name", Value: "made by hand" }])).toEqual({
      checksPassed: null,
      checks: [],
    });
  });
});
