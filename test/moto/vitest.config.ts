import { defineConfig } from "vitest/config";

export default defineConfig({
  cacheDir: "../../node_modules/.cache/reconcile/vitest-moto",
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    // Vitest's default would leave one of two processors free, and each test waits for its Python process half of the time.
    maxWorkers: "100%",
    // Each call goes over HTTP to a Python process; a life of a stack takes some hundreds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
