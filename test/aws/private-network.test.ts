import { expect, test } from "vitest";
import type { Placement } from "../../src/aws/known-subnets.ts";
import type { Purpose, WantedNetwork } from "../../src/aws/network.ts";
import { type Account, openAccount } from "../resources/account.ts";
import { lookUpNetwork } from "../resources/security-group/network.ts";

const REGION = "ap-southeast-2";

/** A VPC with a public and a private subnet in each of two zones. */
interface Network {
  readonly vpcId: string;
  /** Ids by name: `a1` and `b1` are public, `a2` and `b2` private. */
  readonly ids: Readonly<Record<string, string>>;
  readonly privateTable: string;
}

async function openNetwork({ withNat = true }: { readonly withNat?: boolean } = {}) {
  const account = await openAccount();
  const network = await makeNetwork(account);
  if (withNat) await addNat(account, network);
  const { vpcId, ids } = network;
  const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const named = (names: string) => names.split(" ").map((name) => ids[name] ?? "");
  /** `a1 b1 | a2 b2`: the load balancer's and the servers'; and what is doubtful, and which calls it took. */
  const look = async (
    placement: Placement = { loadBalancer: [], servers: [] },
    purpose: Partial<Purpose> = {},
    wanted: WantedNetwork = { vpc: vpcId, zones: 2 },
  ) => {
    account.takeCalls();
    const { loadBalancerSubnets, subnets, doubts } = await account.pass(
      lookUpNetwork(account.clients, wanted, placement, { servers: "private", ...purpose }),
    );
    const shown = (places: readonly { readonly id: string }[]) =>
      places.map(({ id }) => byId.get(id) ?? id).join(" ");
    return {
      where: `${shown(loadBalancerSubnets)} | ${shown(subnets)}`,
      doubts: doubts.map(({ summary }) =>
        summary.replace(/subnet-\w+/g, (id) => byId.get(id) ?? id),
      ),
      calls: account.takeCalls().map(({ operation }) => operation.replace("ec2:Describe", "")),
    };
  };
  return { account, network, ids, named, look };
}

async function makeNetwork(account: Account): Promise<Network> {
  const { call } = account.sandbox;
  const idOf = async (operation: string, input: object, kind: string): Promise<string> => {
    const made = (await call("ec2", operation, input)) as Record<string, Record<string, string>>;
    await settle(account);
    return made[kind]?.[`${kind}Id`] ?? "";
  };
  const vpcId = await idOf("CreateVpc", { CidrBlock: "10.0.0.0/16" }, "Vpc");
  const InternetGatewayId = await idOf("CreateInternetGateway", {}, "InternetGateway");
  await call("ec2", "AttachInternetGateway", { VpcId: vpcId, InternetGatewayId });
  const [open, closed] = [
    await idOf("CreateRouteTable", { VpcId: vpcId }, "RouteTable"),
    await idOf("CreateRouteTable", { VpcId: vpcId }, "RouteTable"),
  ];
  await call("ec2", "CreateRoute", {
    RouteTableId: open,
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: InternetGatewayId,
  });
  const ids: Record<string, string> = {};
  for (const [index, name] of ["a1", "b1", "a2", "b2"].entries()) {
    const SubnetId = await idOf(
      "CreateSubnet",
      {
        VpcId: vpcId,
        AvailabilityZone: `${REGION}${name.charAt(0)}`,
        CidrBlock: `10.0.${index}.0/28`,
      },
      "Subnet",
    );
    ids[name] = SubnetId;
    const RouteTableId = name.endsWith("1") ? open : closed;
    await call("ec2", "AssociateRouteTable", { RouteTableId, SubnetId });
  }
  await settle(account);
  return { vpcId, ids, privateTable: closed };
}

/** A NAT gateway for the private subnets. */
async function addNat(account: Account, { ids, privateTable }: Network): Promise<void> {
  const { call } = account.sandbox;
  const { AllocationId } = (await call("ec2", "AllocateAddress", { Domain: "vpc" })) as {
    AllocationId: string;
  };
  await settle(account);
  const input = { SubnetId: ids["a1"], AllocationId };
  const { NatGateway } = (await call("ec2", "CreateNatGateway", input)) as {
    NatGateway: { NatGatewayId: string };
  };
  await account.pass(account.context.clock.sleep(300_000));
  await call("ec2", "CreateRoute", {
    RouteTableId: privateTable,
    DestinationCidrBlock: "0.0.0.0/0",
    NatGatewayId: NatGateway.NatGatewayId,
  });
  await settle(account);
}

