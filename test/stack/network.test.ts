import { describe, expect, test } from "vitest";
import { buildGraph } from "../../src/engine/graph.ts";
import { type Address, isRef } from "../../src/engine/resource.ts";
import { typesByName } from "../../src/engine/types-by-name.ts";
import { resourceTypes } from "../../src/resources/all.ts";
import type { Network } from "../../src/spec/network/normalised.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { addressesIn, typesIn } from "../../src/stack/addresses.ts";
import { compile } from "../../src/stack/compile.ts";
import { facts, ownNetwork, whole } from "./stacks.ts";

type Own = Extract<Network["vpc"], { kind: "own" }>;

function stackIn(own: Partial<Own> = {}, network: Partial<Network> = {}): Stack {
  const vpc: Own = { kind: "own", nat: "regional", endpoints: ["s3"], ...own };
  return {
    ...whole,
    network: { zones: { kind: "count", count: 2 }, servers: "private", ...network, vpc },
  };
}

const compiled = (stack: Stack) => compile(stack, { ...facts, network: ownNetwork }).desired;

/** The addresses that a resource refers to. */
function needs(stack: Stack, address: Address): readonly string[] {
  const types = typesByName(resourceTypes);
  const graph = buildGraph(compiled(stack), types as Parameters<typeof buildGraph>[1]);
  return [...(graph.needs.get(address) ?? [])].sort();
}

function fieldsAt(stack: Stack, address: Address): unknown {
  return compiled(stack).find((each) => each.address === address)?.fields;
}

const addresses = (stack: Stack) => compiled(stack).map(({ address }) => address);

