import { expect, test } from "vitest";
import { fieldNames, schemaAt } from "../../src/spec/json-schema.ts";
import type { AnySection } from "../../src/spec/section.ts";
import { sections } from "../../src/spec/sections.ts";

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
    const inner = at === "" ? [] : at.split(".").map((part) => (part === "*" ? 0 : part));
    const fields = fieldNames(schemaAt([section, ...inner]));
    expect(fields).not.toEqual([]);
    expect(names.filter((name) => fields.includes(name))).toEqual([]);
  },
);
