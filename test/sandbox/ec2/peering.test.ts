import {
  AcceptVpcPeeringConnectionCommand,
  CreateRouteCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeVpcPeeringConnectionsCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openNetwork, pass } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open(CidrBlock: string) {
  const network = await openNetwork();
  const { ec2, VpcId } = network;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock }));
  const PeerVpcId = Vpc?.VpcId ?? "";
  const made = await ec2.send(new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }));
  const id = { VpcPeeringConnectionId: made.VpcPeeringConnection?.VpcPeeringConnectionId ?? "" };
  const found = async (Name: string, value: string) => {
    const Filters = [{ Name, Values: [value] }];
    const answer = await ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters }));
    return answer.VpcPeeringConnections ?? [];
  };
  return { ...network, PeerVpcId, id, found };
}

test("a peering connection is asked for, accepted, routed to, and deleted", async () => {
  const { ec2, VpcId, PeerVpcId, id, found, table, routes } = await open("10.2.0.0/16");
  expect(await found("status-code", "pending-acceptance")).toMatchObject([id]);
  await ec2.send(new AcceptVpcPeeringConnectionCommand(id));
  const active = {
    ...id,
    Status: { Code: "active" },
    RequesterVpcInfo: { VpcId, CidrBlock: "10.1.0.0/16" },
    AccepterVpcInfo: { VpcId: PeerVpcId, CidrBlock: "10.2.0.0/16" },
  };
  expect(await found("requester-vpc-info.vpc-id", VpcId)).toMatchObject([active]);
  expect(await found("accepter-vpc-info.vpc-id", PeerVpcId)).toMatchObject([active]);
  const RouteTableId = await table([]);
  const DestinationCidrBlock = "10.2.0.0/16";
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, ...id }));
  expect((await routes(RouteTableId))[1]).toMatchObject({ ...id, State: "active" });
  const removeVpc = () => ec2.send(new DeleteVpcCommand({ VpcId: PeerVpcId }));
  expect((await refusal(removeVpc())).code).toBe("DependencyViolation");
  await ec2.send(new DeleteVpcPeeringConnectionCommand(id));
  expect((await routes(RouteTableId))[1]).toMatchObject({ ...id, State: "blackhole" });
  await removeVpc();
  expect(await found("status-code", "deleted")).toMatchObject([id]);
  await pass(7201);
  expect(await found("status-code", "deleted")).toEqual([]);
});

test("overlapping ranges fail the connection", async () => {
  const { ec2, id, found } = await open("10.1.128.0/17");
  expect(await found("status-code", "failed")).toMatchObject([
    { ...id, Status: { Message: expect.stringContaining("overlapping CIDR range") } },
  ]);
  expect((await refusal(ec2.send(new AcceptVpcPeeringConnectionCommand(id)))).code).toBe(
    "InvalidStateTransition",
  );
});

test("nobody's acceptance in a week lets it expire", async () => {
  const { id, found } = await open("10.2.0.0/16");
  await pass(7 * 24 * 3600 + 1);
  expect(await found("status-code", "expired")).toMatchObject([id]);
});
