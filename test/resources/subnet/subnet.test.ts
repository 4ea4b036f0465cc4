import { describe, expect, test } from "vitest";
import type { Live } from "../../../src/engine/resource.ts";
import { routeTable } from "../../../src/resources/route-table/index.ts";
import { type SubnetFields, subnet } from "../../../src/resources/subnet/index.ts";
import type { LiveSubnet } from "../../../src/resources/subnet/live.ts";
import { target, theOnly } from "../account.ts";
import { byHand, type Network, openNetwork, writesOf } from "../nat-gateway/network.ts";

const goal = target(subnet, "web");

async function open() {
  const network = await openNetwork();
  const table = await network.pass(
    routeTable.create(network.another(), target(routeTable, "private"), {
      vpcId: network.vpcId,
      wayOut: null,
      tags: {},
    }),
  );
  const fields: SubnetFields = {
    vpcId: network.vpcId,
    cidr: "10.20.32.0/20",
    zone: `${network.sandbox.region}a`,
    publicAddresses: false,
    routeTable: table.id,
    tags: { team: "payments" },
  };
  return { network, fields };
}

function create(network: Network, fields: SubnetFields) {
  return network.pass(subnet.create(network.another(), goal, fields));
}

/** The subnet's VPC, as a plan deletes it. */
function vpcOf({ vpcId }: Network, { fields: _, ...live }: LiveSubnet): Live {
  return { ...live, id: vpcId, address: "vpc/afterpay", fields: {} };
}

