import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { codeOf } from "../../src/engine/system-error.ts";

test("an error of the system has its code", () => {
  const read = () => readFileSync("/none/at/all");
  expect(read).toThrow();
  try {
    read();
  } catch (error) {
    expect(codeOf(error)).toBe("ENOENT");
  }
});

test.each([
  ["another error", new Error("x")],
  ["an error with a number", Object.assign(new Error("x"), { code: 2 })],
  ["what is no error", { code: "ENOENT" }],
  ["nothing", undefined],
])("%s has none", (_, error) => {
  expect(codeOf(error)).toBeUndefined();
});
