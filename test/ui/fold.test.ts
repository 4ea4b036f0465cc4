import { describe, expect, test } from "vitest";
import { folded, foldedWhole } from "../../src/ui/fold.ts";

const RED = "\u001b[31m";
const END = "\u001b[39m";

describe("a line on a terminal", () => {
  test.each([
    ["that fits stays", "one two", 7, ["one two"]],
    [
      "is wrapped between words, and further lines hang",
      "one two three",
      9,
      ["one two", "    three"],
    ],
    ["that is indented hangs from there", "  one two three", 9, ["  one two", "    three"]],
    [
      "keeps a long word whole",
      "see https://example.com/a/b",
      12,
      ["see", "    https://example.com/a/b"],
    ],
    [
      "that is one long word stays whole",
      "https://example.com/a/b",
      12,
      ["https://example.com/a/b"],
    ],
    ["keeps blanks between columns", "a    b", 6, ["a    b"]],
    ["leaves no blank at an end", "one two   ", 7, ["one two"]],
    [
      "of several lines is wrapped line by line",
      "one two\n  three four",
      9,
      ["one two", "  three", "    four"],
    ],
    ["counts no colour", `${RED}one${END} two`, 7, [`${RED}one${END} two`]],
    ["counts columns, not halves of characters", "😀😀 😀😀", 9, ["😀😀 😀😀"]],
    ["counts two columns for a wide character", "東東 a 東", 6, ["東東 a", "    東"]],
    ["that is empty stays empty", "", 5, [""]],
  ])("%s", (_what, line, columns, lines) => {
    expect(folded(line, columns).split("\n")).toEqual(lines);
  });

  test("that is no terminal's is never wrapped", () => {
    const line = "word ".repeat(1000);
    expect(folded(line, Number.POSITIVE_INFINITY)).toBe(line);
  });
});

describe("a line that nobody copies", () => {
  test.each([
    ["that fits stays", "+ one", 5, ["+ one"]],
    [
      "has its long word in pieces, all of which hang",
      "+ 0123456789 a",
      6,
      ["+", "  0123", "  4567", "  89", "  a"],
    ],
    ["has no half of a wide character", "+ 東東東", 7, ["+", "  東東", "  東"]],
    ["needs no more rows than characters, however narrow the screen", "+ ab", 1, ["+", "  ab"]],
  ])("%s", (_what, line, columns, rows) => {
    expect(foldedWhole(line, columns, 2).split("\n")).toEqual(rows);
  });
});
