import { describe, expect, test } from "vitest";
import { address } from "../../../src/resources/address/index.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { type Account, openAccount } from "../account.ts";
import { openStage } from "../answers.ts";
import { byHand, createGateway, openNetwork, regional } from "../nat-gateway/network.ts";

const sought = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    address: `address/zone-${index}` as const,
    physicalName: `afterpay-zone-${index}`,
    fields: { tags: {} },
  }));

function look(context: ResourceContext, count: number) {
  const { findObstacles } = address;
  if (findObstacles === undefined) throw new Error("it looks for obstacles");
  return findObstacles.call(address, context, sought(count));
}

async function allocate(account: Account, count: number) {
  for (let made = 0; made < count; made += 1) {
    await byHand(account, "AllocateAddress", { Domain: "vpc" });
  }
}

describe("the account's quota of addresses", () => {
  test("is no obstacle as long as all of the plan fit", async () => {
    const account = await openAccount({ consistency: { maxMilliseconds: 0 } });
    await allocate(account, 2);
    expect(await account.pass(look(account.context, 3))).toEqual([]);
  });

  test("is an obstacle for each address if one too many is needed, with what to do", async () => {
    const account = await openAccount({ consistency: { maxMilliseconds: 0 } });
    await allocate(account, 3);
    const found = await account.pass(look(account.context, 3));
    expect(found.map(({ physicalName }) => physicalName)).toEqual(
      sought(3).map(({ physicalName }) => physicalName),
    );
    expect(found[0]).toMatchObject({
      summary:
        "the account has 3 of at most 5 Elastic IP addresses in this region, and the stack needs 3 more",
      remedy: expect.stringContaining(
        `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6 --region ${account.sandbox.region}.`,
      ),
    });
    expect(found[0]?.remedy).toMatch(/nat: single.*nat: regional/);
  });

  test("is the account's own, not AWS's default", async () => {
    const having = (count: number) =>
      openStage({
        "ec2:DescribeNatGateways": { NatGateways: [] },
        "ec2:DescribeAddresses": { Addresses: Array.from({ length: count }, () => ({})) },
        "ec2:DescribeAccountAttributes": {
          AccountAttributes: [
            { AttributeName: "max-instances", AttributeValues: [{ AttributeValue: "2" }] },
            { AttributeName: "vpc-max-elastic-ips", AttributeValues: [{ AttributeValue: "8" }] },
          ],
        },
      });
    const stage = having(7);
    const full = having(8);
    expect(await look(stage.context, 1)).toEqual([]);
    const [obstacle] = await look(stage.context, 2);
    expect(obstacle?.summary).toContain("7 of at most 8");
    const [single] = await look(full.context, 1);
    expect(single?.summary).toMatch(/needs another one$/);
    expect(single?.remedy).not.toContain("nat: single");
    // AWS's model of the API does not let a request name this attribute.
    expect(stage.asked("ec2:DescribeAccountAttributes")[0]).toEqual({});
  });

  test("is no obstacle if AWS does not say it", async () => {
    const stage = openStage({
      "ec2:DescribeNatGateways": { NatGateways: [] },
      "ec2:DescribeAddresses": { Addresses: Array.from({ length: 7 }, () => ({})) },
      "ec2:DescribeAccountAttributes": { AccountAttributes: [] },
    });
    expect(await look(stage.context, 1)).toEqual([]);
  });

  test("does not count what a regional NAT gateway has", async () => {
    const network = await openNetwork();
    await createGateway(network, regional(network));
    await allocate(network, 4);
    expect(await network.pass(look(network.context, 1))).toEqual([]);
    expect(await network.pass(look(network.context, 2))).toHaveLength(2);
  });
});
