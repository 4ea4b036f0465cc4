import { expect, test } from "vitest";
import { loadStack } from "../../../src/spec/load.ts";

/** Too long for the table of rules. */
function saidOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const file = {
    ...{ version: 1, stack: "shop", image: { base: "debian-12" }, scaling: { min: 1 } },
    application: { source: { file: "./a.py" }, command: "./a.py", environment },
  };
  const loaded = loadStack(Buffer.from(JSON.stringify(file)), { file: "stack.yaml" });
  return "errors" in loaded ? loaded.errors.map(({ path, message }) => `${path}: ${message}`) : [];
}

test("a value of more than 16 KiB is refused with what to do instead", () => {
  expect(saidOf({ A: "x".repeat(16_384) })).toEqual([]);
  // Bytes count, not characters.
  for (const value of ["x".repeat(100_000), "ü".repeat(8193)]) {
    const bytes = Buffer.byteLength(value);
    expect(saidOf({ A: value })).toEqual([
      `application.environment.A: the value has ${bytes} bytes, and the most is 16384, because every process gets a copy of it`,
    ]);
  }
});

test("many values that are too long together are refused", () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`A${at}`, "x".repeat(16_000)]));
  expect(saidOf(many(8))).toEqual([]);
  expect(saidOf(many(9))).toEqual([
    "application.environment: the names and values have 144018 bytes, and the most is 131072, because every process gets a copy of them",
  ]);
});

test("half of a character is refused", () => {
  expect(saidOf({ A: "\uD800" })).toEqual([
    "application.environment.A: the value contains half of a character (a lone surrogate)",
  ]);
});