describe("a subnet", () => {
  test("is created with its table, and discovery tells its fields back", async () => {
    const { network, fields } = await open();
    const live = await create(network, fields);
    expect(live).toEqual(await theOnly(network, subnet));
    expect(live).toMatchObject({
      address: "subnet/web",
      fields,
      outputs: { id: live.id, zone: fields.zone, cidr: fields.cidr },
      uses: [network.vpcId, fields.routeTable],
    });
  });

  test("of two applies at once is one: its range is the lock", async () => {
    const { network, fields } = await open();
    const [one, other] = await Promise.all([create(network, fields), create(network, fields)]);
    expect(one.id).toBe(other.id);
    expect(await theOnly(network, subnet)).toMatchObject({ id: one.id });
  });

  test("whose range somebody else has taken since the plan says what to do", async () => {
    const { network, fields } = await open();
    await byHand(network, "CreateSubnet", { VpcId: network.vpcId, CidrBlock: "10.20.40.0/24" });
    await expect(create(network, fields)).rejects.toMatchObject({
      code: "InvalidSubnet.Conflict",
      remedy: expect.stringContaining("it chooses another range"),
    });
  });

  test("gets its table back by one call, without a moment without routes", async () => {
    const { network, fields } = await open();
    const live = await create(network, fields);
    const { RouteTables } = (await byHand(network, "DescribeRouteTables", {
      Filters: [{ Name: "association.subnet-id", Values: [live.id] }],
    })) as { RouteTables: readonly { Associations: readonly object[] }[] };
    const association = Reflect.get(
      RouteTables[0]?.Associations[0] ?? {},
      "RouteTableAssociationId",
    );
    await byHand(network, "ReplaceRouteTableAssociation", {
      AssociationId: association,
      RouteTableId: network.privateTable,
    });
    const moved = await theOnly(network, subnet);
    expect(moved.fields.routeTable).toBeNull();
    network.takeCalls();
    await network.pass(subnet.update(network.context, moved, fields, ["routeTable"]));
    expect(writesOf(network)).toEqual(["ReplaceRouteTableAssociation"]);
    expect((await theOnly(network, subnet)).fields).toEqual(fields);
  });

  test("in which others have something is not deleted, and a plan says so before", async () => {
    const { network, fields } = await open();
    const live = await create(network, fields);
    const { NetworkInterface } = (await byHand(network, "CreateNetworkInterface", {
      SubnetId: live.id,
      Description: "theirs",
    })) as { NetworkInterface: { NetworkInterfaceId: string } };
    const holds = await network.pass(
      subnet.findHolds?.(network.context, [live], [live, vpcOf(network, live)]) ??
        Promise.reject(new Error("no holds")),
    );
    expect(holds).toMatchObject([
      { id: live.id, summary: expect.stringContaining(NetworkInterface.NetworkInterfaceId) },
    ]);
    await expect(network.pass(subnet.delete(network.context, live))).rejects.toMatchObject({
      code: "DependencyViolation",
      message: holds[0]?.summary,
    });
    const { NetworkInterfaceId } = NetworkInterface;
    await byHand(network, "DeleteNetworkInterface", { NetworkInterfaceId });
    await network.pass(subnet.delete(network.context, live));
    await network.pass(subnet.delete(network.context, live));
    expect(await network.pass(subnet.discover(network.another()))).toEqual([]);
  });

  describe("whose VPC lost its tags", () => {
    const holdsOf = async (network: Network, live: LiveSubnet, deleting: readonly Live[]) =>
      network.pass(
        subnet.findHolds?.(network.context, [live], deleting) ??
          Promise.reject(new Error("no holds")),
      );
    const tag = (network: Network, ...pairs: readonly (readonly [string, string])[]) =>
      byHand(network, "CreateTags", {
        Resources: [network.vpcId],
        Tags: pairs.map(([Key, Value]) => ({ Key, Value })),
      });

    test.each([
      ["no tag", []],
      ["no name", [["reconcile:stack", "afterpay"]]],
    ] as const)("is not deleted, because the VPC would stay: %s", async (_, tags) => {
      const { network, fields } = await open();
      const live = await create(network, fields);
      if (tags.length > 0) await tag(network, ...tags);
      const { vpcId, sandbox } = network;
      expect(await holdsOf(network, live, [live])).toEqual([
        {
          id: live.id,
          summary: `${vpcId} has subnets of this stack, but does not carry the stack's tags`,
          remedy: expect.stringContaining(
            `put them back: aws ec2 create-tags --resources ${vpcId} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=vpc/afterpay --region ${sandbox.region}.`,
          ),
        },
      ]);
    });

    test("is deleted once the VPC has them, or if the plan deletes the VPC", async () => {
      const { network, fields } = await open();
      const live = await create(network, fields);
      network.takeCalls();
      expect(await holdsOf(network, live, [live, vpcOf(network, live)])).toEqual([]);
      expect(network.takeCalls().map(({ operation }) => operation)).not.toContain(
        "ec2:DescribeVpcs",
      );
      await tag(network, ["reconcile:stack", "afterpay"], ["reconcile:name", "vpc/afterpay"]);
      expect(await holdsOf(network, live, [live])).toEqual([]);
    });
  });

  test.each([
    ["both", ["reconcile:stack", "reconcile:name"]],
    ["its name", ["reconcile:name"]],
  ])("that lost %s of its tags is an obstacle to another one", async (_, keys) => {
    const { network, fields } = await open();
    const wanted = { ...fields, tags: { Name: "afterpay-web" } };
    const live = await create(network, wanted);
    const sought = [{ ...goal, fields: wanted }];
    const look = () =>
      network.pass(
        subnet.findObstacles?.(network.another(), sought) ??
          Promise.reject(new Error("no obstacles")),
      );
    expect(await look()).toEqual([]);
    const Tags = keys.map((Key) => ({ Key }));
    await byHand(network, "DeleteTags", { Resources: [live.id], Tags });
    expect(await look()).toMatchObject([
      { remedy: expect.stringContaining(`aws ec2 create-tags --resources ${live.id} `) },
    ]);
  });

  test("waits for interfaces that AWS removes late, with words", async () => {
    const { network, fields } = await open();
    const live = await create(network, fields);
    network.sandbox.setFaults({
      rules: [{ operation: "DeleteSubnet", times: 3, kind: "error", code: "DependencyViolation" }],
    });
    await network.pass(subnet.delete(network.context, live));
    expect(network.told.join("\n")).toContain(`${live.id} is still in use`);
  });
});
