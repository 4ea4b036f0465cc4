import { expect, test } from "vitest";
import { LEAST, load } from "../stacks.ts";

test("the zones are a number, names, or those of subnets", () => {
  const zones = (network: string) => load(`${LEAST}network: ${network}\n`).network.zones;
  expect(zones("{ vpc: vpc-01234567 }")).toEqual({ kind: "count", count: 2 });
  expect(zones("{ zones: 3 }")).toEqual({ kind: "count", count: 3 });
  // Of a region, of a local zone and of a Wavelength zone.
  const names = ["us-east-1a", "us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1"];
  expect(zones(`{ zones: [${names.join(", ")}] }`)).toEqual({ kind: "names", names });
  const subnets = ["subnet-0123456789abcdef0", "subnet-01234567"];
  expect(zones(`{ subnets: [${subnets.join(", ")}] }`)).toEqual({ kind: "of-subnets", subnets });
});
