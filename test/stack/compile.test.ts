import { describe, expect, test } from "vitest";
import { isRef } from "../../src/engine/resource.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { addressesIn } from "../../src/stack/addresses.ts";
import { compile } from "../../src/stack/compile.ts";
import { compiledFields, facts, minimal, whole } from "./stacks.ts";

describe("addresses", () => {
  test("a section that exists once takes the stack's name, a group its own", () => {
    const { desired } = compile(whole, facts);
    expect(desired.map(({ address }) => address)).toEqual([
      "key-pair/shop",
      "image/shop",
      "security-group/load-balancer",
      "security-group/web",
      "launch-template/shop",
      "load-balancer/shop",
      "auto-scaling-group/shop",
    ]);
  });

  test("sections left out make nothing", () => {
    const { desired } = compile(minimal, facts);
    expect(desired.map(({ address }) => address)).toEqual([
      "image/shop",
      "launch-template/shop",
      "auto-scaling-group/shop",
    ]);
    expect(compiledFields(minimal, "auto-scaling-group/shop")).toMatchObject({
      loadBalancers: [],
      desired: null,
      healthCheckType: "EC2",
    });
    expect(compiledFields(minimal, "launch-template/shop")).toMatchObject({
      keyName: null,
      securityGroupIds: [],
    });
  });

  test("every reference names a resource that is compiled too", () => {
    const { desired } = compile(whole, facts);
    const addresses = new Set<string>(desired.map(({ address }) => address));
    const found: string[] = [];
    JSON.stringify(desired, (_key, value: unknown) => {
      if (isRef(value)) found.push(value.ref);
      return value;
    });
    expect(found.length).toBeGreaterThan(5);
    expect(found.filter((address) => !addresses.has(address))).toEqual([]);
  });
});

test("a name that the user insists on is the physical name", () => {
  const named: Stack = { ...minimal, scaling: { ...minimal.scaling, name: "AutoScaleGroup01" } };
  const group = compile(named, facts).desired.find(
    ({ address }) => address === "auto-scaling-group/shop",
  );
  expect(group?.physicalName).toBe("AutoScaleGroup01");
});

test("compiling changes neither the stack nor the facts", () => {
  const before = structuredClone({ whole, facts });
  compile(whole, facts);
  expect({ whole, facts }).toEqual(before);
});

test.each([
  ["the least that a file can say", minimal],
  ["every section", whole],
])("the addresses are known without any facts, of %s", (_what, stack) => {
  const compiled = compile(stack, facts).desired.map(({ address }) => address);
  expect(addressesIn(stack).sort()).toEqual(compiled.sort());
});
