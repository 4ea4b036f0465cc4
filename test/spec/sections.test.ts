import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { loadStack } from "../../src/spec/load.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const schema: Schema = JSON.parse(
  readFileSync(new URL("../../specs/stack.schema.json", import.meta.url), "utf8"),
);

interface Section {
  /** As people are told of it. */
  readonly shown: string;
  readonly path: readonly (string | number)[];
  readonly fields: readonly string[];
}

const sections = [...sectionsOf(schema, [])];

function* sectionsOf(here: Schema, path: readonly (string | number)[]): Iterable<Section> {
  if (here.properties !== undefined) {
    yield { shown: show(path), path, fields: Object.keys(here.properties) };
    for (const [name, inner] of Object.entries(here.properties)) {
      yield* sectionsOf(inner, [...path, name]);
    }
  }
  if (typeof here.additionalProperties === "object") {
    yield* sectionsOf(here.additionalProperties, [...path, "web"]);
  }
  if (here.items !== undefined) yield* sectionsOf(here.items, [...path, 0]);
  for (const form of here.anyOf ?? []) yield* sectionsOf(form, path);
}

function show(path: readonly (string | number)[]): string {
  if (path.length === 0) return "at the top of the file";
  const names = path.filter((part) => part !== 0).map((part) => (part === "web" ? "<name>" : part));
  return path.at(-1) === 0 ? `of each item of ${names.join(".")}` : `of ${names.join(".")}`;
}

/** A file that has this section, and in it nothing but one field. */
function fileWith(path: readonly (string | number)[], field: string): string {
  const inner = path.reduceRight<unknown>(
    (value, part) => (part === 0 ? [value] : { [String(part)]: value }),
    { [field]: 1 },
  );
  return stringify(inner);
}

test("the sections are those of the schema", () => {
  expect(sections.length).toBeGreaterThan(15);
  expect(sections.map(({ shown }) => shown)).toContain("of image.base");
});

const names = [...new Set(sections.flatMap(({ fields }) => fields))];

test.each(names)("what is said of %s in a section that does not have it is true", (name) => {
  const homes = sections.filter(({ fields }) => fields.includes(name)).map(({ shown }) => shown);
  for (const { path, fields } of sections) {
    if (fields.includes(name)) continue;
    const loaded = loadStack(fileWith(path, name), { file: "a.yaml" });
    const errors = "errors" in loaded ? loaded.errors : [];
    const [said] = errors.filter(({ message }) => message === `unknown field "${name}"`);
    const help = said?.help ?? "";
    const claims = [...help.matchAll(/(?:of each item of|of|at the top of) [\w.<>]+(?: file)?/g)];
    const where = `${path.join(".")}: ${help}`;
    if (help.includes(" is a field ")) {
      const told = claims.map(([claim]) => claim);
      expect(told.sort(), where).toEqual([...homes].sort());
    } else if (help.startsWith("did you mean")) {
      const guess = /did you mean (\w+)\?/.exec(help)?.[1] ?? "";
      expect(fields, where).toContain(guess);
      expect(homes.length, where).toBeGreaterThan(4);
    } else if (name === "path" && path.at(-1) === "healthCheck") {
      expect(help, where).toMatch(
        /^write it in loadBalancer\.healthCheck: path: \S+ for .*, target: HTTP:80\/health for /,
      );
    } else if (/^write it in target: /.test(help)) {
      expect(homes, where).toContain("of scaling.target");
      expect(help, where).toContain(`target: { ${name}: `);
    } else if (help.startsWith("write target, ")) {
      expect([name, fields.includes("target")], where).toEqual(["policies", true]);
    } else if (help.startsWith("write servers, ")) {
      expect([name, fields.includes("servers")], where).toEqual(["desired", true]);
    } else if (help.startsWith("remove it: an own network has IPv4 ")) {
      expect([name, path]).toEqual(["ipv6", ["network"]]);
      expect(homes).toContain("of image");
    } else if (/^write \w+[:,] /.test(help)) {
      expect(fields, where).toContain(/^write (\w+)/.exec(help)?.[1]);
    } else if (/^write the text of the file in |^name a file with /.test(help)) {
      const named = [...help.matchAll(/\b(content|file(?=:)|url|sha256)\b/g)].map(([one]) => one);
      expect(fields, where).toEqual(expect.arrayContaining(named));
    } else {
      // Too many places have it: what this section has is told in their stead.
      expect(homes.length, where).toBeGreaterThan(4);
      for (const field of fields) expect(help, where).toContain(field);
    }
  }
});
