import { expect, test, vi } from "vitest";
import {
  isKnownAfterApply,
  isNotStored,
  isWorded,
  KNOWN_AFTER_APPLY,
  NOT_STORED,
  Several,
} from "../../src/engine/worded.ts";

/** The module as another bundle contains it. */
async function copy() {
  vi.resetModules();
  return import("../../src/engine/worded.ts");
}

test("words of another bundle are words, too", async () => {
  const other = await copy();
  expect(other.KNOWN_AFTER_APPLY).not.toBe(KNOWN_AFTER_APPLY);
  expect(isKnownAfterApply(other.KNOWN_AFTER_APPLY)).toBe(true);
  expect(isNotStored(other.KNOWN_AFTER_APPLY)).toBe(false);
  expect(isNotStored(other.NOT_STORED)).toBe(true);
  expect(isKnownAfterApply(other.NOT_STORED)).toBe(false);
  expect(isWorded(new other.Several(["1", "2"]))).toBe(true);
});

test.each([
  "known after apply",
  "not stored in AWS",
  { words: "known after apply" },
  null,
  undefined,
])("%j of a user is none of ours", (value) => {
  expect([isWorded(value), isKnownAfterApply(value), isNotStored(value)]).toEqual([
    false,
    false,
    false,
  ]);
});

test("JSON has the words", () => {
  expect(JSON.stringify([NOT_STORED, KNOWN_AFTER_APPLY, new Several(["1", "2"])])).toBe(
    '["not stored in AWS","known after apply","1 and 2"]',
  );
});
