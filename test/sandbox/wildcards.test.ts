import { expect, test } from "vitest";
import { globExpression } from "../../src/sandbox/guest/shell/expand.ts";

test.each<[pattern: string, text: string, matches: boolean]>([
  ["/etc/*.conf", "/etc/a.conf", true],
  ["/etc/*.conf", "/etc/a/b.conf", false],
  ["/etc/*.conf", "/etc/axconf", false],
  ["/a*b*c", "/aXbYc", true],
  ["/a*b*c", "/abcbc", true],
  ["/a*b*c", "/acb", false],
  ["/a*ba", "/aba", true],
  ["/a*bab*b", "/abab", false],
  ["/**/x", "/a/x", true],
  ["/*/*/x", "/a/x", false],
  ["/*a/b*", "/xa/b", true],
  ["/?[0-9]", "/a1", true],
  ["/?[!0-9]*", "/a1x", false],
  ["/[ab", "/[ab", true],
  ["/[a*", "/[abc", true],
  ["/[]", "/[]", true],
  ["/*1*1", "/x1y1", true],
])("the pattern %s and %s: %s", (pattern, text, matches) => {
  expect(globExpression(pattern).test(text)).toBe(matches);
});
