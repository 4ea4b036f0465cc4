/**
 * Changes the product in one small place at a time and looks whether a unit test fails: `npm run
 * mutants` all that is listed in `test/mutation/parts.ts`, `-- engine aws` these parts, `--
 * src/engine/match.ts` these files, with all that survives. The exit code is 1 where a file's tests
 * catch less than nine in ten, or where a mutant is caught that `equivalent.yaml` says nothing can tell.
 */
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { chosenParts } from "../test/mutation/parts.ts";
import { readEquivalents, scoreOf, sourceOf, tellFile } from "../test/mutation/score.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "2" } },
});

const equivalents = readEquivalents();
let failed = false;
for (const { name, files, tests } of chosenParts(positionals)) {
  say(`${name}: ${files.length} ${files.length === 1 ? "file" : "files"}`);
  process.env["MUTATION_TESTS"] = tests.join(" ");
  const stryker = new Stryker({
    configFile: "stryker.config.json",
    mutate: [...files],
    concurrency: Number(values.concurrency),
  });
  const results = Map.groupBy(await stryker.runMutationTest(), ({ fileName }) =>
    sourceOf(fileName),
  );
  for (const file of files) {
    const score = scoreOf(file, results.get(file) ?? [], equivalents);
    for (const line of tellFile(score, positionals.includes(file))) say(line);
    failed ||= !score.good;
  }
}
if (failed) process.exitCode = 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
