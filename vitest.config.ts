import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // These need more than npm (Python, QEMU) and have their own scripts. The test of the list of lookups does not.
    exclude: ["test/moto/!(inventory).test.ts", "test/boot/**"],
    // Two cores are common in CI; a virtual-time test is CPU-bound.
    testTimeout: 60_000,
  },
});