function settle(account: Account): Promise<void> {
  return account.pass(account.context.clock.sleep(60_000));
}

test("private servers are behind a load balancer in the public subnets of their zones", async () => {
  const { look } = await openNetwork();
  expect(await look()).toEqual({
    where: "a1 b1 | a2 b2",
    doubts: [],
    calls: ["Subnets", "RouteTables", "InstanceTypeOfferings"],
  });
});

test("without a way out, they are told what they cannot reach", async () => {
  const { look } = await openNetwork({ withNat: false });
  expect(await look()).toMatchObject({
    where: "a1 b1 | a2 b2",
    doubts: [
      expect.stringMatching(/^(a2, b2|b2, a2) have no route to the internet: .* and a build/),
    ],
  });
});

test("public servers beside them are where their load balancer is", async () => {
  const { look } = await openNetwork();
  expect(await look(undefined, { servers: "public" })).toMatchObject({ where: "a1 b1 | a1 b1" });
});

test("a divided stack stays, and nothing more is looked up", async () => {
  const { account, look, named, network } = await openNetwork();
  const placement = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  const stays = { where: "a1 b1 | a2 b2", doubts: [], calls: ["Subnets"] };
  expect(await look(placement)).toEqual(stays);
  const subnets = named("b2 a1 a2 b1");
  expect(await look(placement, {}, { vpc: "default", subnets })).toEqual(stays);
  // Somebody adds subnets that could serve as well.
  await addSubnet(account, network);
  expect(await look(placement)).toEqual(stays);
});

test("a stack with public servers moves them, and says so", async () => {
  const { look, named } = await openNetwork();
  const placement = { loadBalancer: named("a1 b1"), servers: named("a1 b1") };
  expect(await look(placement)).toMatchObject({
    where: "a1 b1 | a2 b2",
    doubts: [
      expect.stringMatching(
        /^the servers are in (a1, b1|b1, a1), which the internet can reach; they will move to (a2, b2|b2, a2)$/,
      ),
    ],
  });
});

test("a stack with private servers that are to be public moves them to its load balancer", async () => {
  const { look, named } = await openNetwork();
  const placement = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  expect(await look(placement, { servers: "public" })).toMatchObject({
    where: "a1 b1 | a1 b1",
    doubts: [
      expect.stringMatching(
        /^the servers are in (a2, b2|b2, a2), which the internet cannot reach; they will move to (a1, b1|b1, a1), which it can\. Servers in (a1, b1|b1, a1) get no public address/,
      ),
    ],
  });
});

test("an internal load balancer is where its private servers are", async () => {
  const { look, named } = await openNetwork({ withNat: false });
  const internal = { internetFacing: false };
  expect(await look(undefined, internal)).toMatchObject({
    where: "a2 b2 | a2 b2",
    doubts: [expect.stringContaining("no route to the internet")],
  });
  // Only the routes tell that they are private. What it stays in is no matter of doubt.
  const placement = { loadBalancer: named("a2 b2"), servers: named("a2 b2") };
  expect(await look(placement, internal)).toEqual({
    where: "a2 b2 | a2 b2",
    doubts: [],
    calls: ["Subnets", "RouteTables", "InstanceTypeOfferings"],
  });
});

test("private servers that stay are told of a zone that lacks their new type", async () => {
  const { account, look, named, network } = await openNetwork();
  await account.sandbox.setSupply(`${REGION}b`, "not-offered", "t3.micro");
  const divided = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  const together = { loadBalancer: named("a2 b2"), servers: named("a2 b2") };
  const subnets = named("a2 b2");
  const summary = `${REGION}b does not offer t3.micro: no servers start there`;
  for (const hasNewTypes of [false, true]) {
    const doubts = hasNewTypes ? [summary] : [];
    expect((await look(divided, { hasNewTypes })).doubts).toEqual(doubts);
    const internal = { internetFacing: false, hasNewTypes };
    expect((await look(together, internal)).doubts).toEqual(doubts);
    const wanted = { vpc: network.vpcId, subnets };
    expect((await look(together, internal, wanted)).doubts).toEqual(doubts);
  }
});

test("named subnets that expose private servers say so", async () => {
  const { look, named } = await openNetwork();
  const placement = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  const wanted = { vpc: "default", subnets: named("a1 b1") };
  const { doubts } = await look(placement, { servers: "public" }, wanted);
  expect(doubts).toEqual([
    expect.stringMatching(/^the servers are in (a2, b2|b2, a2), which the internet cannot reach; /),
  ]);
  const elsewhere = { loadBalancer: [], servers: ["subnet-0123456789abcdef0"] };
  expect((await look(elsewhere, { servers: "public" }, wanted)).doubts).toEqual([]);
});

