import { expect, test } from "vitest";
import { namedSubnets, requireOnePerZone } from "../../src/aws/named-subnets.ts";
import { idsOf, shortened, subnetsOf } from "./subnets.ts";

/** As found, with those of another VPC. */
const found = (there: string, elsewhere = "") => [
  ...subnetsOf(there),
  ...subnetsOf(elsewhere).map((subnet) => ({ ...subnet, vpcId: "vpc-2" })),
];

test.each([
  ["the VPC left out", "default"],
  ["the VPC named", "vpc-1"],
])("named subnets come in the order of their zones: %s", (_why, vpc) => {
  const { vpcId, subnets } = namedSubnets(
    found("l1 b1 a1"),
    { vpc, subnets: idsOf("l1 b1 a1") },
    "us-east-1",
  );
  expect(vpcId).toBe("vpc-1");
  expect(shortened(subnets)).toBe("a1 b1 l1");
});

test.each([
  {
    why: "not there",
    there: "a1",
    named: "c1 a1 b1",
    message: "us-east-1 has no subnet subnet-c1, subnet-b1 in this account",
    remedy:
      "Check network.subnets, the region and the account: subnet ids belong to one region of one account.",
  },
  {
    why: "not available",
    there: "a1:pending b1 c1:pending",
    message: "not available: subnet-a1 is pending, subnet-c1 is pending",
    remedy: "Name other subnets in network.subnets.",
  },
  {
    why: "of several VPCs",
    there: "a1",
    elsewhere: "b1",
    message: "the subnets are in 2 VPCs: subnet-a1 in vpc-1, subnet-b1 in vpc-2",
    remedy: "Name subnets of one VPC in network.subnets.",
  },
  {
    why: "of another VPC",
    there: "a1 b1",
    vpc: "vpc-3",
    message: "the subnets are not in vpc-3: subnet-a1 in vpc-1, subnet-b1 in vpc-1",
    remedy:
      "Correct network.vpc or network.subnets, or omit network.vpc: the subnets determine the VPC.",
  },
])("named subnets are refused: $why", (each) => {
  const { there, elsewhere = "", vpc = "default", message, remedy } = each;
  const subnets = found(there, elsewhere);
  const ids = each.named === undefined ? subnets.map(({ id }) => id) : idsOf(each.named);
  expect(() => namedSubnets(subnets, { vpc, subnets: ids }, "us-east-1")).toThrow(
    expect.objectContaining({ name: "FactError", message, remedy }),
  );
});

test("named subnets for all of a stack are at most one in each zone", () => {
  expect(() => requireOnePerZone(subnetsOf("a1 b1 l1"))).not.toThrow();
  expect(() => requireOnePerZone(subnetsOf("a1 b1 a2 c2 c1"))).toThrow(
    expect.objectContaining({
      name: "FactError",
      message:
        "subnet-a1, subnet-a2 are all in us-east-1a; subnet-c2, subnet-c1 are all in us-east-1c",
      remedy:
        "Name at most one subnet of a zone in network.subnets: a load balancer takes no more.",
    }),
  );
});
