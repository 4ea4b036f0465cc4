import { describe, expect, test } from "vitest";
import type { Live, LiveStatus } from "../../../src/engine/resource.ts";
import { address } from "../../../src/resources/address/index.ts";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import { countsOf } from "../hourly-counts.ts";

const region = "us-east-1";

function live(address: Live["address"], fields: object, status: LiveStatus = "ready"): Live {
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

function itemsOf(
  fields: object,
  present?: { readonly status: LiveStatus; readonly among: readonly Live[] },
) {
  return natGateway.hourlyItems?.({
    fields: fields as never,
    region,
    ...(present !== undefined && { live: present }),
  });
}

const ZONES = ["us-east-1a", "us-east-1b"];
const SUBNETS = ZONES.flatMap((zone) => [
  live(`subnet/public-${zone}`, { zone }),
  live(`subnet/private-${zone}`, { zone }),
]);
const OTHERS = [live("vpc/shop", { zone: "none" })];

describe("by the hour, a NAT gateway", () => {
  test("of one zone costs itself, and its address is a resource of its own that costs, too", () => {
    const items = itemsOf({ mode: "zonal" });
    expect(countsOf(items)).toEqual({ "NAT gateway": 1 });
    expect(items?.map(({ price }) => price?.usd)).toEqual([0.045]);
    const ofAddress = address.hourlyItems?.({ fields: { tags: {} }, region });
    expect(countsOf(ofAddress)).toEqual({ "public address": 1 });
    expect(ofAddress?.map(({ price }) => price?.usd)).toEqual([0.005]);
  });

  test("of a region costs in each zone of the network what a zonal one costs, and says so", () => {
    const zonesBefore = ZONES.map((zone) => ({ ref: `subnet/public-${zone}`, output: "id" }));
    const items = itemsOf({ mode: "regional", zonesBefore });
    expect(countsOf(items)).toEqual({ "zone of a regional NAT gateway": 2, "public address": 2 });
    expect(items?.map(({ price }) => price?.usd)).toEqual([0.045, 0.005]);
  });

  test("of a region that exists is where the network has subnets, each zone once", () => {
    const present = { status: "ready", among: [...SUBNETS, ...OTHERS] } as const;
    expect(countsOf(itemsOf({ mode: "regional" }, { ...present }))).toEqual({
      "zone of a regional NAT gateway": 2,
      "public address": 2,
    });
  });

  test("of a region is not counted as long as its zones are not known", () => {
    expect(itemsOf({ mode: "regional" })).toBeUndefined();
  });

  test("that AWS could not create costs nothing", () => {
    const failed = { status: "failed", among: SUBNETS } as const;
    expect(itemsOf({ mode: "zonal" }, { ...failed })).toEqual([]);
    expect(itemsOf({ mode: "regional" }, { ...failed })).toEqual([]);
  });
});
