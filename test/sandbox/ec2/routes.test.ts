import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeTagsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  type EC2Client,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";

const everywhere = "0.0.0.0/0";

async function open() {
  const ec2 = ec2Client(await createSandbox({ consistency: { maxMilliseconds: 0 } }));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  const subnet = async (CidrBlock: string) => {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }));
    return Subnet?.SubnetId ?? "";
  };
  return { ec2, VpcId, subnet };
}

async function tablesOf(ec2: EC2Client, vpcId: string): Promise<RouteTable[]> {
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  return RouteTables;
}

async function mainOf(ec2: EC2Client, vpcId: string): Promise<RouteTable> {
  const tables = await tablesOf(ec2, vpcId);
  const main = tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  if (main === undefined) throw new Error("there is no main route table");
  return main;
}

async function attachGateway(ec2: EC2Client, VpcId: string): Promise<string> {
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  return InternetGatewayId;
}

const codeOf = async (work: Promise<unknown>) => (await refusal(work)).code;

test("a default VPC comes with a gateway and a main route to it, a new one with neither", async () => {
  const { ec2, VpcId } = await open();
  const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({}));
  expect(InternetGateways).toHaveLength(1);
  const [gateway] = InternetGateways ?? [];
  const { VpcId: defaultVpc = "", State } = gateway?.Attachments?.[0] ?? {};
  expect(State).toBe("available");
  const main = await mainOf(ec2, defaultVpc);
  expect(main.Routes).toMatchObject([
    { DestinationCidrBlock: "172.31.0.0/16", GatewayId: "local", State: "active" },
    {
      DestinationCidrBlock: everywhere,
      GatewayId: gateway?.InternetGatewayId,
      State: "active",
      Origin: "CreateRoute",
    },
  ]);
  expect(await tablesOf(ec2, VpcId)).toMatchObject([
    {
      Associations: [{ Main: true, AssociationState: { State: "associated" } }],
      Routes: [{ DestinationCidrBlock: "10.1.0.0/16", GatewayId: "local" }],
    },
  ]);
});

test("a gateway is attached to one VPC, a VPC has one gateway, and an attached one stays", async () => {
  const { ec2, VpcId } = await open();
  const InternetGatewayId = await attachGateway(ec2, VpcId);
  const attach = (id: string) =>
    ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: id }));
  expect(await codeOf(attach(InternetGatewayId))).toBe("Resource.AlreadyAssociated");
  const { InternetGateway } = await ec2.send(
    new CreateInternetGatewayCommand({
      TagSpecifications: [
        { ResourceType: "internet-gateway", Tags: [{ Key: "team", Value: "network" }] },
      ],
    }),
  );
  const other = InternetGateway?.InternetGatewayId ?? "";
  expect((await refusal(attach(other))).message).toContain("already has an internet gateway");
  const remove = (id: string) =>
    ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id }));
  expect(await codeOf(remove(InternetGatewayId))).toBe("DependencyViolation");
  const detach = () => ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  await detach();
  expect(await codeOf(detach())).toBe("Gateway.NotAttached");
  await remove(InternetGatewayId);
  expect(await codeOf(remove(InternetGatewayId))).toBe("InvalidInternetGatewayID.NotFound");
  const { Tags } = await ec2.send(new DescribeTagsCommand({}));
  expect(Tags).toContainEqual({
    ResourceId: other,
    ResourceType: "internet-gateway",
    Key: "team",
    Value: "network",
  });
});

test("gateways are five a region, as VPCs are", async () => {
  const { ec2 } = await open();
  const create = () => ec2.send(new CreateInternetGatewayCommand({}));
  for (let count = 1; count < 5; count += 1) await create();
  expect(await codeOf(create())).toBe("InternetGatewayLimitExceeded");
});

test("a route is made once, replaced, deleted; where its gateway is gone it is a black hole", async () => {
  const { ec2, VpcId } = await open();
  const GatewayId = await attachGateway(ec2, VpcId);
  const { RouteTableId } = await mainOf(ec2, VpcId);
  const route = { RouteTableId, DestinationCidrBlock: everywhere, GatewayId };
  expect((await refusal(ec2.send(new ReplaceRouteCommand(route)))).message).toContain(
    "Use CreateRoute instead",
  );
  await ec2.send(new CreateRouteCommand(route));
  expect(await codeOf(ec2.send(new CreateRouteCommand(route)))).toBe("RouteAlreadyExists");
  await ec2.send(new ReplaceRouteCommand(route));
  const states = async () => (await mainOf(ec2, VpcId)).Routes?.map(({ State }) => State);
  expect(await states()).toEqual(["active", "active"]);
  await ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  expect(await states()).toEqual(["active", "blackhole"]);
  const remove = (DestinationCidrBlock: string) =>
    ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
  await remove(everywhere);
  expect(await states()).toEqual(["active"]);
  expect(await codeOf(remove(everywhere))).toBe("InvalidRoute.NotFound");
  expect((await refusal(remove("10.1.0.0/16"))).message).toContain("cannot remove local route");
});

