import { expect, test } from "vitest";
import type { Address, Live, LiveStatus } from "../../../src/engine/resource.ts";
import { hasNewTypes } from "../../../src/resources/shared/server-types.ts";

function live(address: Address, fields: object, status: LiveStatus = "ready"): Live {
  const common = { id: address, address, physicalName: address, createdAt: 0 };
  return { ...common, status, fields, outputs: {}, uses: [] };
}

const template = live("launch-template/shop", { instanceType: "t3.micro" });
const group = (...instanceTypes: readonly string[]) =>
  live("auto-scaling-group/shop", {
    mixedInstancesPolicy: instanceTypes.length === 0 ? null : { instanceTypes },
  });

test.each<[string, readonly Live[], readonly string[], boolean]>([
  ["the template's type", [template, group()], ["t3.micro"], false],
  ["another type than the template's", [template, group()], ["t3.small"], true],
  ["one more than the template's", [template, group()], ["t3.micro", "t3.small"], true],
  ["the group's types in any order", [template, group("a", "b")], ["b", "a"], false],
  ["one more than the group's", [template, group("a")], ["a", "b"], true],
  [
    "one less than the group's, which may be the one that a zone has",
    [group("a", "b")],
    ["a"],
    true,
  ],
  ["one of a group with other types than its template", [template, group("a")], ["a"], false],
  ["any where there are no servers", [], ["t3.micro"], true],
  [
    "any where the servers are going",
    [live("launch-template/shop", { instanceType: "t3.micro" }, "deleting")],
    ["t3.micro"],
    true,
  ],
])("%s", (_, found, wanted, isNew) => {
  expect(hasNewTypes(found, wanted)).toBe(isNew);
});
