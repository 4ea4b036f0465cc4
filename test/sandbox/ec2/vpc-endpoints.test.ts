import {
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteManagedPrefixListCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointCommandInput,
  type VpcEndpoint,
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

const codeOf = async (work: Promise<unknown>) => (await refusal(work)).code;

const region = "com.amazonaws.ap-southeast-2";

async function open() {
  const network = await openNetwork();
  const { ec2, VpcId } = network;
  const create = async (input: Omit<CreateVpcEndpointCommandInput, "VpcId">) => {
    const made = await ec2.send(new CreateVpcEndpointCommand({ VpcId, ...input }));
    return made.VpcEndpoint ?? {};
  };
  const ssm = (input: Omit<CreateVpcEndpointCommandInput, "VpcId"> = {}) =>
    create({ VpcEndpointType: "Interface", ServiceName: `${region}.ssm`, ...input });
  return {
    ...network,
    create,
    ssm,
    async described(id: string | undefined): Promise<VpcEndpoint> {
      const VpcEndpointIds = [id ?? ""];
      const answer = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds }));
      return answer.VpcEndpoints?.[0] ?? {};
    },
    modify: (input: ModifyVpcEndpointCommandInput) => ec2.send(new ModifyVpcEndpointCommand(input)),
    remove: (id: string | undefined) =>
      ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id ?? ""] })),
    async privateNames(): Promise<void> {
      const EnableDnsHostnames = { Value: true };
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames }));
    },
    async group(GroupName: string): Promise<string> {
      const wish = { GroupName, Description: GroupName, VpcId };
      const { GroupId = "" } = await ec2.send(new CreateSecurityGroupCommand(wish));
      return GroupId;
    },
  };
}

test("a gateway endpoint is a route to the prefix list of its service in each of its tables", async () => {
  const { ec2, create, table, routes, described, modify, remove } = await open();
  const first = await table([]);
  const second = await table([]);
  const ServiceName = `${region}.s3`;
  const made = await create({ ServiceName, RouteTableIds: [first] });
  expect(made).toMatchObject({
    VpcEndpointType: "Gateway",
    State: "available",
    RouteTableIds: [first],
  });
  const Filters = [{ Name: "prefix-list-name", Values: [ServiceName] }];
  const { PrefixLists } = await ec2.send(new DescribeManagedPrefixListsCommand({ Filters }));
  expect(PrefixLists).toMatchObject([{ OwnerId: "AWS" }]);
  const DestinationPrefixListId = PrefixLists?.[0]?.PrefixListId;
  expect(await routes(first)).toMatchObject([
    { GatewayId: "local" },
    { DestinationPrefixListId, GatewayId: made.VpcEndpointId, State: "active" },
  ]);
  expect(await refusal(create({ ServiceName, RouteTableIds: [first] }))).toMatchObject({
    code: "RouteAlreadyExists",
    message: `route table ${first} already has a route with destination-prefix-list-id ${DestinationPrefixListId}`,
  });
  await modify({
    VpcEndpointId: made.VpcEndpointId,
    AddRouteTableIds: [second],
    RemoveRouteTableIds: [first],
  });
  expect(await routes(first)).toHaveLength(1);
  expect(await routes(second)).toHaveLength(2);
  expect((await described(made.VpcEndpointId)).RouteTableIds).toEqual([second]);
  await remove(made.VpcEndpointId);
  expect(await routes(second)).toHaveLength(1);
  expect((await described(made.VpcEndpointId)).State).toBe("deleting");
  await pass(6);
  expect(await codeOf(described(made.VpcEndpointId))).toBe("InvalidVpcEndpointId.NotFound");
});

test("AWS's own prefix lists cannot be deleted", async () => {
  const { ec2 } = await open();
  const { PrefixLists } = await ec2.send(new DescribeManagedPrefixListsCommand({}));
  const PrefixListId = PrefixLists?.[0]?.PrefixListId;
  expect(await codeOf(ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId })))).toBe(
    "UnauthorizedOperation",
  );
});

