import { defineConfig } from "vitest/config";

/**
 * Tests that are quick and always do the same: each runs again for every mutant that it meets. Which
 * they are comes by the environment: of Stryker's own choice (`testFiles`), what is evaluated when a
 * module is loaded would never be changed.
 */
export default defineConfig({
  test: {
    include: (process.env["MUTATION_TESTS"] ?? "").split(" "),
    exclude: ["test/engine/any-graph.test.ts"],
    testTimeout: 60_000,
  },
});
