import { expect, test } from "vitest";
import { pendingEnd } from "../../src/ui/pending-lines.ts";

const forApply = { address: "certificate/a", waitsFor: "a record", remedy: "Make it." } as const;
const byItself = { ...forApply, applyAgain: false } as const;

test.each([
  [[forApply], "Everything else is done. The next apply completes what is pending."],
  [[byItself], "Everything else is done, and no further apply is needed."],
  [[byItself, forApply], "Everything else is done. The next apply completes the rest."],
])("what is pending: %j", (pending, words) => {
  expect(pendingEnd(pending)).toBe(words);
});