test("a gateway endpoint serves only the tables of its VPC and the services that have one", async () => {
  const { ec2, create, sandbox } = await open();
  expect(await refusal(create({ ServiceName: `${region}.ssm` }))).toMatchObject({
    code: "InvalidParameter",
    message: "Vpc Endpoint type (Gateway) does not match available service types ([Interface]).",
  });
  expect(await codeOf(create({ ServiceName: "com.amazonaws.us-east-1.s3" }))).toBe(
    "InvalidServiceName",
  );
  const { Vpc } = (await sandbox.call("ec2", "CreateVpc", { CidrBlock: "10.9.0.0/16" })) as {
    Vpc: { VpcId: string };
  };
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: Vpc.VpcId }));
  const RouteTableIds = [RouteTable?.RouteTableId ?? ""];
  expect(await codeOf(create({ ServiceName: `${region}.s3`, RouteTableIds }))).toBe(
    "InvalidParameterValue",
  );
});

test("an interface endpoint has an interface in each subnet, with the default group unless told", async () => {
  const { ec2, VpcId, ssm, subnet, described, interfaces } = await open();
  const SubnetIds = [await subnet("10.1.0.0/24"), await subnet("10.1.1.0/24", "b")];
  const made = await ssm({ SubnetIds });
  expect(made).toMatchObject({ State: "pending", PrivateDnsEnabled: false, SubnetIds });
  await pass(91);
  const ended = await described(made.VpcEndpointId);
  expect(ended.State).toBe("available");
  const Filters = [
    { Name: "vpc-id", Values: [VpcId] },
    { Name: "group-name", Values: ["default"] },
  ];
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const GroupId = SecurityGroups?.[0]?.GroupId;
  expect(ended.Groups).toEqual([{ GroupId, GroupName: "default" }]);
  const found = await interfaces();
  expect(found.map(({ NetworkInterfaceId }) => NetworkInterfaceId)).toEqual(
    ended.NetworkInterfaceIds,
  );
  expect(found).toMatchObject(
    SubnetIds.map((SubnetId) => ({
      SubnetId,
      Description: `VPC Endpoint Interface ${made.VpcEndpointId}`,
      InterfaceType: "vpc_endpoint",
      RequesterManaged: true,
      Groups: [{ GroupId }],
    })),
  );
});

test("a deleted interface endpoint holds its subnets, groups and VPC for two minutes", async () => {
  const { ec2, VpcId, ssm, subnet, group, described, remove, interfaces } = await open();
  const SubnetId = await subnet("10.1.0.0/24");
  const GroupId = await group("endpoints");
  const made = await ssm({ SubnetIds: [SubnetId], SecurityGroupIds: [GroupId] });
  await pass(91);
  expect(await remove(made.VpcEndpointId)).toMatchObject({ Unsuccessful: [] });
  expect((await described(made.VpcEndpointId)).State).toBe("deleting");
  const removeSubnet = () => ec2.send(new DeleteSubnetCommand({ SubnetId }));
  const removeGroup = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  const removeVpc = () => ec2.send(new DeleteVpcCommand({ VpcId }));
  for (const each of [removeSubnet, removeGroup, removeVpc]) {
    expect(await codeOf(each())).toBe("DependencyViolation");
  }
  await pass(121);
  expect(await interfaces()).toEqual([]);
  await removeSubnet();
  await removeGroup();
  await removeVpc();
  expect(await remove(made.VpcEndpointId)).toMatchObject({
    Unsuccessful: [{ Error: { Code: "InvalidVpcEndpointId.NotFound" } }],
  });
});

test("a VPC is not deleted while it has a gateway endpoint", async () => {
  const { ec2, VpcId, create, remove } = await open();
  const { VpcEndpointId } = await create({ ServiceName: `${region}.s3` });
  const removeVpc = () => ec2.send(new DeleteVpcCommand({ VpcId }));
  expect(await codeOf(removeVpc())).toBe("DependencyViolation");
  await remove(VpcEndpointId);
  await pass(6);
  await removeVpc();
});

