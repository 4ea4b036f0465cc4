import { describe, expect, test } from "vitest";
import { vpcEndpoint } from "../../../src/resources/vpc-endpoint/index.ts";
import { countsOf } from "../hourly-counts.ts";

const ref = { ref: "subnet/private-a", output: "id" } as const;

function itemsOf(fields: object) {
  return vpcEndpoint.hourlyItems?.({ fields: fields as never, region: "us-east-1" });
}

describe("by the hour, an endpoint", () => {
  test("with interfaces costs in each of its zones", () => {
    const items = itemsOf({ kind: "Interface", subnets: ["subnet-1", ref] });
    expect(countsOf(items)).toEqual({ "zone of an interface endpoint": 2 });
    expect(items?.[0]).toMatchObject({
      plural: "zones of interface endpoints",
      price: { usd: 0.01, asOf: "2026-09" },
    });
  });

  test("that is a route costs nothing", () => {
    expect(itemsOf({ kind: "Gateway", subnets: [] })).toEqual([]);
  });

  test("is not counted as long as its zones are not known", () => {
    expect(itemsOf({ kind: "Interface", subnets: ref })).toBeUndefined();
  });
});
