import {
  CreateSubnetCommand,
  CreateTagsCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeTagsCommand,
  DetachInternetGatewayCommand,
  ReleaseAddressCommand,
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

async function openPublic(options = {}) {
  const network = await openNetwork(options);
  const SubnetId = await network.subnet("10.1.0.0/24");
  const InternetGatewayId = await network.gateway();
  await network.table([SubnetId], { GatewayId: InternetGatewayId });
  return { ...network, SubnetId, InternetGatewayId };
}

test("a zonal gateway takes its time, and has its address on a network interface in its subnet", async () => {
  const { ec2, SubnetId, VpcId, address, nat, described, interfaces } = await openPublic();
  const AllocationId = await address();
  const id = await nat({ SubnetId, AllocationId });
  expect(await described(id)).toMatchObject({ State: "pending", AvailabilityMode: "zonal" });
  await pass(91);
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
  const [{ PublicIp = "", AssociationId = "", NetworkInterfaceId = "" } = {}] = Addresses ?? [];
  expect(await described(id)).toMatchObject({
    State: "available",
    SubnetId,
    VpcId,
    ConnectivityType: "public",
    NatGatewayAddresses: [
      { AllocationId, PublicIp, AssociationId, NetworkInterfaceId, IsPrimary: true },
    ],
  });
  expect(await interfaces()).toMatchObject([
    {
      NetworkInterfaceId,
      Description: `Interface for NAT Gateway ${id}`,
      InterfaceType: "nat_gateway",
      RequesterManaged: true,
      SubnetId,
      Groups: [],
      SourceDestCheck: false,
      Association: { PublicIp, AllocationId, AssociationId },
    },
  ]);
});

test("a deleted gateway gives its address and its interface back after a minute, and is listed for an hour", async () => {
  const { ec2, SubnetId, address, nat, described, interfaces } = await openPublic();
  const AllocationId = await address();
  const id = await nat({ SubnetId, AllocationId });
  await pass(91);
  const release = () => ec2.send(new ReleaseAddressCommand({ AllocationId }));
  expect(await codeOf(release())).toBe("AuthFailure");
  const remove = () => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  await remove();
  expect((await described(id)).State).toBe("deleting");
  expect(await codeOf(release())).toBe("AuthFailure");
  await pass(61);
  expect((await described(id)).State).toBe("deleted");
  expect(await interfaces()).toEqual([]);
  await remove();
  expect((await described(id)).State).toBe("deleted");
  await release();
  expect(await codeOf(release())).toBe("InvalidAllocationID.NotFound");
  await pass(3600);
  expect(await codeOf(remove())).toBe("NatGatewayNotFound");
  expect(await codeOf(described(id))).toBe("NatGatewayNotFound");
});

test.each([
  {
    code: "Gateway.NotAttached",
    message: /^Network vpc-\w+ has no Internet gateway attached$/,
    spoil: async ({ ec2, VpcId, InternetGatewayId }: Awaited<ReturnType<typeof openPublic>>) => {
      await ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
      await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    },
  },
  {
    code: "InvalidAllocationID.NotFound",
    message: /^Elastic IP address eipalloc-\w+ could not be associated/,
    spoil: async ({ ec2 }: Awaited<ReturnType<typeof openPublic>>, AllocationId: string) => {
      await ec2.send(new ReleaseAddressCommand({ AllocationId }));
    },
  },
  {
    code: "Resource.AlreadyAssociated",
    message: /^Elastic IP address eipalloc-\w+ is already associated$/,
    spoil: async (
      { nat, SubnetId }: Awaited<ReturnType<typeof openPublic>>,
      AllocationId: string,
    ) => {
      await nat({ SubnetId, AllocationId });
    },
  },
  {
    code: "InternalError",
    message: /^Network interface eni-\w+, created and used internally/,
    spoil: async ({ sandbox }: Awaited<ReturnType<typeof openPublic>>) => {
      sandbox.setFaults({ rules: [{ happening: "nat-gateway-fails", times: 1 }] });
    },
  },
])("a gateway fails with $code", async ({ code, message, spoil }) => {
  const network = await openPublic();
  const AllocationId = await network.address();
  await spoil(network, AllocationId);
  const id = await network.nat({ SubnetId: network.SubnetId, AllocationId });
  const begun = await network.described(id);
  expect(begun).toMatchObject({ State: "pending" });
  expect(begun).not.toHaveProperty("FailureCode");
  await pass(201);
  expect(await network.described(id)).toMatchObject({
    State: "failed",
    FailureCode: code,
    FailureMessage: expect.stringMatching(message),
  });
});

test("a gateway that fails by itself gives its address back, and can be deleted", async () => {
  const { ec2, SubnetId, address, nat, described, interfaces } = await openPublic({
    faults: { rules: [{ happening: "nat-gateway-fails" }] },
  });
  const AllocationId = await address();
  const id = await nat({ SubnetId, AllocationId });
  await pass(91);
  expect((await described(id)).State).toBe("failed");
  expect(await interfaces()).toEqual([]);
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  await pass(61);
  expect((await described(id)).State).toBe("deleted");
});

test("a full subnet fails the gateway", async () => {
  const { ec2, subnet, address, nat, described, sandbox } = await openPublic();
  const SubnetId = await subnet("10.1.9.0/28");
  for (let count = 0; count < 11; count += 1) {
    await sandbox.call("ec2", "CreateNetworkInterface", { SubnetId });
  }
  const id = await nat({ SubnetId, AllocationId: await address() });
  await pass(201);
  expect(await described(id)).toMatchObject({
    State: "failed",
    FailureCode: "InsufficientFreeAddressesInSubnet",
  });
  expect((await ec2.send(new DescribeAddressesCommand({}))).Addresses).toMatchObject([{}]);
});

test("the same client token is the same gateway, even a deleted one", async () => {
  const { ec2, SubnetId, address, nat, described } = await openPublic();
  const AllocationId = await address();
  const wish = { SubnetId, AllocationId, ClientToken: "once" };
  const id = await nat(wish);
  expect(await nat(wish)).toBe(id);
  expect(await codeOf(nat({ ...wish, AllocationId: await address() }))).toBe(
    "IdempotentParameterMismatch",
  );
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  await pass(61);
  expect(await nat(wish)).toBe(id);
  expect((await described(id)).State).toBe("deleted");
  expect(await nat({ ...wish, ClientToken: "twice" })).not.toBe(id);
});

test("a regional gateway has addresses of AWS in each zone with subnets, and a route table of its own", async () => {
  const { ec2, VpcId, InternetGatewayId, subnet, nat, described, routes, interfaces, address } =
    await openPublic();
  await subnet("10.1.1.0/24", "b");
  const id = await nat({ VpcId, AvailabilityMode: "regional" });
  await pass(91);
  const { NatGatewayAddresses = [], RouteTableId = "", ...gateway } = await described(id);
  expect(gateway).toMatchObject({ State: "available", VpcId, AvailabilityMode: "regional" });
  expect(gateway).not.toHaveProperty("SubnetId");
  expect(NatGatewayAddresses.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([
    "ap-southeast-2a",
    "ap-southeast-2b",
  ]);
  expect(await routes(RouteTableId)).toMatchObject([
    { GatewayId: "local" },
    { DestinationCidrBlock: "0.0.0.0/0", GatewayId: InternetGatewayId, State: "active" },
  ]);
  expect(await codeOf(ec2.send(new DeleteRouteTableCommand({ RouteTableId })))).toBe(
    "DependencyViolation",
  );
  expect(await interfaces()).toEqual([]);
  // They are shown, and count for nothing.
  const listed = await ec2.send(new DescribeAddressesCommand({}));
  expect(listed.Addresses).toMatchObject([
    { ServiceManaged: "rnat", PublicIp: NatGatewayAddresses[0]?.PublicIp },
    { ServiceManaged: "rnat", PublicIp: NatGatewayAddresses[1]?.PublicIp },
  ]);
  const AllocationId = NatGatewayAddresses[0]?.AllocationId;
  expect(await codeOf(ec2.send(new ReleaseAddressCommand({ AllocationId })))).toBe("AuthFailure");
  for (let count = 0; count < 5; count += 1) await address();
  expect(await refusal(address())).toMatchObject({
    code: "AddressLimitExceeded",
    message: "The maximum number of addresses has been reached.",
  });
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  await pass(61);
  expect(await codeOf(routes(RouteTableId))).toBe("InvalidRouteTableID.NotFound");
  const left = await ec2.send(new DescribeAddressesCommand({}));
  expect(left.Addresses?.filter(({ ServiceManaged }) => ServiceManaged !== undefined)).toEqual([]);
});

test("a regional gateway follows the zones of the subnets", async () => {
  const { ec2, VpcId, SubnetId, nat, described } = await openPublic();
  const id = await nat({ VpcId, AvailabilityMode: "regional" });
  await pass(91);
  const [first] = (await described(id)).NatGatewayAddresses ?? [];
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId,
      CidrBlock: "10.1.2.0/24",
      AvailabilityZone: "ap-southeast-2c",
    }),
  );
  await pass(1201);
  expect((await described(id)).NatGatewayAddresses).toMatchObject([
    { AvailabilityZone: "ap-southeast-2a", PublicIp: first?.PublicIp },
    { AvailabilityZone: "ap-southeast-2c" },
  ]);
  await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await pass(1201);
  expect((await described(id)).NatGatewayAddresses).toMatchObject([
    { AvailabilityZone: "ap-southeast-2c" },
  ]);
  expect(Subnet?.AvailabilityZone).toBe("ap-southeast-2c");
});