test("private DNS needs the VPC's DNS, and one name serves one endpoint", async () => {
  const { VpcId, ssm, subnet, described, modify, remove, privateNames } = await open();
  const SubnetIds = [await subnet("10.1.0.0/24")];
  const wish = { SubnetIds, PrivateDnsEnabled: true };
  expect(await refusal(ssm(wish))).toMatchObject({
    code: "InvalidParameter",
    message: `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${VpcId}`,
  });
  await privateNames();
  const first = await ssm(wish);
  expect(first).toMatchObject({
    PrivateDnsEnabled: true,
    DnsEntries: [{ DnsName: "ssm.ap-southeast-2.amazonaws.com" }],
  });
  const conflict = {
    code: "InvalidParameter",
    message: `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ssm.ap-southeast-2.amazonaws.com in the VPC ${VpcId}`,
  };
  expect(await refusal(ssm(wish))).toMatchObject(conflict);
  const second = await ssm({ SubnetIds });
  const switchOn = () => modify({ VpcEndpointId: second.VpcEndpointId, PrivateDnsEnabled: true });
  expect(await refusal(switchOn())).toMatchObject(conflict);
  await remove(first.VpcEndpointId);
  // The name is free when the endpoint is gone, not before.
  expect(await refusal(switchOn())).toMatchObject(conflict);
  await pass(121);
  await switchOn();
  expect((await described(second.VpcEndpointId)).PrivateDnsEnabled).toBe(true);
});

test("subnets and groups change in place, with one subnet in a zone", async () => {
  const { ec2, ssm, subnet, group, described, modify, interfaces } = await open();
  const [inA, alsoInA, inB] = [
    await subnet("10.1.0.0/24"),
    await subnet("10.1.1.0/24"),
    await subnet("10.1.2.0/24", "b"),
  ];
  const [old, other] = [await group("old"), await group("other")];
  const { VpcEndpointId } = await ssm({ SubnetIds: [inA], SecurityGroupIds: [old] });
  expect(await refusal(modify({ VpcEndpointId, AddSubnetIds: [alsoInA] }))).toMatchObject({
    code: "DuplicateSubnetsInSameZone",
    message: `Found another VPC endpoint subnet in the availability zone of ${alsoInA}`,
  });
  await modify({
    VpcEndpointId,
    AddSubnetIds: [inB],
    RemoveSubnetIds: [inA],
    AddSecurityGroupIds: [other],
    RemoveSecurityGroupIds: [old],
  });
  const ended = await described(VpcEndpointId);
  expect(ended).toMatchObject({ SubnetIds: [inB], Groups: [{ GroupId: other }] });
  const removeSubnet = () => ec2.send(new DeleteSubnetCommand({ SubnetId: inA }));
  expect(await codeOf(removeSubnet())).toBe("DependencyViolation");
  await pass(121);
  await removeSubnet();
  expect(await interfaces()).toMatchObject([{ SubnetId: inB, Groups: [{ GroupId: other }] }]);
  expect(await codeOf(modify({ VpcEndpointId, RemoveSecurityGroupIds: [other] }))).toBe(
    "InvalidParameter",
  );
  expect(await codeOf(modify({ VpcEndpointId, AddRouteTableIds: ["rtb-1"] }))).toBe(
    "InvalidParameter",
  );
});

test("the same client token is the same endpoint", async () => {
  const { ssm, create } = await open();
  const one = await ssm({ ClientToken: "once" });
  expect((await ssm({ ClientToken: "once" })).VpcEndpointId).toBe(one.VpcEndpointId);
  expect(await codeOf(create({ ServiceName: `${region}.s3`, ClientToken: "once" }))).toBe(
    "IdempotentParameterMismatch",
  );
});

test("endpoints are found by tags, types and services", async () => {
  const { ec2, VpcId, create, ssm } = await open();
  const Tags = [{ Key: "team", Value: "network" }];
  const { VpcEndpointId } = await create({
    ServiceName: `${region}.s3`,
    TagSpecifications: [{ ResourceType: "vpc-endpoint", Tags }],
  });
  await ssm();
  for (const [Name = "", value = ""] of [
    ["tag:team", "network"],
    ["vpc-endpoint-type", "Gateway"],
    ["service-name", `${region}.s3`],
    ["vpc-endpoint-state", "available"],
  ]) {
    const Filters = [
      { Name, Values: [value] },
      { Name: "vpc-id", Values: [VpcId] },
    ];
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
    expect(VpcEndpoints).toMatchObject([{ VpcEndpointId }]);
    expect(VpcEndpoints).toHaveLength(1);
  }
  const { Tags: all } = await ec2.send(new DescribeTagsCommand({}));
  expect(all).toMatchObject([{ ResourceId: VpcEndpointId, ResourceType: "vpc-endpoint" }]);
});
