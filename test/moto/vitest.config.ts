import { defineConfig } from "vitest/config";

export default defineConfig({
  cacheDir: "../../node_modules/.cache/reconcile/vitest-moto",
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    // Each call goes over HTTP to a Python process; a life of a stack takes some hundreds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
