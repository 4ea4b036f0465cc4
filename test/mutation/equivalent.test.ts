import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { resourceTypes } from "../../src/resources/all.ts";
import { chosenParts } from "./parts.ts";
import { readEquivalents } from "./score.ts";

const listed = Object.entries(readEquivalents()).flatMap(([file, lines]) =>
  lines.map(({ line, mutants, because }) => ({ file, line, mutants, because })),
);

test.each(listed)("$file still has $line, and says why nothing tells its mutants", (each) => {
  const lines = readFileSync(each.file, "utf8").split("\n");
  expect(lines.map((line) => line.trim())).toContain(each.line);
  expect(each.because).not.toBe("");
  for (const mutant of each.mutants) {
    const [was = ""] = mutant.split(" → ");
    expect(each.line).toContain(was);
  }
});

test("every part has files and tests, and what is listed as equivalent is in one", () => {
  const parts = chosenParts([]);
  for (const { files, tests } of parts) {
    expect(files).not.toEqual([]);
    expect(tests).not.toEqual([]);
    for (const test of tests) expect(globSync(test), `tests named ${test}`).not.toEqual([]);
  }
  const files = parts.flatMap((part) => part.files);
  for (const { file } of listed) expect(files).toContain(file);
});

test("every resource type is in a part", () => {
  const files = chosenParts([]).flatMap((part) => part.files);
  for (const { name } of resourceTypes) expect(files).toContain(`src/resources/${name}/index.ts`);
});

test("a part or a file can be chosen, and nothing else", () => {
  expect(chosenParts(["src/engine/match.ts"]).map(({ name, files }) => [name, files])).toEqual([
    ["engine", ["src/engine/match.ts"]],
  ]);
  expect(chosenParts(["engine", "src/engine/match.ts"])).toEqual(chosenParts(["engine"]));
  expect(() => chosenParts(["engines"])).toThrow("engines is neither a part nor a file of one");
});