test("a regional gateway in a VPC without an internet gateway fails", async () => {
  const { VpcId, nat, described } = await openNetwork();
  const id = await nat({ VpcId, AvailabilityMode: "regional" });
  await pass(201);
  expect(await described(id)).toMatchObject({
    State: "failed",
    FailureCode: "Gateway.NotAttached",
    NatGatewayAddresses: [],
  });
});

test("parameters belong to their mode", async () => {
  const { VpcId, SubnetId, address, nat } = await openPublic();
  const AllocationId = await address();
  expect(await codeOf(nat({ SubnetId }))).toBe("MissingParameter");
  expect(await codeOf(nat({ AllocationId }))).toBe("MissingParameter");
  expect(await codeOf(nat({ VpcId, SubnetId, AvailabilityMode: "regional" }))).toBe(
    "InvalidParameterCombination",
  );
  expect(await codeOf(nat({ SubnetId: "subnet-0123", AllocationId }))).toBe(
    "InvalidSubnetID.NotFound",
  );
});

test("five gateways fit in a zone", async () => {
  const { SubnetId, subnet, address, nat } = await openPublic({
    quotas: { "elastic-ip-addresses": 10 },
  });
  for (let count = 0; count < 5; count += 1) await nat({ SubnetId, AllocationId: await address() });
  const AllocationId = await address();
  expect(await codeOf(nat({ SubnetId, AllocationId }))).toBe("NatGatewayLimitExceeded");
  await nat({ SubnetId: await subnet("10.1.7.0/24", "b"), AllocationId });
});

