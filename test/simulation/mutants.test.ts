import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mutants, plant } from "./mutants.ts";

// That each is caught takes minutes: npm run simulate -- --mutants.
test.each(mutants)("the product is still such that it can be planted: $name", (mutant) => {
  const text = readFileSync(join(import.meta.dirname, "../..", mutant.file), "utf8");
  expect(plant(mutant, text)).not.toBe(text);
});
