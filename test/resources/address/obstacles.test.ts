import { describe, expect, test } from "vitest";
import { address } from "../../../src/resources/address/index.ts";
import { theOnly } from "../account.ts";
import { byHand, createGateway, type Network, openNetwork, zonal } from "../nat-gateway/network.ts";

function look(network: Network, ...names: readonly string[]) {
  const { findObstacles } = address;
  if (findObstacles === undefined) throw new Error("it looks for obstacles");
  const sought = names.map((name) => ({
    address: `address/${name}` as const,
    physicalName: name,
    fields: { tags: {} },
  }));
  return network.pass(findObstacles.call(address, network.another(), sought));
}

async function open() {
  const network = await openNetwork();
  const gateway = await createGateway(network, await zonal(network));
  const own = await theOnly(network, address);
  return { network, gateway, own };
}

async function loseTags(network: Network, id: string) {
  const Tags = [{ Key: "reconcile:stack" }, { Key: "reconcile:name" }];
  await byHand(network, "DeleteTags", { Resources: [id], Tags });
}

describe("an address that lost its tags", () => {
  test("is an obstacle to another one, as long as the zone's NAT gateway has it", async () => {
    const { network, gateway, own } = await open();
    expect(await look(network, "web")).toEqual([]);
    await loseTags(network, own.id);
    const [obstacle, ...others] = await look(network, "web", "elsewhere");
    expect(others).toEqual([]);
    expect(obstacle).toMatchObject({
      physicalName: "web",
      summary: `${own.outputs.publicAddress} (${own.id}) is the address of nat-gateway/web, but does not carry the stack's tags`,
    });
    const { region } = network.sandbox;
    expect(obstacle?.remedy).toContain(
      `Put them back: aws ec2 create-tags --resources ${own.id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=address/web --region ${region}.`,
    );
    expect(obstacle?.remedy).toContain(
      `aws ec2 delete-nat-gateway --nat-gateway-id ${gateway.id} --region ${region}.`,
    );
    await byHand(network, "DeleteNatGateway", { NatGatewayId: gateway.id });
    expect(await look(network, "web")).toEqual([]);
  });

  test("needs no room in the account's quota", async () => {
    const { network, own } = await open();
    for (let more = 0; more < 4; more += 1) {
      await byHand(network, "AllocateAddress", { Domain: "vpc" });
    }
    await loseTags(network, own.id);
    expect(await look(network, "web")).toHaveLength(1);
    const found = await look(network, "web", "elsewhere");
    expect(found.map(({ physicalName }) => physicalName)).toEqual(["web", "elsewhere"]);
    expect(found[1]?.summary).toMatch(/5 of at most 5 .* needs another one$/);
  });

  test("is none if it belongs to another stack", async () => {
    const { network, own } = await open();
    const owner = { Key: "reconcile:stack", Value: "payments" };
    await byHand(network, "CreateTags", { Resources: [own.id], Tags: [owner] });
    expect(await look(network, "web")).toEqual([]);
  });
});