test("a route leads out of the VPC, to that VPC's own gateway", async () => {
  const { ec2, VpcId } = await open();
  const { RouteTableId } = await mainOf(ec2, VpcId);
  const { InternetGateways } = await ec2.send(new DescribeInternetGatewaysCommand({}));
  const theirs = InternetGateways?.[0]?.InternetGatewayId;
  const create = (DestinationCidrBlock: string, GatewayId: string | undefined) =>
    refusal(ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId })));
  expect((await create(everywhere, theirs)).message).toContain("belong to different networks");
  expect((await create("10.1.5.0/24", theirs)).message).toContain("more specific");
  expect((await create(everywhere, "igw-00000000000000000")).code).toBe(
    "InvalidGatewayID.NotFound",
  );
});

test("a subnet has the main table, or one of its own", async () => {
  const { ec2, VpcId, subnet } = await open();
  const SubnetId = await subnet("10.1.1.0/24");
  const create = async () => {
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    return RouteTable?.RouteTableId ?? "";
  };
  const [one, other] = [await create(), await create()];
  const associate = (RouteTableId: string) =>
    ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  const { AssociationId } = await associate(one);
  expect(await codeOf(associate(other))).toBe("Resource.AlreadyAssociated");
  const byOwn = [{ Name: "association.subnet-id", Values: [SubnetId] }];
  const found = async () => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters: byOwn }));
    return RouteTables?.map(({ RouteTableId }) => RouteTableId);
  };
  expect(await found()).toEqual([one]);
  const remove = (RouteTableId: string) => ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
  expect(await codeOf(remove(one))).toBe("DependencyViolation");
  const { NewAssociationId } = await ec2.send(
    new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: other }),
  );
  expect(await found()).toEqual([other]);
  await remove(one);
  const leave = (id: string | undefined) =>
    ec2.send(new DisassociateRouteTableCommand({ AssociationId: id }));
  expect(await codeOf(leave(AssociationId))).toBe("InvalidAssociationID.NotFound");
  await leave(NewAssociationId);
  expect(await found()).toEqual([]);
  await associate(other);
  await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await remove(other);
});

test("a table that is asked for again with its token is the same one", async () => {
  const { ec2, VpcId } = await open();
  const create = async (vpc: string) => {
    const command = new CreateRouteTableCommand({ VpcId: vpc, ClientToken: "one" });
    return (await ec2.send(command)).RouteTable?.RouteTableId;
  };
  expect(await create(VpcId)).toBe(await create(VpcId));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.2.0.0/16" }));
  expect(await codeOf(create(Vpc?.VpcId ?? ""))).toBe("IdempotentParameterMismatch");
});

test("another table can be made the main one; it can be neither left nor deleted", async () => {
  const { ec2, VpcId } = await open();
  const before = await mainOf(ec2, VpcId);
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? "";
  const [association] = before.Associations ?? [];
  const AssociationId = association?.RouteTableAssociationId;
  const leave = ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
  expect((await refusal(leave)).message).toContain("cannot disassociate the main");
  const change = { AssociationId, RouteTableId };
  await ec2.send(new ReplaceRouteTableAssociationCommand(change));
  expect((await mainOf(ec2, VpcId)).RouteTableId).toBe(RouteTableId);
  expect(await codeOf(ec2.send(new DeleteRouteTableCommand({ RouteTableId })))).toBe(
    "DependencyViolation",
  );
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId: before.RouteTableId }));
});

test("a VPC goes when its gateway and its other route tables have gone", async () => {
  const { ec2, VpcId } = await open();
  const InternetGatewayId = await attachGateway(ec2, VpcId);
  const remove = () => ec2.send(new DeleteVpcCommand({ VpcId }));
  expect(await codeOf(remove())).toBe("DependencyViolation");
  await ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  expect(await codeOf(remove())).toBe("DependencyViolation");
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
  await remove();
  expect(await tablesOf(ec2, VpcId)).toEqual([]);
});
