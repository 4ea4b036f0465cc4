import { comparison } from "./bench/comparison.ts";
import { engineAlone } from "./bench/engine-alone.ts";
import { exampleTier } from "./bench/example-tier.ts";
import { manyGroups } from "./bench/many-groups.ts";
import { print } from "./bench/report.ts";
import { startUp } from "./bench/start-up.ts";

/**
 * Measures and prints what the README claims. Times depend on this machine and its load, so compare
 * only the ratios within one run. With names of parts (`npm run bench -- comparison`), only these run.
 */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  start: async () => print("Start", await startUp()),
  example: async () => print("The example tier", await exampleTier()),
  groups: async () => print("300 security groups with 1,400 rules", await manyGroups()),
  engine: async () => print("The engine alone", engineAlone()),
  comparison,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  throw new Error(
    `unknown part: ${unknown.join(", ")}. The parts are ${Object.keys(parts).join(", ")}.`,
  );
}
for (const [name, part] of Object.entries(parts)) {
  if (named.length === 0 || named.includes(name)) await part();
}
