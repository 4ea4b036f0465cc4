import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    // Each call goes over HTTP to a Python process; a life of a stack takes some hundreds.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
