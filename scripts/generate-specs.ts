import { readFile, writeFile } from "node:fs/promises";
import { generatedSpecs } from "./generated-specs.ts";

/**
 * Writes the generated files of specs/. With --check it writes nothing, and fails when a file
 * differs from what it would write.
 */
const check = process.argv.includes("--check");
const stale: string[] = [];

for (const [name, content] of await generatedSpecs()) {
  const file = new URL(`../specs/${name}`, import.meta.url);
  const current = await readFile(file, "utf8").catch(() => undefined);
  if (current === content) continue;
  stale.push(`specs/${name}`);
  if (!check) await writeFile(file, content);
}

if (stale.length === 0) {
  process.stdout.write("specs/ is up to date\n");
} else if (check) {
  process.stderr.write(
    `out of date: ${stale.join(", ")}\nRun npm run specs and commit the result.\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`wrote ${stale.join(", ")}\n`);
}
