import { describe, expect, test } from "vitest";
import { closed, oneZone, perZone, regional, single } from "./network-files.ts";
import { hasWayOut, keptAddresses, networksInUse, shownToInternet } from "./networks.ts";
import { tier } from "./stack-files.ts";

type Tables = Readonly<Record<string, Readonly<Record<string, object>>>>;

const stack = "afterpay";

function tagged(address: string, record: object = {}): object {
  return { ...record, tags: { "reconcile:stack": stack, "reconcile:name": address } };
}

function recordsOf(tables: Tables) {
  return (type: string): ReadonlyMap<string, object> => new Map(Object.entries(tables[type] ?? {}));
}

function table(subnetId: string, gatewayId: string): object {
  const routes = [{ destination: "0.0.0.0/0", gatewayId }];
  return { vpcId: "vpc-1", routes, associations: [{ subnetId }] };
}

/** A private subnet behind a zonal NAT gateway. */
const zonal: Tables = {
  vpc: { "vpc-1": tagged("vpc/afterpay") },
  subnet: { private: { vpcId: "vpc-1" }, public: { vpcId: "vpc-1" } },
  "internet-gateway": { "igw-1": { vpcId: "vpc-1" } },
  "route-table": { "rtb-1": table("private", "nat-1"), "rtb-2": table("public", "igw-1") },
  "nat-gateway": {
    "nat-1": tagged("nat-gateway/ap-southeast-2b", {
      vpcId: "vpc-1",
      state: "available",
      mode: "zonal",
      subnetId: "public",
      addresses: [{ allocationId: "eipalloc-1" }],
    }),
  },
  address: { "eipalloc-1": tagged("address/ap-southeast-2b") },
  instance: {
    "i-1": tagged("auto-scaling-group/afterpay", { state: "running", subnetId: "private" }),
  },
};

function changed(type: string, id: string, change: object): Tables {
  return { ...zonal, [type]: { ...zonal[type], [id]: { ...zonal[type]?.[id], ...change } } };
}

describe("the way out of a private subnet", () => {
  test("leads through a NAT gateway that serves, and on from its own subnet", () => {
    expect(hasWayOut(recordsOf(zonal), "private")).toBe(true);
  });

  test.each([
    ["a NAT gateway that goes", changed("nat-gateway", "nat-1", { state: "deleting" })],
    ["one that is not there yet", changed("nat-gateway", "nat-1", { state: "pending" })],
    ["a table without a default route", changed("route-table", "rtb-1", { routes: [] })],
    ["no way on", changed("route-table", "rtb-2", { routes: [] })],
    ["a gateway of nothing", changed("internet-gateway", "igw-1", { vpcId: null })],
    ["another table", changed("route-table", "rtb-1", { associations: [{ subnetId: "other" }] })],
  ])("does not lead through %s", (_, tables) => {
    expect(hasWayOut(recordsOf(tables), "private")).toBe(false);
  });
});

test("an address is kept as long as every file has a NAT gateway in its zone", () => {
  const kept = (...files: Parameters<typeof keptAddresses>[2]) => [
    ...keptAddresses(recordsOf(zonal), stack, files),
  ];
  expect(kept(perZone)).toEqual(["eipalloc-1"]);
  for (const other of [regional, single, oneZone, closed, tier])
    expect(kept(perZone, other)).toEqual([]);
});

test("a server of a private network has no public address, whatever else a file says", () => {
  const shown = recordsOf(changed("instance", "i-1", { publicAddress: "203.0.113.1" }));
  expect(shownToInternet(shown, stack, [perZone])).toEqual([
    "i-1 has the public address 203.0.113.1",
  ]);
  expect(shownToInternet(shown, stack, [perZone, tier])).toEqual([]);
  expect(shownToInternet(recordsOf(zonal), stack, [perZone])).toEqual([]);
});

test("a network is in use by servers or by a load balancer", () => {
  const balancers = { lb: tagged("load-balancer/afterpay", { vpcId: "vpc-2" }) };
  const vpc = { ...zonal["vpc"], "vpc-2": tagged("vpc/afterpay") };
  const both = recordsOf({ ...zonal, vpc, "load-balancer": balancers });
  expect([...networksInUse(recordsOf(zonal), stack)]).toEqual(["vpc-1"]);
  expect([...networksInUse(both, stack)].sort()).toEqual(["vpc-1", "vpc-2"]);
});
