import { expect, test } from "vitest";
import type { Address, Live, LiveStatus } from "../../../src/engine/resource.ts";
import { hasPrivateServers, placementOf } from "../../../src/resources/shared/placement.ts";

function live(
  address: Address,
  subnets: unknown,
  status: LiveStatus = "ready",
  scheme?: string,
): Live {
  const fields = subnets === undefined ? {} : { subnets, ...(scheme && { scheme }) };
  return {
    id: address,
    address,
    physicalName: address,
    status,
    createdAt: 0,
    fields,
    outputs: {},
    uses: [],
  };
}

test("a stack is where its load balancer and its servers are", () => {
  const found = placementOf([
    live("load-balancer/shop", ["subnet-1", "subnet-2"]),
    live("auto-scaling-group/shop", ["subnet-1"], "settling"),
    live("security-group/web", undefined),
    live("image/shop", ["subnet-3"]),
  ]);
  expect(found).toEqual({
    loadBalancer: ["subnet-1", "subnet-2"],
    servers: ["subnet-1"],
    applicationLoadBalancer: [],
  });
});

test("each place counts once, and what is on its way out for nothing", () => {
  const found = placementOf([
    live("auto-scaling-group/shop", ["subnet-1"]),
    live("auto-scaling-group/shop", ["subnet-1", "subnet-2"], "partial"),
    live("auto-scaling-group/shop", ["subnet-3"], "deleting"),
    live("load-balancer/shop", ["subnet-4"], "failed"),
  ]);
  expect(found).toEqual({
    loadBalancer: [],
    servers: ["subnet-1", "subnet-2"],
    applicationLoadBalancer: [],
  });
});

test("only what is told of a place is one", () => {
  const found = placementOf([
    live("load-balancer/shop", undefined),
    live("auto-scaling-group/shop", ["subnet-1", { ref: "network/subnet" }, null]),
  ]);
  expect(found).toEqual({
    loadBalancer: [],
    servers: ["subnet-1"],
    applicationLoadBalancer: [],
  });
});

test("a stack is where its load balancers of both types are", () => {
  const found = placementOf([
    live("load-balancer/shop", ["subnet-1", "subnet-2"]),
    live("application-load-balancer/shop", ["subnet-2", "subnet-3"], "settling"),
    live("target-group/shop", ["subnet-4"]),
  ]);
  expect(found).toEqual({
    loadBalancer: ["subnet-1", "subnet-2", "subnet-3"],
    servers: [],
    applicationLoadBalancer: ["subnet-2", "subnet-3"],
  });
});

test.each([
  ["an internet-facing one needs subnets that the internet reaches", true, ["subnet-2"]],
  ["by default it is internet-facing", undefined, ["subnet-2"]],
  ["an internal one stays where it is", false, ["subnet-1", "subnet-2"]],
])("of an internal load balancer's subnets, %s", (_, internetFacing, loadBalancer) => {
  const found = placementOf(
    [
      live("application-load-balancer/shop", ["subnet-1"], "ready", "internal"),
      live("load-balancer/shop", ["subnet-2"], "ready", "internet-facing"),
      live("auto-scaling-group/shop", ["subnet-1"]),
    ],
    internetFacing === undefined ? undefined : { internetFacing },
  );
  expect(found).toMatchObject({ loadBalancer, servers: ["subnet-1"] });
});

test.each([
  ["is where its application load balancer is", "application", ["subnet-2"], ["subnet-2"]],
  ["is where its classic load balancer is", "classic", ["subnet-2"], ["subnet-1"]],
  ["is still where the one of the other type is", "application", undefined, ["subnet-1"]],
] as const)(
  "a stack with a load balancer of the other type %s",
  (_, type, subnets, loadBalancer) => {
    const found = placementOf(
      [
        live("load-balancer/shop", ["subnet-1"]),
        ...(subnets === undefined ? [] : [live("application-load-balancer/shop", subnets)]),
      ],
      { loadBalancer: type },
    );
    expect(found.loadBalancer).toEqual(loadBalancer);
  },
);

test.each([
  ["subnet/private-a", true],
  ["subnet/public-a", false],
] as const)("servers in %s are private: %s", (address, isPrivate) => {
  const found = [
    { ...live(address, undefined), id: "subnet-1" },
    { ...live("subnet/private-b", undefined), id: "subnet-2" },
    live("auto-scaling-group/shop", ["subnet-1"]),
  ];
  expect(hasPrivateServers(found)).toBe(isPrivate);
});
