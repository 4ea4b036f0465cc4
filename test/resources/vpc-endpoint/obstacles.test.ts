import { describe, expect, test } from "vitest";
import { type VpcEndpointFields, vpcEndpoint } from "../../../src/resources/vpc-endpoint/index.ts";
import { target } from "../account.ts";
import { byHand, inputsOf, type Network, openNetwork } from "../nat-gateway/network.ts";

const goal = target(vpcEndpoint, "web");

function look(network: Network, fields: object) {
  const { findObstacles } = vpcEndpoint;
  if (findObstacles === undefined) throw new Error("it looks for obstacles");
  const sought = { ...goal, fields };
  return network.pass(findObstacles.call(vpcEndpoint, network.another(), [sought as never]));
}

function gateway({ vpcId, privateTable }: Network): VpcEndpointFields {
  return {
    vpcId,
    service: "s3",
    kind: "Gateway",
    routeTables: [privateTable],
    subnets: [],
    securityGroupIds: [],
    privateDns: null,
    tags: {},
  };
}

function inSubnets({ vpcId, publicSubnet }: Network, group: string): VpcEndpointFields {
  return {
    vpcId,
    service: "ssm",
    kind: "Interface",
    routeTables: [],
    subnets: [publicSubnet],
    securityGroupIds: [group],
    privateDns: true,
    tags: {},
  };
}

async function open(kind: "Gateway" | "Interface") {
  const network = await openNetwork();
  const { GroupId } = (await byHand(network, "CreateSecurityGroup", {
    GroupName: "one",
    Description: "one",
    VpcId: network.vpcId,
  })) as { GroupId: string };
  const fields = kind === "Gateway" ? gateway(network) : inSubnets(network, GroupId);
  const { id } = await create(network, fields);
  return { network, fields, id };
}

function create(network: Network, fields: VpcEndpointFields) {
  return network.pass(vpcEndpoint.create(network.another(), goal, fields));
}

async function loseTags(network: Network, id: string) {
  const Tags = [{ Key: "reconcile:stack" }, { Key: "reconcile:name" }];
  await byHand(network, "DeleteTags", { Resources: [id], Tags });
}

const commandFor = ({ sandbox }: Network, id: string) =>
  `aws ec2 create-tags --resources ${id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=vpc-endpoint/web --region ${sandbox.region}`;

describe("an endpoint that lost its tags", () => {
  test.each(["Gateway", "Interface"] as const)(
    "is an obstacle to another one at its place: %s",
    async (kind) => {
      const { network, fields, id } = await open(kind);
      expect(await look(network, fields)).toEqual([]);
      await loseTags(network, id);
      expect(await look(network, fields)).toEqual([
        {
          physicalName: goal.physicalName,
          summary: `${id} is an endpoint of ${fields.service} in ${network.vpcId}, where vpc-endpoint/web belongs, but does not carry the stack's tags`,
          remedy: expect.stringContaining(`put them back: ${commandFor(network, id)}.`),
        },
      ]);
      expect(await look(network, { ...fields, service: "dynamodb" })).toEqual([]);
      await byHand(network, "DeleteVpcEndpoints", { VpcEndpointIds: [id] });
      expect(await look(network, fields)).toEqual([]);
    },
  );

  test("is none in another table, of another stack, in a VPC to come, or without the service's own name", async () => {
    const { network, fields, id } = await open("Gateway");
    await loseTags(network, id);
    expect(await look(network, { ...fields, routeTables: ["rtb-1"] })).toEqual([]);
    const unknown = { ref: "route-table/private", output: "id" };
    expect(await look(network, { ...fields, routeTables: [unknown] })).toEqual([]);
    expect(await look(network, { ...fields, vpcId: { ref: "vpc/web", output: "id" } })).toEqual([]);
    const owner = { Key: "reconcile:stack", Value: "payments" };
    await byHand(network, "CreateTags", { Resources: [id], Tags: [owner] });
    expect(await look(network, fields)).toEqual([]);
    const other = await open("Interface");
    await loseTags(other.network, other.id);
    await byHand(other.network, "ModifyVpcEndpoint", {
      VpcEndpointId: other.id,
      PrivateDnsEnabled: false,
    });
    expect(await look(other.network, other.fields)).toEqual([]);
  });

  test.each(["Gateway", "Interface"] as const)(
    "of which the token answers is told at once, with the command that puts them back: %s",
    async (kind) => {
      const { network, fields, id } = await open(kind);
      await loseTags(network, id);
      const requests = inputsOf(network, "CreateVpcEndpoint");
      const begun = network.sandbox.now();
      await expect(create(network, fields)).rejects.toMatchObject({
        name: "OutsideError",
        message: `AWS answered with the endpoint ${id} of an earlier create, which does not carry the stack's tags`,
        remedy: `Put them back: ${commandFor(network, id)}. Then run the same command again.`,
      });
      expect(requests).toHaveLength(1);
      expect(network.sandbox.now() - begun).toBeLessThan(60_000);
    },
  );
});
