import { describe, expect, test } from "vitest";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import type { NatGatewayFields } from "../../../src/resources/nat-gateway/live.ts";
import { theOnly } from "../account.ts";
import {
  byHand,
  createGateway,
  gatewayTarget,
  inputsOf,
  type Network,
  openNetwork,
  regional,
  zonal,
} from "./network.ts";

function look(network: Network, fields: NatGatewayFields | Omit<NatGatewayFields, "vpcId">) {
  const { findObstacles } = natGateway;
  if (findObstacles === undefined) throw new Error("it looks for obstacles");
  const sought = {
    ...gatewayTarget,
    fields: { vpcId: { ref: "vpc/web", output: "id" }, ...fields },
  };
  return network.pass(findObstacles.call(natGateway, network.another(), [sought as never]));
}

async function loseTags(network: Network, id: string, keys = ["stack", "name"]) {
  const Tags = keys.map((key) => ({ Key: `reconcile:${key}` }));
  await byHand(network, "DeleteTags", { Resources: [id], Tags });
}

describe("a NAT gateway that lost its tags", () => {
  test.each([
    ["zonal", ["stack", "name"]],
    ["regional", ["stack", "name"]],
    ["zonal", ["name"]],
    ["zonal", ["stack"]],
  ] as const)("is an obstacle to another one at its place: %s, without %s", async (mode, keys) => {
    const network = await openNetwork();
    const fields = mode === "zonal" ? await zonal(network) : regional(network);
    const { id } = await createGateway(network, fields);
    expect(await look(network, fields)).toEqual([]);
    await loseTags(network, id, [...keys]);
    const place = mode === "zonal" ? network.publicSubnet : "the stack's VPC";
    const command = `aws ec2 create-tags --resources ${id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=nat-gateway/web --region ${network.sandbox.region}`;
    expect(await look(network, fields)).toEqual([
      {
        physicalName: gatewayTarget.physicalName,
        summary: `${id} is a NAT gateway in ${place}, where nat-gateway/web belongs, but does not carry the stack's tags`,
        remedy: expect.stringContaining(`put them back: ${command}.`),
      },
    ]);
  });

  test("is none elsewhere: in another subnet, of another kind, of another stack, in a VPC to come, or as it goes", async () => {
    const network = await openNetwork();
    const fields = await zonal(network);
    const { id } = await createGateway(network, fields);
    await loseTags(network, id);
    expect(await look(network, { ...fields, subnetId: network.privateSubnet })).toEqual([]);
    expect(await look(network, regional(network))).toEqual([]);
    const { vpcId: _, ...inNewVpc } = fields;
    expect(await look(network, inNewVpc)).toEqual([]);
    const owner = { Key: "reconcile:stack", Value: "payments" };
    await byHand(network, "CreateTags", { Resources: [id], Tags: [owner] });
    expect(await look(network, fields)).toEqual([]);
    await loseTags(network, id);
    expect(await look(network, fields)).toHaveLength(1);
    await byHand(network, "DeleteNatGateway", { NatGatewayId: id });
    expect(await look(network, fields)).toEqual([]);
  });

  test("of which the token answers is told at once, with the command that puts them back", async () => {
    const network = await openNetwork();
    const fields = regional(network);
    const { id } = await createGateway(network, fields);
    await loseTags(network, id);
    const requests = inputsOf(network, "CreateNatGateway");
    const begun = network.sandbox.now();
    await expect(createGateway(network, fields)).rejects.toMatchObject({
      name: "OutsideError",
      message: `AWS answered with the NAT gateway ${id} of an earlier create, which does not carry the stack's tags`,
      remedy: `Put them back: aws ec2 create-tags --resources ${id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=nat-gateway/web --region ${network.sandbox.region}. Then run the same command again.`,
    });
    expect(requests).toHaveLength(1);
    expect(network.sandbox.now() - begun).toBeLessThan(60_000);
    await byHand(network, "CreateTags", {
      Resources: [id],
      Tags: [
        { Key: "reconcile:stack", Value: "afterpay" },
        { Key: "reconcile:name", Value: "nat-gateway/web" },
      ],
    });
    await createGateway(network, fields);
    expect(await theOnly(network, natGateway)).toMatchObject({ id, status: "ready" });
  });
});
