import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { typeOf } from "../../src/engine/address.ts";
import { resourceTypes } from "../../src/resources/all.ts";
import { stackFileJsonSchema } from "../../src/spec/json-schema.ts";
import { loadStack } from "../../src/spec/load.ts";
import { sections } from "../../src/spec/sections.ts";
import { definedResources } from "../../src/stack/sections.ts";
import { ownNetwork } from "./stacks.ts";

const example: object = parse(
  readFileSync(new URL("../../examples/afterpay.yaml", import.meta.url), "utf8"),
);

/** A stack with every section: as given, as in the example, or else as the section's own example is. */
function everySection(given: object = {}) {
  const { properties = {} } = stackFileJsonSchema();
  const examples = Object.keys(sections).map((name) => [name, properties[name]?.examples?.[0]]);
  const text = JSON.stringify({ ...Object.fromEntries(examples), ...example, ...given });
  const loaded = loadStack(text, { file: "stack.yaml" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  const left = Object.entries(given).flatMap(([name, value]) => (value === undefined ? name : []));
  for (const name of Object.keys(sections).filter((each) => !left.includes(each))) {
    expect(loaded.stack).toHaveProperty(name);
  }
  return loaded.stack;
}

test("all sections together define every type of resource, and no unknown one", () => {
  // A load balancer has one of two types. A stack that names a bucket has none of its own.
  const firewall = { rules: ["common"], block: ["203.0.113.0/24"] };
  const application = { type: "application", securityGroups: ["load-balancer"] };
  // The NAT gateways of zones have addresses.
  const network = { vpc: "own", nat: "per-zone" };
  const stacks = [
    { domain: undefined, firewall: undefined },
    { loadBalancer: application, firewall, network },
  ]
    .map((given) => everySection(given))
    .map(({ artifacts, ...others }) => {
      expect(artifacts).toBeDefined();
      return others;
    });
  const resources = stacks.flatMap((stack) => definedResources(stack, { network: ownNetwork }));
  const defined = new Set(resources.map(({ address }) => typeOf(address)));
  const wanted = resourceTypes.filter((type) => type.wanted !== "never").map(({ name }) => name);
  expect([...defined].sort()).toEqual(wanted.sort());
});

test.each(resourceTypes)("the section of $name is one of the file", ({ section }) => {
  if (section !== null) expect(Object.keys(sections)).toContain(section);
});
