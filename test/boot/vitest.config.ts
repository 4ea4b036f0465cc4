import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The emulated machine first: it takes longest, and the containers run beside it. */
class EmulatedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.endsWith("debian.test.ts") ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/boot/**/*.test.ts"],
    globalSetup: ["test/boot/setup.ts"],
    sequence: { sequencer: EmulatedFirst },
    // For two processors: one emulates, one runs containers. Each of these waits for half of its time.
    maxWorkers: 2,
    maxConcurrency: 3,
    // An emulated build takes minutes, by how busy the machine is; it ends itself by then.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
});
