import { expect, test } from "vitest";
import { type JsonSchema, stackFileJsonSchema } from "../../../src/spec/json-schema.ts";
import { groupsOfSections } from "../../../src/spec/security-groups/groups-of-sections.ts";

/** The places of the file that take an id of a security group, by the schemas' examples. */
function* placesOfGroups(schema: JsonSchema, path: string): Iterable<string> {
  const { properties = {}, items, additionalProperties: named, anyOf = [], examples = [] } = schema;
  if (examples.includes("sg-0123456789abcdef0")) yield path;
  for (const [name, field] of Object.entries(properties)) {
    yield* placesOfGroups(field, path === "" ? name : `${path}.${name}`);
  }
  if (items !== undefined) yield* placesOfGroups(items, `${path}[]`);
  if (typeof named === "object") yield* placesOfGroups(named, `${path}.*`);
  for (const form of anyOf) yield* placesOfGroups(form, path);
}

test("sections name security groups only in their field securityGroups, where unknown groups are found", () => {
  const places = [...placesOfGroups(stackFileJsonSchema(), "")];
  const inRules = places.filter((place) =>
    /^securityGroups\.\*\.(ingress|egress)\[\]\./.test(place),
  );
  const others = places.filter((place) => !inRules.includes(place));
  expect(inRules.length).toBeGreaterThan(0);
  expect(others).toContain("scaling.securityGroups[]");
  for (const place of others) expect(place).toMatch(/^\w+\.securityGroups\[\]$/);
});

test("the groups of each section come in the order of the file, with their places", () => {
  const web = { kind: "group", value: "web" } as const;
  const other = { kind: "group-id", value: "sg-01234567" } as const;
  const file = {
    stack: "shop",
    tags: { securityGroups: "none" },
    keyPair: undefined,
    application: null,
    loadBalancer: { securityGroups: [web, other] },
    scaling: { securityGroups: [web] },
  };
  expect([...groupsOfSections(file)]).toEqual([
    { group: web, path: ["loadBalancer", "securityGroups", 0] },
    { group: other, path: ["loadBalancer", "securityGroups", 1] },
    { group: web, path: ["scaling", "securityGroups", 0] },
  ]);
});
