import { describe, expect, test } from "vitest";
import { applicationLoadBalancer } from "../../../src/resources/application-load-balancer/index.ts";
import { loadBalancer } from "../../../src/resources/load-balancer/index.ts";
import { countsOf } from "../hourly-counts.ts";

const region = "us-east-1";
const ref = { ref: "subnet/public-a", output: "id" } as const;

describe.each([
  ["classic load balancer", loadBalancer, 0.025],
  ["application load balancer", applicationLoadBalancer, 0.0225],
] as const)("by the hour, a %s", (name, type, usd) => {
  const itemsOf = (fields: object) => type.hourlyItems?.({ fields: fields as never, region });

  test("costs itself, and a public address in each zone", () => {
    const items = itemsOf({ scheme: "internet-facing", subnets: ["subnet-1", ref, "subnet-3"] });
    expect(countsOf(items)).toEqual({ [name]: 1, "public address": 3 });
    expect(items?.map(({ price }) => price?.usd)).toEqual([usd, 0.005]);
  });

  test("has no public address if it is internal", () => {
    expect(countsOf(itemsOf({ scheme: "internal", subnets: ["subnet-1", ref] }))).toEqual({
      [name]: 1,
    });
  });

  test("is not counted as long as its zones are not known", () => {
    expect(itemsOf({ scheme: "internet-facing", subnets: ref })).toBeUndefined();
  });
});
