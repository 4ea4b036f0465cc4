import { expect, test } from "vitest";
import type { Network } from "../../../src/spec/network/normalised.ts";
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

const role = "arn:aws:iam::111111111111:role/flow-logs";

test.each<[why: string, written: string, vpc: Network["vpc"], servers: Network["servers"]]>([
  ["nothing written", "{}", { kind: "default" }, "public"],
  [
    "a VPC by its id, whose servers are private only if the file says so",
    "{ vpc: vpc-01234567 }",
    { kind: "vpc-id", value: "vpc-01234567" },
    "public",
  ],
  [
    "private servers there",
    "{ vpc: vpc-01234567, servers: private }",
    { kind: "vpc-id", value: "vpc-01234567" },
    "private",
  ],
  [
    "an own network, whose servers have a way out through a NAT gateway",
    "{ vpc: own }",
    { kind: "own", nat: "regional", endpoints: ["s3"] },
    "private",
  ],
  [
    "public servers, which need none",
    "{ vpc: own, servers: public }",
    { kind: "own", nat: "none", endpoints: ["s3"] },
    "public",
  ],
  [
    "everything of an own network; the order of endpoints means nothing",
    "{ vpc: own, cidr: 10.1.0.0/20, nat: single, endpoints: [ssm, s3], flowLogs: my-bucket }",
    {
      kind: "own",
      cidr: "10.1.0.0/20",
      nat: "single",
      endpoints: ["s3", "ssm"],
      flowLogs: { kind: "bucket", name: "my-bucket" },
    },
    "private",
  ],
  [
    "no endpoints",
    "{ vpc: own, endpoints: [] }",
    { kind: "own", nat: "regional", endpoints: [] },
    "private",
  ],
  [
    "a bucket by its field",
    "{ vpc: own, flowLogs: { bucket: my-bucket } }",
    {
      kind: "own",
      nat: "regional",
      endpoints: ["s3"],
      flowLogs: { kind: "bucket", name: "my-bucket" },
    },
    "private",
  ],
  [
    "a log group with its role",
    `{ vpc: own, flowLogs: { logGroup: /vpc/shop, role: "${role}" } }`,
    {
      kind: "own",
      nat: "regional",
      endpoints: ["s3"],
      flowLogs: { kind: "log-group", name: "/vpc/shop", role },
    },
    "private",
  ],
])("%s", (_why, written, vpc, servers) => {
  // With a base whose packages come through each of them, and a group, which servers in an own network need.
  const file = LEAST.replace("debian-12", "amazon-linux-2023").replace(
    "{ min: 2 }",
    "{ min: 2, securityGroups: [web] }",
  );
  const { network } = load(`${file}securityGroups: { web: {} }\nnetwork: ${written}\n`);
  expect(network.vpc).toEqual(vpc);
  expect(network.servers).toBe(servers);
});