describe("an own network", () => {
  test("of private servers has a public and a private subnet in each zone, and one way out", () => {
    expect(addresses(stackIn())).toEqual(
      expect.arrayContaining([
        "vpc/shop",
        "internet-gateway/shop",
        "route-table/public",
        "nat-gateway/shop",
        "route-table/private",
        "vpc-endpoint/s3",
        "subnet/public-ap-southeast-2a",
        "subnet/private-ap-southeast-2a",
        "subnet/public-ap-southeast-2b",
        "subnet/private-ap-southeast-2b",
      ]),
    );
    expect(addresses(stackIn()).filter((address) => address.startsWith("address/"))).toEqual([]);
  });

  test.each<[why: string, nat: Own["nat"], made: readonly string[]]>([
    ["regional", "regional", ["nat-gateway/shop", "route-table/private"]],
    [
      "one in each zone",
      "per-zone",
      [
        "address/ap-southeast-2a",
        "address/ap-southeast-2b",
        "nat-gateway/ap-southeast-2a",
        "nat-gateway/ap-southeast-2b",
        "route-table/private-ap-southeast-2a",
        "route-table/private-ap-southeast-2b",
      ],
    ],
    [
      "one for all",
      "single",
      ["address/ap-southeast-2a", "nat-gateway/ap-southeast-2a", "route-table/private"],
    ],
    ["none", "none", ["route-table/private"]],
  ])("has the NAT gateways and tables of %s", (_why, nat, made) => {
    const found = addresses(stackIn({ nat })).filter((address) =>
      /^(address|nat-gateway|route-table\/private)/.test(address),
    );
    expect(found.sort()).toEqual(made);
  });

  test("of public servers has no private subnets", () => {
    const stack = stackIn({ nat: "none" }, { servers: "public" });
    expect(addresses(stack).filter((address) => address.includes("private"))).toEqual([]);
    expect(fieldsAt(stack, "subnet/public-ap-southeast-2a")).toMatchObject({
      publicAddresses: true,
    });
    expect(needs(stack, "auto-scaling-group/shop")).toContain("subnet/public-ap-southeast-2a");
  });

  test("puts the load balancer into the public subnets, the servers and the builder into the private ones", () => {
    const subnets = (side: string) =>
      ["a", "b"].map((zone) => `subnet/${side}-ap-southeast-2${zone}`);
    const stack = stackIn();
    expect(needs(stack, "load-balancer/shop")).toEqual(expect.arrayContaining(subnets("public")));
    expect(needs(stack, "load-balancer/shop")).not.toContain(subnets("private")[0]);
    expect(needs(stack, "auto-scaling-group/shop")).toEqual(
      expect.arrayContaining(subnets("private")),
    );
    expect(needs(stack, "image/shop")).toEqual(["subnet/private-ap-southeast-2a", "vpc/shop"]);
    // Not even if the subnet would give it one.
    expect(fieldsAt(stack, "image/shop")).toMatchObject({ builder: { publicAddress: false } });
    for (const address of subnets("public")) {
      expect(fieldsAt(stack, address as Address)).toMatchObject({ publicAddresses: false });
    }
  });

  test("puts an internal load balancer beside the servers", () => {
    const { loadBalancer } = stackIn();
    if (loadBalancer === undefined) throw new Error("the stack has no load balancer");
    const stack: Stack = { ...stackIn(), loadBalancer: { ...loadBalancer, scheme: "internal" } };
    expect(needs(stack, "load-balancer/shop")).toContain("subnet/private-ap-southeast-2a");
  });

  test("lets nothing start in a private subnet before its traffic has a way", () => {
    expect(needs(stackIn(), "subnet/private-ap-southeast-2a")).toEqual([
      "route-table/private",
      "vpc-endpoint/s3",
      "vpc/shop",
    ]);
    expect(needs(stackIn(), "route-table/private")).toEqual(["nat-gateway/shop", "vpc/shop"]);
    expect(needs(stackIn(), "vpc-endpoint/s3")).toEqual(["route-table/private", "vpc/shop"]);
    // A zonal gateway is in a public subnet, and AWS fails it without an attached internet gateway.
    expect(needs(stackIn({ nat: "single" }), "nat-gateway/ap-southeast-2a")).toEqual([
      "address/ap-southeast-2a",
      "internet-gateway/shop",
      "subnet/public-ap-southeast-2a",
      "vpc/shop",
    ]);
  });

  test("lets its interface endpoints be reached from inside alone", () => {
    const stack = stackIn({ endpoints: ["s3", "ssm"] });
    expect(needs(stack, "vpc-endpoint/ssmmessages")).toEqual([
      "security-group/vpc-endpoints",
      "subnet/private-ap-southeast-2a",
      "subnet/private-ap-southeast-2b",
      "vpc/shop",
    ]);
    expect(fieldsAt(stack, "security-group/vpc-endpoints")).toMatchObject({
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, peer: "10.20.0.0/16" }],
      egress: [],
    });
  });

  test("gives its parts a name in AWS's console, which the stack's own tags may replace", () => {
    expect(fieldsAt(stackIn(), "subnet/private-ap-southeast-2a")).toMatchObject({
      tags: { Name: "shop-private-ap-southeast-2a", team: "payments" },
    });
    const named = { ...stackIn(), tags: { Name: "ours" } };
    expect(fieldsAt(named, "vpc/shop")).toMatchObject({ tags: { Name: "ours" } });
  });

  test.each<[why: string, own: Partial<Own>]>([
    ["a regional way out", {}],
    ["one in each zone", { nat: "per-zone", endpoints: ["s3", "ssm"] }],
    ["no endpoints", { endpoints: [] }],
  ])("refers to nothing that is not defined: %s", (_why, own) => {
    const known = new Set<string>(addresses(stackIn(own)));
    const found: string[] = [];
    JSON.stringify(compiled(stackIn(own)), (_key, value: unknown) => {
      if (isRef(value)) found.push(value.ref);
      return value;
    });
    expect(found.filter((address) => !known.has(address))).toEqual([]);
  });
});

test("without facts, the parts of zones are unknown, and their types are not", () => {
  const stack = stackIn({ nat: "per-zone" });
  const known = addressesIn(stack);
  expect(known).toContain("vpc/shop");
  expect(known.filter((address) => address.startsWith("subnet/"))).toEqual([]);
  expect(addresses(stack)).toEqual(expect.arrayContaining([...known]));
  for (const type of ["subnet", "address", "nat-gateway"]) expect(typesIn(stack)).toContain(type);
  expect(typesIn(whole)).not.toContain("subnet");
});
