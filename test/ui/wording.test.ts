import { expect, test } from "vitest";
import { describeProblem } from "../../src/ui/wording.ts";

test.each([
  ["the words name it already", "image/a keeps its name", "image/a keeps its name"],
  ["the words leave it to the address", "it is too large", "image/a: it is too large"],
])("what a problem is with is told once: %s", (_reason, summary, told) => {
  const problem = { severity: "warning", address: "image/a", summary, remedy: "" } as const;
  expect(describeProblem(problem)).toBe(told);
});
