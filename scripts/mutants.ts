/**
 * Makes one small change to the product at a time and checks that a unit test fails.
 * `npm run mutants` covers all files that `test/mutation/parts.ts` lists, `-- engine aws` covers these
 * parts, and `-- src/engine/match.ts` covers these files and prints every surviving mutant.
 * The exit code is 1 when the tests of a file catch less than nine mutants in ten, or when they catch a
 * mutant that `equivalent.yaml` lists as equivalent.
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
