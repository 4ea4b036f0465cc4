import { describe, expect, test } from "vitest";
import { type HourlyKind, hourlyPrice } from "../../../src/resources/shared/hourly-prices.ts";

const KINDS: readonly HourlyKind[] = [
  "natGateway",
  "interfaceEndpoint",
  "publicAddress",
  "applicationLoadBalancer",
  "classicLoadBalancer",
];
const COMPLETE = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-west-1",
  "us-east-1",
  "us-west-2",
];

describe("AWS's prices by the hour", () => {
  test.each(COMPLETE)("are known of everything in %s", (region) => {
    for (const kind of KINDS) {
      const price = hourlyPrice(kind, region);
      expect(price, kind).toBeDefined();
      const { usd = 0, asOf = "" } = price ?? {};
      expect(usd, kind).toBeGreaterThan(0);
      expect(usd, kind).toBeLessThan(0.1);
      // Whoever adds them up counts in hundred-thousandths.
      expect(Number(usd.toFixed(5)), kind).toBe(usd);
      expect(asOf, kind).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    }
  });

  test("are those of the region", () => {
    const pricesIn = (region: string) => KINDS.map((kind) => hourlyPrice(kind, region)?.usd);
    expect(pricesIn("us-east-1")).toEqual([0.045, 0.01, 0.005, 0.0225, 0.025]);
    expect(pricesIn("ap-southeast-2")).toEqual([0.059, 0.013, 0.005, 0.0252, 0.028]);
  });

  test("are not made up where nobody has found them", () => {
    expect(hourlyPrice("natGateway", "us-east-2")?.usd).toBe(0.045);
    expect(hourlyPrice("interfaceEndpoint", "us-east-2")).toBeUndefined();
    for (const region of ["cn-north-1", "constructor", ""]) {
      for (const kind of KINDS) expect(hourlyPrice(kind, region), kind).toBeUndefined();
    }
  });
});
