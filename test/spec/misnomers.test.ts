import { expect, test } from "vitest";
import { fieldNames, schemaAt } from "../../src/spec/json-schema.ts";
import { loadStack } from "../../src/spec/load.ts";
import type { AnySection } from "../../src/spec/section.ts";
import { sections } from "../../src/spec/sections.ts";
import { LEAST } from "./stacks.ts";

const all: readonly (readonly [string, AnySection<never>])[] = Object.entries(sections);
const misnomers = all.flatMap(([section, { misnomers = [] }]) =>
  misnomers.map((misnomer) => ({ section, ...misnomer })),
);

test("there are some", () => {
  expect(misnomers.length).toBeGreaterThan(3);
});

test.each(misnomers)(
  "$names of $section, at $at, are at a place that has fields, but not these",
  ({ section, at, names }) => {
    const parts = at === "" ? [] : at.split(".");
    // An item of a list, or a name that people choose.
    const fields = [0, "any"].flatMap((one) => {
      const inner = parts.map((part) => (part === "*" ? one : part));
      return fieldNames(schemaAt([section, ...inner]));
    });
    expect(fields).not.toEqual([]);
    expect(names.filter((name) => fields.includes(name))).toEqual([]);
  },
);

const others = all.flatMap(([section, { otherNames = [] }]) =>
  otherNames.map((name) => [name, section] as const),
);

test.each(others)("%s is another name of %s, and of nothing in the file", (name, section) => {
  expect(fieldNames(schemaAt([]))).not.toContain(name);
  const loaded = loadStack(`${LEAST}${name}: 1\n`, { file: "a.yaml" });
  expect("errors" in loaded && loaded.errors).toMatchObject([
    { path: name, message: `unknown field "${name}"`, help: `did you mean ${section}?` },
  ]);
});
