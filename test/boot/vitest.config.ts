import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/boot/**/*.test.ts"],
    globalSetup: ["test/boot/setup.ts"],
    // One emulated machine at a time: each wants both cores of a usual CI machine.
    fileParallelism: false,
    maxConcurrency: 3,
    // An emulated boot takes one to three minutes, by how busy the machine is; it ends itself by then.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
