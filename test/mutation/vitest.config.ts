import { defineConfig } from "vitest/config";

/** Tests that are quick and always do the same: each runs again for every mutant that it meets. */
export default defineConfig({
  test: {
    include: ["test/{engine,image,aws,resources,spec,ui}/**/*.test.{ts,tsx}"],
    exclude: ["test/engine/any-graph.test.ts", "test/spec/any-input.test.ts"],
    setupFiles: ["test/mutation/setup.ts"],
    testTimeout: 60_000,
  },
});