test("what the stack has in another VPC says nothing about this one", async () => {
  const { account, look, named } = await openNetwork();
  const { subnets } = await account.pass(
    lookUpNetwork(account.clients, { vpc: "default", zones: 2 }, undefined, {}),
  );
  const there = subnets.map(({ id }) => id);
  const front = named("a1 b1");
  // A load balancer that stayed behind, and one that is here with the servers.
  const placement = { loadBalancer: [...there, ...front], servers: front };
  expect(await look(placement, { servers: "public" })).toMatchObject({
    where: "a1 b1 | a1 b1",
    doubts: [],
  });
  const behind = { loadBalancer: front, servers: there };
  expect(await look(behind, { servers: "public" })).toMatchObject({
    where: "a1 b1 | a1 b1",
    doubts: [],
  });
});

test("a lost subnet of the servers is told, with where they go", async () => {
  const { account, look, named, network } = await openNetwork();
  const placement = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  await account.sandbox.call("ec2", "DeleteSubnet", { SubnetId: network.ids["b2"] });
  const other = await addSubnet(account, network);
  const found = await look(placement);
  expect(found.where).toBe(`a1 b1 | a2 ${other}`);
  expect(found.doubts[0]).toMatch(/^b2, a subnet of this stack, was deleted .* will move to /);
  // The new one leads nowhere.
  expect(found.doubts[1]).toContain(`${other} has no route to the internet`);
  expect(found.doubts).toHaveLength(2);
});

/** Another private subnet of the second zone, which leads nowhere. */
async function addSubnet(account: Account, { vpcId }: Network): Promise<string> {
  const { Subnet } = (await account.sandbox.call("ec2", "CreateSubnet", {
    VpcId: vpcId,
    AvailabilityZone: `${REGION}b`,
    CidrBlock: "10.0.9.0/24",
  })) as { Subnet: { SubnetId: string } };
  await settle(account);
  return Subnet.SubnetId;
}

test("one that a stack file names beside those that the stack is in is not passed over", async () => {
  const { account, look, named, network } = await openNetwork();
  const placement = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  const subnets = [...named("a1 a2 b1 b2"), await addSubnet(account, network)];
  await expect(look(placement, {}, { vpc: "default", subnets })).rejects.toThrow(
    "are all private subnets of ap-southeast-2b",
  );
});

test("named subnets are divided by their routes", async () => {
  const { look, named } = await openNetwork();
  const subnets = named("b2 a1 a2 b1");
  expect(await look(undefined, {}, { vpc: "default", subnets })).toMatchObject({
    where: "a1 b1 | a2 b2",
    doubts: [],
  });
  const lacking = look(undefined, {}, { vpc: "default", subnets: named("a1 a2 b1") });
  await expect(lacking).rejects.toThrow(
    "network.subnets names no private subnet in ap-southeast-2b",
  );
});

test("a load balancer that the internet does not reach moves, and says so", async () => {
  const { look, named } = await openNetwork();
  const placement = { loadBalancer: named("a2 b2"), servers: named("a2 b2") };
  expect(await look(placement)).toMatchObject({
    where: "a1 b1 | a2 b2",
    doubts: [
      expect.stringMatching(
        /^the load balancer is in (a2, b2|b2, a2), which the internet cannot reach; it will move to (a1, b1|b1, a1)$/,
      ),
    ],
  });
});

test("an application load balancer to come is told of subnets that are too small", async () => {
  const { look, named } = await openNetwork();
  const { doubts } = await look(undefined, { loadBalancer: "application" });
  expect(doubts).toEqual(
    ["a1 (10.0.0.0/28)", "b1 (10.0.1.0/28)"].map((subnet) =>
      expect.stringContaining(`${subnet} is smaller than /27`),
    ),
  );
  expect((await look(undefined, { loadBalancer: "classic" })).doubts).toEqual([]);
  const there = { loadBalancer: named("a1 b1"), servers: named("a2 b2") };
  expect((await look(there, { loadBalancer: "application" })).doubts).toEqual([]);
  // Beside a classic one in the same subnets.
  const beside = { ...there, applicationLoadBalancer: [] };
  expect((await look(beside, { loadBalancer: "application" })).doubts).toHaveLength(2);
});
