import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, in this order. Their sizes do not tell. */
const longest = [
  "scenarios/scenarios",
  "simulation/crash-sweep",
  "simulation/schedule",
  "terminal/terminal",
  "documented-commands",
  "resources/image/image",
  "resources/image/stored-script",
];

/** The longest files first, so that at the end no processor waits for one of them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    // These need more than npm (Python, QEMU) and have their own scripts. The test of the list of lookups does not.
    exclude: ["test/moto/!(inventory).test.ts", "test/boot/**"],
    sequence: { sequencer: LongestFirst },
    // Vitest leaves one processor free by default, which is half of the two that are common in CI.
    maxWorkers: "100%",
    // A virtual-time test is CPU-bound.
    testTimeout: 60_000,
  },
});
