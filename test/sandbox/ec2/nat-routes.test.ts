import {
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateVpcCommand,
  DeleteNatGatewayCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ReplaceRouteCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { everywhere, openNetwork, pass } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open() {
  const network = await openNetwork();
  const { subnet, gateway, table, address, nat } = network;
  const SubnetId = await subnet("10.1.0.0/24");
  const GatewayId = await gateway();
  await table([SubnetId], { GatewayId });
  const NatGatewayId = await nat({ SubnetId, AllocationId: await address() });
  return { ...network, SubnetId, GatewayId, NatGatewayId };
}

test("a route to a NAT gateway is a black hole from the gateway's deletion until it is replaced", async () => {
  const { ec2, GatewayId, NatGatewayId, table, routes } = await open();
  const RouteTableId = await table([], { NatGatewayId });
  const route = { DestinationCidrBlock: everywhere, NatGatewayId };
  await pass(91);
  const [, active] = await routes(RouteTableId);
  expect(active).toMatchObject({ ...route, State: "active" });
  expect(active).not.toHaveProperty("GatewayId");
  const Filters = [{ Name: "route.nat-gateway-id", Values: [NatGatewayId] }];
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  expect(RouteTables).toMatchObject([{ RouteTableId }]);
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  expect((await routes(RouteTableId))[1]).toMatchObject({ ...route, State: "blackhole" });
  await pass(4000);
  expect((await routes(RouteTableId))[1]).toMatchObject({ ...route, State: "blackhole" });
  await ec2.send(
    new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, GatewayId }),
  );
  expect((await routes(RouteTableId))[1]).toMatchObject({ GatewayId, State: "active" });
});

test("a route has one target, which is there and in the same VPC", async () => {
  const { ec2, GatewayId, NatGatewayId, table } = await open();
  const route = { RouteTableId: await table([]), DestinationCidrBlock: everywhere };
  const codeOf = async (target: object) =>
    (await refusal(ec2.send(new CreateRouteCommand({ ...route, ...target })))).code;
  expect(await codeOf({ GatewayId, NatGatewayId })).toBe("InvalidParameterCombination");
  expect(await codeOf({})).toBe("MissingParameter");
  expect(await codeOf({ NatGatewayId: "nat-0123" })).toBe("InvalidNatGatewayID.NotFound");
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
  const other = await ec2.send(new CreateRouteTableCommand({ VpcId: Vpc?.VpcId }));
  const RouteTableId = other.RouteTable?.RouteTableId;
  expect(await codeOf({ RouteTableId, NatGatewayId })).toBe("InvalidParameterValue");
});

test("addresses in use are not available", async () => {
  const { ec2, SubnetId } = await open();
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
  expect(Subnets).toMatchObject([{ AvailableIpAddressCount: 250 }]);
});
