import { expect, test } from "vitest";
import { services } from "../../src/sandbox/services.ts";
import { lookups } from "./inventory.ts";

/** Kinds of the sandbox's inventory that a leak on moto cannot consist of, with the reason. */
const others: Readonly<Record<string, string>> = {
  "vpc-peering-connection": "no resource type creates one",
  "prefix-list": "no resource type creates one",
  "launch-configuration": "no resource type creates one",
  "listener-rule": "no resource type creates one",
  shortage: "a lack of capacity that people set in the sandbox",
  "network-interface": "moto keeps those of terminated instances, which AWS deletes",
};

test("every kind of object that the sandbox knows is looked for on moto, or cannot leak there", () => {
  const kinds = services
    .flatMap(({ tables }) => tables)
    .flatMap(({ name, view }) => (view === undefined ? [] : [name]));
  expect([...Object.keys(lookups), ...Object.keys(others)].sort()).toEqual(kinds.sort());
});
