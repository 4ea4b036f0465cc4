import { describe, expect, test } from "vitest";
import { compareNumbered, compareText } from "../../src/aws/order.ts";

describe("the order of texts", () => {
  test("is that of their code points, in any language", () => {
    const texts = ["b", "ä", "B", "", "a10", "a9"];
    expect(texts.toSorted(compareText)).toEqual(["", "B", "a10", "a9", "b", "ä"]);
    expect(compareText("a", "a")).toBe(0);
    expect(compareText(undefined, "a")).toBe(-1);
  });

  test.each([
    [["2023.10.20260101", "2023.9.20260101", "2023.9.20251231"], "releases"],
    [["al2023-ami-kernel-6.12-x86_64", "al2023-ami-kernel-6.1-x86_64"], "kernels of one release"],
    [["lt-2", "lt-10", "lt-1"], "versions of a launch template"],
  ])("by numbers, %j is ordered as %s are", (texts, _what) => {
    // As the collator of English does, which knows numbers.
    const collator = new Intl.Collator("en", { numeric: true });
    expect(texts.toSorted(compareNumbered)).toEqual(texts.toSorted(collator.compare));
  });
});
