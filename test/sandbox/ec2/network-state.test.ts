import {
  CreateFlowLogsCommand,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client } from "../clients.ts";
import { openNetwork, pass } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const ssm = {
  VpcEndpointType: "Interface",
  ServiceName: "com.amazonaws.ap-southeast-2.ssm",
} as const;

test("the inventory has every kind of a network, until it is gone", async () => {
  const { sandbox, ec2, VpcId, subnet, gateway, address, nat } = await openNetwork();
  const SubnetId = await subnet("10.1.0.0/24");
  await gateway();
  await nat({ SubnetId, AllocationId: await address() });
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ...ssm }));
  const role = "arn:aws:iam::000000000000:role/flow-logs";
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceType: "VPC",
      ResourceIds: [VpcId],
      TrafficType: "ALL",
      LogGroupName: "/vpc/shop",
      DeliverLogsPermissionArn: role,
    }),
  );
  expect(sandbox.inventory()).toMatchObject({
    address: [{ state: "associated" }],
    "nat-gateway": [{ state: "pending" }],
    "vpc-endpoint": [{ name: ssm.ServiceName }],
    "flow-log": [{ name: VpcId }],
  });
  const kinds = Object.keys(sandbox.inventory());
  // AWS's own prefix lists are nobody's.
  expect(kinds).not.toContain("prefix-list");
  const regional = await nat({ VpcId, AvailabilityMode: "regional" });
  await pass(100);
  // Its addresses and its route table go with it.
  expect(sandbox.inventory()["address"]).toHaveLength(1);
  expect(sandbox.inventory()["route-table"]).toHaveLength(2);
  expect(sandbox.inventory()["nat-gateway"]?.map(({ id }) => id)).toContain(regional);
});

/** An object that an earlier version saved, by the table and the object's id. */
type Saved = Record<string, { versions: { value: Record<string, unknown> }[] }>;

test("an account with endpoints and routes of an earlier version goes on", async () => {
  const { sandbox, ec2, VpcId, gateway, table } = await openNetwork();
  const GatewayId = await gateway();
  const RouteTableId = await table([], { GatewayId });
  const { VpcEndpoint } = await ec2.send(new CreateVpcEndpointCommand({ VpcId, ...ssm }));
  const state = JSON.parse(sandbox.snapshot()) as {
    regions: Record<string, Record<string, Saved>>;
  };
  const tables = state.regions["ap-southeast-2"] ?? {};
  for (const name of [
    "prefix-list",
    "address",
    "nat-gateway",
    "flow-log",
    "vpc-peering-connection",
  ]) {
    delete tables[name];
  }
  for (const { versions } of Object.values(tables["vpc-endpoint"] ?? {})) {
    for (const { value } of versions) {
      for (const field of ["interfaces", "groupIds", "privateDns", "request"]) delete value[field];
    }
  }
  const snapshot = JSON.stringify(state);
  const resumed = await createSandbox({ snapshot, speed: 1, consistency: { maxMilliseconds: 0 } });
  const again = ec2Client(resumed);
  const { RouteTables } = await again.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }),
  );
  expect(RouteTables?.[0]?.Routes).toMatchObject([
    { GatewayId: "local" },
    { DestinationCidrBlock: "0.0.0.0/0", GatewayId, State: "active" },
  ]);
  const VpcEndpointIds = [VpcEndpoint?.VpcEndpointId ?? ""];
  const { VpcEndpoints } = await again.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds }));
  expect(VpcEndpoints).toMatchObject([
    { VpcEndpointType: "Interface", NetworkInterfaceIds: [], PrivateDnsEnabled: false },
  ]);
  const s3 = { VpcId, ServiceName: "com.amazonaws.ap-southeast-2.s3" };
  const RouteTableIds = [RouteTableId];
  await again.send(new CreateVpcEndpointCommand({ ...s3, RouteTableIds }));
});