test("a gateway and an address are found by tags, ids and states", async () => {
  const { ec2, VpcId, SubnetId, address, nat } = await openPublic();
  const AllocationId = await address();
  const id = await nat({
    SubnetId,
    AllocationId,
    TagSpecifications: [{ ResourceType: "natgateway", Tags: [{ Key: "team", Value: "network" }] }],
  });
  await ec2.send(
    new CreateTagsCommand({
      Resources: [AllocationId],
      Tags: [{ Key: "team", Value: "network" }],
    }),
  );
  const tagged = [{ Name: "tag:team", Values: ["network"] }];
  const of = async (Filter: { Name: string; Values: string[] }[]) => {
    const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ Filter }));
    return NatGateways?.map(({ NatGatewayId }) => NatGatewayId);
  };
  expect(await of(tagged)).toEqual([id]);
  expect(await of([{ Name: "vpc-id", Values: [VpcId] }])).toEqual([id]);
  expect(await of([{ Name: "state", Values: ["available"] }])).toEqual([]);
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ Filters: tagged }));
  expect(Addresses).toMatchObject([{ AllocationId, Domain: "vpc" }]);
  const { Tags } = await ec2.send(new DescribeTagsCommand({ Filters: tagged }));
  expect(Tags?.map(({ ResourceType }) => ResourceType)).toEqual(
    expect.arrayContaining(["natgateway", "elastic-ip"]),
  );
});

test("what a gateway holds cannot be deleted before it", async () => {
  const { ec2, VpcId, SubnetId, InternetGatewayId, address, nat } = await openPublic();
  const id = await nat({ SubnetId, AllocationId: await address() });
  await pass(91);
  const detach = () => ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const removeSubnet = () => ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  expect(await refusal(detach())).toMatchObject({
    code: "DependencyViolation",
    message: `Network ${VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
  });
  expect(await codeOf(removeSubnet())).toBe("DependencyViolation");
  await pass(61);
  await detach();
  await removeSubnet();
});

test("a regional gateway holds the internet gateway and the VPC", async () => {
  const { ec2, VpcId, InternetGatewayId, sandbox } = await openPublic();
  const { NatGateway } = (await sandbox.call("ec2", "CreateNatGateway", {
    VpcId,
    AvailabilityMode: "regional",
  })) as { NatGateway: { NatGatewayId: string } };
  await pass(91);
  const detach = () => ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  expect(await codeOf(detach())).toBe("DependencyViolation");
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway.NatGatewayId }));
  expect(await codeOf(detach())).toBe("DependencyViolation");
  await pass(61);
  await detach();
  expect(await codeOf(ec2.send(new DeleteVpcCommand({ VpcId })))).toBe("DependencyViolation");
});

test("a failed gateway that goes leaves the address to the one that has it", async () => {
  const { ec2, SubnetId, address, nat, described } = await openPublic();
  const AllocationId = await address();
  await nat({ SubnetId, AllocationId });
  await pass(91);
  const failed = await nat({ SubnetId, AllocationId });
  await pass(201);
  expect((await described(failed))?.State).toBe("failed");
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: failed }));
  await pass(61);
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
  expect(Addresses?.[0]?.AssociationId).toMatch(/^eipassoc-/);
});
