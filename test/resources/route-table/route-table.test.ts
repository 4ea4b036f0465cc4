import { describe, expect, test } from "vitest";
import { natGateway } from "../../../src/resources/nat-gateway/index.ts";
import { type RouteTableFields, routeTable } from "../../../src/resources/route-table/index.ts";
import { target, theOnly } from "../account.ts";
import { openStage } from "../answers.ts";
import {
  byHand,
  createGateway,
  type Network,
  openNetwork,
  writesOf,
  zonal,
} from "../nat-gateway/network.ts";

const goal = target(routeTable, "web");

function fieldsIn({ vpcId }: Network, wayOut: string | null): RouteTableFields {
  return { vpcId, wayOut, tags: {} };
}

function create(network: Network, wayOut: string | null) {
  return network.pass(routeTable.create(network.another(), goal, fieldsIn(network, wayOut)));
}

describe("a route table", () => {
  test("leads to the internet gateway, and discovery tells its fields back", async () => {
    const network = await openNetwork();
    const live = await create(network, network.internetGateway);
    expect(live).toEqual(await theOnly(network, routeTable));
    expect(live).toMatchObject({
      address: "route-table/web",
      fields: fieldsIn(network, network.internetGateway),
      uses: [network.vpcId, network.internetGateway],
    });
  });

  test("changes its default route by one call, and keeps the routes of others", async () => {
    const network = await openNetwork();
    const gateway = await createGateway(network, await zonal(network));
    const live = await create(network, network.internetGateway);
    const others = { RouteTableId: live.id, DestinationCidrBlock: "192.168.0.0/16" };
    await byHand(network, "CreateRoute", { ...others, GatewayId: network.internetGateway });
    network.takeCalls();
    const wanted = fieldsIn(network, gateway.id);
    await network.pass(routeTable.update(network.context, live, wanted, ["wayOut"]));
    expect(writesOf(network)).toEqual(["ReplaceRoute"]);
    const seen = await theOnly(network, routeTable);
    expect(seen.fields).toEqual(wanted);
    expect(seen.uses).toEqual([network.vpcId, gateway.id]);
    const closed = fieldsIn(network, null);
    await network.pass(routeTable.update(network.context, seen, closed, ["wayOut"]));
    expect(writesOf(network)).toEqual(["DeleteRoute"]);
    const { RouteTables } = (await byHand(network, "DescribeRouteTables", {
      RouteTableIds: [live.id],
    })) as { RouteTables: readonly { Routes: readonly { DestinationCidrBlock: string }[] }[] };
    const kept = RouteTables[0]?.Routes.map(({ DestinationCidrBlock }) => DestinationCidrBlock);
    expect(kept).toEqual(["10.20.0.0/16", "192.168.0.0/16"]);
  });

  test("to what has been deleted leads nowhere", async () => {
    const network = await openNetwork();
    const gateway = await createGateway(network, await zonal(network));
    const live = await create(network, gateway.id);
    await network.pass(natGateway.delete(network.context, gateway));
    const seen = await theOnly(network, routeTable);
    expect(seen.fields.wayOut).toBe(`${gateway.id} (deleted)`);
    // A plan shows it as a difference, so only a status needs the words.
    expect(seen.notes).toMatchObject([
      { summary: expect.stringContaining(`leads to ${gateway.id}`), concerns: { status: true } },
    ]);
    await expect(
      network.pass(routeTable.update(network.context, seen, live.fields, ["wayOut"])),
    ).rejects.toMatchObject({ kind: "not-found" });
  });

  test("is not waited for if AWS already calls the new target deleted", async () => {
    const table = {
      RouteTableId: "rtb-1",
      VpcId: "vpc-1",
      Routes: [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "blackhole" }],
      Tags: [
        { Key: "reconcile:stack", Value: "afterpay" },
        { Key: "reconcile:name", Value: "route-table/web" },
      ],
    };
    const stage = openStage({
      "ec2:DescribeRouteTables": { RouteTables: [table] },
      "ec2:ReplaceRoute": {},
    });
    const [live] = await routeTable.discover(stage.context);
    if (live === undefined) throw new Error("the table is not found");
    const wanted = { vpcId: "vpc-1", wayOut: "nat-1", tags: {} };
    await expect(routeTable.update(stage.context, live, wanted, ["wayOut"])).rejects.toThrow(
      "the default route of rtb-1 leads to nat-1, which has been deleted",
    );
    expect(stage.passed()).toBeLessThan(60_000);
  });

  test("of an interrupted create is taken", async () => {
    const network = await openNetwork();
    network.sandbox.setFaults({ rules: [{ operation: "CreateRoute", times: 1, kind: "deny" }] });
    await expect(create(network, network.internetGateway)).rejects.toMatchObject({
      kind: "denied",
    });
    const left = await theOnly(network, routeTable);
    expect(left.fields.wayOut).toBeNull();
    expect((await create(network, network.internetGateway)).id).toBe(left.id);
  });

  test("is deleted when no subnet has it any more", async () => {
    const network = await openNetwork();
    const live = await create(network, null);
    network.sandbox.setFaults({
      rules: [
        { operation: "DeleteRouteTable", times: 2, kind: "error", code: "DependencyViolation" },
      ],
    });
    await network.pass(routeTable.delete(network.context, live));
    await network.pass(routeTable.delete(network.context, live));
    expect(await network.pass(routeTable.discover(network.another()))).toEqual([]);
  });

  test.each([
    ["a way out that others have made stays where the stack has none", null, "tgw-1", true],
    ["but not where it has one", "nat-1", "tgw-1", false],
    ["the stack's own of before goes", null, "nat-1", false],
    ["and so does the way of public servers", null, "igw-1", false],
    ["the same is no difference", "nat-1", "nat-1", true],
  ])("%s", (_why, wanted, live, isEqual) => {
    expect(routeTable.fields.wayOut.equal?.(wanted, live)).toBe(isEqual);
  });

  test("keeps its way until the servers have left, unless it leads nowhere", () => {
    const { meanwhile } = routeTable.fields.wayOut;
    expect(meanwhile?.(null, "nat-1")).toBe("nat-1");
    expect(meanwhile?.(null, "nat-1 (deleted)")).toBeNull();
    expect(meanwhile?.("nat-2", "nat-1")).toBe("nat-2");
  });
});
