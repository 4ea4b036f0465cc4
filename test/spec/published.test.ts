import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { generatedSpecs } from "../../scripts/generated-specs.ts";
import { type JsonSchema, stackFileJsonSchema } from "../../src/spec/json-schema.ts";

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test.each([...(await generatedSpecs())])(
  "specs/%s is what the code would write",
  (name, content) => {
    expect(read(`specs/${name}`), "run npm run specs").toBe(content);
  },
);

// As an editor does it: by the published file alone, without our loader.
const published = z.fromJSONSchema(JSON.parse(read("specs/stack.schema.json")));

test.each(["afterpay", "original", "minimal"])("an editor accepts examples/%s.yaml", (name) => {
  const result = published.safeParse(parse(read(`examples/${name}.yaml`)));
  expect(result.error?.issues ?? []).toEqual([]);
});

test("an editor marks what is wrong", () => {
  const good = parse(read("examples/minimal.yaml"));
  const wrong = [
    { ...good, regoin: "ap-southeast-2" },
    { ...good, scaling: {} },
    { ...good, image: { base: "amazon-linux-2" } },
    { ...good, scaling: { min: 1, cooldown: "30" } },
    { ...good, securityGroups: { web: { ingress: [{ port: 80 }] } } },
  ];
  for (const file of wrong)
    expect(published.safeParse(file).success, JSON.stringify(file)).toBe(false);
});

test("every field has its meaning and an example, and every default and example is legal", () => {
  const fields = fieldsOf("", stackFileJsonSchema());
  expect(fields.length).toBeGreaterThan(60);
  for (const [path, schema] of fields) {
    expect(schema.description, path).toMatch(/^[A-Z].*\.$/s);
    expect(schema.examples ?? schema.enum, path).toBeDefined();
    const own = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    const values = [...(schema.examples ?? []), ...("default" in schema ? [schema.default] : [])];
    for (const value of values) {
      expect(own.safeParse(value).error?.issues ?? [], `${path}: ${JSON.stringify(value)}`).toEqual(
        [],
      );
    }
  }
});

test("an editor completes no value as [object Object], and still completes and explains the rest", () => {
  const fields = fieldsOf("", JSON.parse(read("specs/stack.schema.json")));
  const offered = fields.flatMap(([path, { default: value, examples = [], enum: words = [] }]) =>
    [value, ...examples, ...words].map((each) => [path, each] as const),
  );
  const holdsObject = (value: unknown): boolean =>
    Array.isArray(value) ? value.some(holdsObject) : typeof value === "object" && value !== null;
  expect(offered.filter(([, value]) => holdsObject(value))).toEqual([]);
  expect(offered).toContainEqual([".image.packages", ["chrony", "tree"]]);
  expect(offered).toContainEqual([".scaling.cooldown", "30s"]);
  expect(new Map(fields).get(".securityGroups.*.egress")?.description).toMatch(
    /Default: `\[\{"protocol":"all","to":"0\.0\.0\.0\/0"\}\]`\.$/,
  );
  expect(fields.map(([path]) => path)).toEqual(
    fieldsOf("", stackFileJsonSchema()).map(([path]) => path),
  );
});

test("patterns are ones that every editor's engine takes", () => {
  for (const [path, { pattern }] of fieldsOf("", stackFileJsonSchema())) {
    if (pattern !== undefined) expect(() => new RegExp(pattern, "u"), path).not.toThrow();
  }
});

function fieldsOf(path: string, schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const named = schema.additionalProperties;
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      [`${path}.${name}`, field] as const,
      ...fieldsOf(`${path}.${name}`, field),
    ]),
    ...(schema.items === undefined ? [] : fieldsOf(`${path}[]`, schema.items)),
    ...(typeof named === "object" ? fieldsOf(`${path}.*`, named) : []),
    ...(schema.anyOf ?? []).flatMap((form) => fieldsOf(path, form)),
  ];
}
