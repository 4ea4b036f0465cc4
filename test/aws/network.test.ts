import { EC2Client, type Route, type Subnet } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { FactError } from "../../src/aws/fact-error.ts";
import type { Placement } from "../../src/aws/known-subnets.ts";
import type { Purpose, WantedNetwork } from "../../src/aws/network.ts";
import { type Account, openAccount } from "../resources/account.ts";
import { lookUpNetwork, nowhere } from "../resources/security-group/network.ts";

const REGION = "ap-southeast-2";

async function open(options: Parameters<typeof openAccount>[0] = {}) {
  const account = await openAccount(options);
  const look = (wanted: WantedNetwork, placement?: Placement, purpose?: Partial<Purpose>) =>
    account.pass(lookUpNetwork(account.clients, wanted, placement, purpose));
  return { account, look };
}

/** Adds a subnet to a VPC, and waits until everybody sees it. */
async function addSubnet(
  account: Account,
  subnet: { vpcId: string; zone: string; cidr: string; name?: string; isPublic?: true },
): Promise<string> {
  const { vpcId, zone, cidr, name, isPublic } = subnet;
  const tags = [{ ResourceType: "subnet", Tags: [{ Key: "Name", Value: name }] }];
  const { Subnet } = (await account.sandbox.call("ec2", "CreateSubnet", {
    VpcId: vpcId,
    AvailabilityZone: `${REGION}${zone}`,
    CidrBlock: cidr,
    ...(name === undefined ? {} : { TagSpecifications: tags }),
  })) as { Subnet: { SubnetId: string } };
  const { SubnetId } = Subnet;
  await settle(account);
  if (isPublic) {
    const change = { SubnetId, MapPublicIpOnLaunch: { Value: true } };
    await account.sandbox.call("ec2", "ModifySubnetAttribute", change);
    await settle(account);
  }
  return SubnetId;
}

/** A VPC whose subnets the internet reaches, but for those with a route table of their own. */
async function addVpc(account: Account): Promise<string> {
  const { call } = account.sandbox;
  const input = { CidrBlock: "10.0.0.0/16" };
  const { Vpc } = (await call("ec2", "CreateVpc", input)) as { Vpc: { VpcId: string } };
  const { InternetGateway } = (await call("ec2", "CreateInternetGateway", {})) as {
    InternetGateway: { InternetGatewayId: string };
  };
  await settle(account);
  const { VpcId } = Vpc;
  const { InternetGatewayId } = InternetGateway;
  await call("ec2", "AttachInternetGateway", { VpcId, InternetGatewayId });
  const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
  const { RouteTables } = (await call("ec2", "DescribeRouteTables", { Filters })) as {
    RouteTables: { RouteTableId: string }[];
  };
  await call("ec2", "CreateRoute", {
    RouteTableId: RouteTables[0]?.RouteTableId,
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: InternetGatewayId,
  });
  await settle(account);
  return VpcId;
}

/** Gives a subnet a route table of its own, which leads nowhere. */
async function close(account: Account, vpcId: string, SubnetId: string): Promise<void> {
  const { RouteTable } = (await account.sandbox.call("ec2", "CreateRouteTable", {
    VpcId: vpcId,
  })) as { RouteTable: { RouteTableId: string } };
  await settle(account);
  const { RouteTableId } = RouteTable;
  await account.sandbox.call("ec2", "AssociateRouteTable", { RouteTableId, SubnetId });
  await settle(account);
}

/** A choice for a stack whose servers are where its load balancer is. */
function inOnePlace<Choice extends { readonly subnets: unknown }>(choice: Choice) {
  return { ...choice, loadBalancerSubnets: choice.subnets };
}

/** All of a stack in these subnets. */
function standing(subnets: readonly string[]): Placement {
  return { loadBalancer: subnets, servers: subnets };
}

function only(some: Partial<Placement>): Placement {
  return { ...nowhere, ...some };
}

function settle(account: Account): Promise<void> {
  return account.pass(account.context.clock.sleep(60_000));
}

describe("the default VPC", () => {
  test("is found with its routes and what its zones offer: a subnet a zone, always the same ones", async () => {
    const { account, look } = await open();
    account.takeCalls();
    const { vpcId, subnets, doubts } = await look({ vpc: "default", zones: 2 });
    expect(account.takeCalls().map(({ operation }) => operation)).toEqual([
      "ec2:DescribeSubnets",
      "ec2:DescribeRouteTables",
      "ec2:DescribeInstanceTypeOfferings",
    ]);
    expect(vpcId).toMatch(/^vpc-/);
    expect(subnets.map(({ zone }) => zone)).toEqual([`${REGION}a`, `${REGION}b`]);
    expect(doubts).toEqual([]);
    expect(await look({ vpc: vpcId, zones: 2 })).toEqual(inOnePlace({ vpcId, subnets, doubts }));
  });

  test("is asked for its subnets alone, where a stack is in them already", async () => {
    const { account, look } = await open();
    const { vpcId, subnets } = await look({ vpc: "default", zones: 2 });
    const ids = subnets.map(({ id }) => id);
    account.takeCalls();
    for (const wanted of [
      { vpc: "default", zones: 2 },
      { vpc: vpcId, zones: [`${REGION}b`, `${REGION}a`] },
      { vpc: "default", subnets: ids },
    ]) {
      expect(await look(wanted, standing(ids))).toEqual(inOnePlace({ vpcId, subnets, doubts: [] }));
      expect(account.takeCalls().map(({ operation }) => operation)).toEqual([
        "ec2:DescribeSubnets",
      ]);
    }
  });

  test("keeps its default subnets when others are added", async () => {
    const { account, look } = await open();
    const before = await look({ vpc: "default", zones: 2 });
    const cidr = "172.31.48.0/20";
    await addSubnet(account, { vpcId: before.vpcId, zone: "a", cidr, isPublic: true });
    expect(await look({ vpc: "default", zones: 2 })).toEqual(before);
  });

  test("can be named by its zones", async () => {
    const { look } = await open();
    const { subnets } = await look({ vpc: "default", zones: [`${REGION}c`, `${REGION}a`] });
    expect(subnets.map(({ zone }) => zone)).toEqual([`${REGION}a`, `${REGION}c`]);
  });

  test.each([
    [
      "more zones than there are",
      { vpc: "default", zones: 9 },
      /in 3 availability zones, not in 9/,
      /ap-southeast-2c/,
    ],
    [
      "a zone of another region",
      { vpc: "default", zones: ["us-east-1a"] },
      /no subnet in us-east-1a/,
      /ap-southeast-2a/,
    ],
    [
      "a VPC that is not there",
      { vpc: "vpc-0123456789abcdef0", zones: 2 },
      /^ap-southeast-2 has no VPC vpc-0123456789abcdef0 with subnets in this account$/,
      /^Check network\.vpc, the region and the account: VPC ids belong to one region of one account\.$/,
    ],
  ])("refuses %s, and says what there is", async (_name, wanted, what, remedy) => {
    const { look } = await open();
    await expectRefusal(look(wanted), what, remedy);
  });

  test("that is missing says how to come by one", async () => {
    const { look } = await open({ noDefaultVpc: true });
    await expectRefusal(
      look({ vpc: "default", zones: 2 }),
      /^ap-southeast-2 has no default VPC with default subnets in this account$/,
      /^For a network of the stack's own, write vpc: own in network\. Or name a VPC \(network\.vpc\), create a default VPC \("aws ec2 create-default-vpc --region ap-southeast-2"\), or choose another region\.$/,
    );
  });
});

async function expectRefusal(work: Promise<unknown>, what: RegExp, remedy: RegExp): Promise<void> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FactError);
  expect(error).toMatchObject({
    message: expect.stringMatching(what),
    remedy: expect.stringMatching(remedy),
  });
}

describe("a VPC of one's own", () => {
  test("with one subnet a zone needs no more than its id", async () => {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const b = await addSubnet(account, { vpcId, zone: "b", cidr: "10.0.1.0/24" });
    const a = await addSubnet(account, { vpcId, zone: "a", cidr: "10.0.2.0/24" });
    expect(await look({ vpc: vpcId, zones: 2 })).toEqual(
      inOnePlace({
        vpcId,
        subnets: [
          { id: a, zone: `${REGION}a` },
          { id: b, zone: `${REGION}b` },
        ],
        doubts: [],
      }),
    );
  });

  test("is used by its public subnets, where each zone has one", async () => {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const ids: string[] = [];
    // Ids are random: here and there a private subnet has the lower one.
    for (const [index, zone] of ["a", "b", "c"].entries()) {
      await addSubnet(account, { vpcId, zone, cidr: `10.0.${index}.0/24` });
      await addSubnet(account, { vpcId, zone, cidr: `10.0.1${index}.0/24` });
      const cidr = `10.0.2${index}.0/24`;
      ids.push(await addSubnet(account, { vpcId, zone, cidr, isPublic: true }));
    }
    const { subnets } = await look({ vpc: vpcId, zones: 3 });
    expect(subnets.map(({ id }) => id)).toEqual(ids);
  });

  test("in which several subnets would do lists them, and chooses none", async () => {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const add = (zone: string, cidr: string, name?: string, isPublic?: true) =>
      addSubnet(account, {
        vpcId,
        zone,
        cidr,
        ...(name === undefined ? {} : { name }),
        ...(isPublic && { isPublic }),
      });
    const web = await add("a", "10.0.1.0/24", "web", true);
    const unnamed = await add("a", "10.0.2.0/24", undefined, true);
    const hidden = await add("a", "10.0.3.0/24", "database");
    const only = await add("b", "10.0.4.0/24", "private");
    const elsewhere = await add("c", "10.0.5.0/24", "elsewhere");
    const looking = look({ vpc: vpcId, zones: 2 });
    await expectRefusal(
      looking,
      new RegExp(`^${vpcId} has several usable subnets in ap-southeast-2a$`),
      /network\.subnets/,
    );
    const { remedy } = (await looking.catch((error: unknown) => error)) as FactError;
    const [, ...listed] = remedy.split("\n");
    const gateway = /route to igw-\w+/.exec(remedy)?.[0];
    expect(listed.toSorted()).toEqual(
      [
        `  ${web}  ap-southeast-2a  10.0.1.0/24  ${gateway}  public addresses  "web"`,
        `  ${unnamed}  ap-southeast-2a  10.0.2.0/24  ${gateway}  public addresses  no name`,
        `  ${only}  ap-southeast-2b  10.0.4.0/24  ${gateway}  no public addresses  "private"`,
      ].toSorted(),
    );
    expect(remedy).not.toContain(hidden);
    // Not where it is nobody's choice.
    expect(await look({ vpc: vpcId, zones: [`${REGION}b`, `${REGION}c`] })).toMatchObject({
      subnets: [{ id: only }, { id: elsewhere }],
    });
  });
});

test("all is found, however small the pages are", async () => {
  const { account, look } = await open({ pageSize: 1 });
  const vpcId = await addVpc(account);
  const a = await addSubnet(account, { vpcId, zone: "a", cidr: "10.0.1.0/24" });
  await close(account, vpcId, await addSubnet(account, { vpcId, zone: "b", cidr: "10.0.2.0/24" }));
  const c = await addSubnet(account, { vpcId, zone: "c", cidr: "10.0.3.0/24" });
  const { subnets } = await look({ vpc: vpcId, zones: 2 });
  expect(subnets.map(({ id }) => id)).toEqual([a, c]);
});

test("what a VPC's subnets are is told of those that nobody can choose for", async () => {
  const web = { ...inZone("us-east-1a"), MapPublicIpOnLaunch: false, CidrBlock: "10.0.0.0/24" };
  const there = [
    { ...web, Tags: [{ Key: "team", Value: "web" }], MapPublicIpOnLaunch: true },
    {
      ...web,
      SubnetId: "subnet-2",
      Tags: [{ Key: "Name", Value: "web" }],
      MapPublicIpOnLaunch: true,
    },
    { ...web, SubnetId: "subnet-3" },
  ];
  await expectRefusal(
    lookAmong(there, { vpc: "vpc-1", zones: 1 }),
    /^vpc-1 has several usable subnets in us-east-1a$/,
    /The subnets are:\n {2}subnet-2 {2}us-east-1a {2}10.0.0.0\/24 {2}route to igw-1 {2}public addresses {2}"web"\n {2}subnet-us-east-1a {2}us-east-1a {2}10.0.0.0\/24 {2}route to igw-1 {2}public addresses {2}no name$/,
  );
});

describe("named subnets", () => {
  async function ownVpc() {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const a = await addSubnet(account, { vpcId, zone: "a", cidr: "10.0.1.0/24" });
    const other = await addSubnet(account, {
      vpcId,
      zone: "a",
      cidr: "10.0.2.0/24",
      isPublic: true,
    });
    const c = await addSubnet(account, { vpcId, zone: "c", cidr: "10.0.3.0/24" });
    return { account, look, vpcId, a, other, c };
  }

  test("are those, in the order of their zones, and tell the VPC", async () => {
    const { account, look, vpcId, a, c } = await ownVpc();
    account.takeCalls();
    const found = await look({ vpc: "default", subnets: [c, a] });
    expect(found).toEqual(
      inOnePlace({
        vpcId,
        subnets: [
          { id: a, zone: `${REGION}a` },
          { id: c, zone: `${REGION}c` },
        ],
        doubts: [],
      }),
    );
    expect(account.takeCalls().map(({ operation }) => operation)).toEqual([
      "ec2:DescribeSubnets",
      "ec2:DescribeRouteTables",
      "ec2:DescribeInstanceTypeOfferings",
    ]);
    expect(await look({ vpc: vpcId, subnets: [a, c] })).toEqual(found);
  });

  test.each<[string, (ids: readonly string[]) => Placement, boolean, boolean]>([
    ["all of it", standing, true, false],
    ["its servers, with no load balancer", (ids) => only({ servers: ids }), false, false],
    ["its servers, and the load balancer is to come", (ids) => only({ servers: ids }), true, true],
    [
      "its load balancer, and servers are to come",
      (ids) => only({ loadBalancer: ids }),
      true,
      true,
    ],
    ["some of them", ([id = ""]) => standing([id]), true, true],
  ])("that the stack is in already are no matter of doubt: %s", async (...each) => {
    const [_why, placementIn, internetFacing, isDoubtful] = each;
    const { account, look, vpcId, a, c } = await ownVpc();
    await close(account, vpcId, a);
    account.takeCalls();
    const wanted = { vpc: vpcId, subnets: [a, c] };
    const { doubts } = await look(wanted, placementIn([a, c]), { internetFacing });
    expect(doubts.length > 0).toBe(isDoubtful);
    expect(account.takeCalls()).toHaveLength(isDoubtful ? 3 : 1);
  });

  test("that are not there are all told", async () => {
    const { look, a } = await ownVpc();
    const subnets = ["subnet-0123456789abcdef0", a, "subnet-0123456789abcdef1"];
    await expectRefusal(
      look({ vpc: "default", subnets }),
      /ap-southeast-2 has no subnet subnet-0123456789abcdef0, subnet-0123456789abcdef1 in this/,
      /network\.subnets/,
    );
  });

  test("of two VPCs are told with their VPCs", async () => {
    const { look, vpcId, a } = await ownVpc();
    const theirs = await look({ vpc: "default", zones: [`${REGION}b`] });
    const b = theirs.subnets[0]?.id ?? "";
    const looking = look({ vpc: "default", subnets: [a, b] });
    await expectRefusal(looking, new RegExp(`in 2 VPCs: .*${a} in ${vpcId}`), /network\.subnets/);
    await expectRefusal(looking, new RegExp(`${b} in ${theirs.vpcId}`), /of one VPC/);
  });

  test("of another VPC than the one that is named are told with theirs", async () => {
    const { look, vpcId, a } = await ownVpc();
    const { vpcId: named } = await look({ vpc: "default", zones: 1 });
    await expectRefusal(
      look({ vpc: named, subnets: [a] }),
      new RegExp(`not in ${named}: ${a} in ${vpcId}`),
      /network\.vpc/,
    );
  });

  test("of one zone are told with the zone", async () => {
    const { look, a, other, c } = await ownVpc();
    const looking = look({ vpc: "default", subnets: [a, c, other] });
    await expectRefusal(looking, /all in ap-southeast-2a$/, /at most one subnet of a zone/);
    await expectRefusal(looking, new RegExp(a), /./);
    await expectRefusal(looking, new RegExp(other), /./);
  });
});

describe("local and Wavelength zones", () => {
  const zones = [
    "us-east-1-bos-1a",
    "us-east-1-wl1-bos-wlz-1",
    "us-east-1a",
    "us-east-1b",
    "us-east-1c",
  ];

  test("are not among the zones that are counted", async () => {
    const { subnets } = await look({ vpc: "default", zones: 2 });
    expect(subnets.map(({ zone }) => zone)).toEqual(["us-east-1a", "us-east-1b"]);
    await expectRefusal(
      look({ vpc: "default", zones: 4 }),
      /in 3 availability zones, not in 4/,
      /us-east-1-bos-1a/,
    );
  });

  test("are used where they are named, after the region's own: there is the builder", async () => {
    const named = ["us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1", "us-east-1c"];
    const order = ["us-east-1c", "us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1"];
    const byZone = await look({ vpc: "default", zones: named });
    expect(byZone.subnets.map(({ zone }) => zone)).toEqual(order);
    const bySubnet = await look({ vpc: "default", subnets: named.map((zone) => `subnet-${zone}`) });
    expect(bySubnet).toEqual(byZone);
  });

  test("neither are they those of a government's or another partition's region", async () => {
    for (const region of ["us-gov-west-1", "cn-north-1", "eusc-de-east-1"]) {
      const found = await look({ vpc: "default", zones: 1 }, [`${region}a`]);
      expect(found.subnets).toHaveLength(1);
    }
  });

  function look(wanted: WantedNetwork, there: readonly string[] = zones) {
    return lookAmong(there.map(inZone), wanted);
  }
});

test("a subnet that is not available is not chosen, and refused where it is named", async () => {
  const pending = { ...inZone("us-east-1a"), SubnetId: "subnet-0", State: "pending" as const };
  const there = [pending, inZone("us-east-1a"), inZone("us-east-1b")];
  const { subnets } = await lookAmong(there, { vpc: "default", zones: 1 });
  expect(subnets).toEqual([{ id: "subnet-us-east-1a", zone: "us-east-1a" }]);
  await expectRefusal(
    lookAmong(there, { vpc: "default", subnets: ["subnet-us-east-1b", "subnet-0"] }),
    /^not available: subnet-0 is pending$/,
    /network\.subnets/,
  );
  await expectRefusal(
    lookAmong([{ ...pending, State: undefined }], { vpc: "default", subnets: ["subnet-0"] }),
    /^not available: subnet-0 is in no known state$/,
    /network\.subnets/,
  );
  await expectRefusal(lookAmong([pending], { vpc: "vpc-1", zones: 1 }), /no VPC vpc-1/, /./);
});

test("an application load balancer is told of the addresses that are left for it", async () => {
  const there = ["us-east-1a", "us-east-1b"].map((zone, index) => ({
    ...inZone(zone),
    AvailableIpAddressCount: 7 + index,
  }));
  const wanted = { vpc: "vpc-1", zones: 2 };
  const { doubts } = await lookAmong(there, wanted, { loadBalancer: "application" });
  expect(doubts.map(({ summary }) => summary)).toEqual([
    "subnet-us-east-1a has 7 free addresses: AWS refuses an application load balancer where fewer than 8 are free",
  ]);
  expect((await lookAmong(there, wanted)).doubts).toEqual([]);
});

function inZone(zone: string): Subnet {
  return {
    SubnetId: `subnet-${zone}`,
    VpcId: "vpc-1",
    AvailabilityZone: zone,
    State: "available",
    DefaultForAz: true,
  };
}

/** For what the embedded AWS does not have: a client that answers with these subnets, and these routes of their VPC. */
function lookAmong(
  there: readonly Subnet[],
  wanted: WantedNetwork,
  { routes = [everywhere("igw-1")], ...purpose }: Partial<Purpose> & { routes?: Route[] } = {},
) {
  const ec2 = new EC2Client({ region: "us-east-1" });
  ec2.middlewareStack.add(
    (_next, context) => async (args) => ({
      output: { $metadata: {}, ...answerTo(context.commandName, args.input) } as never,
      response: {},
    }),
    { step: "initialize", priority: "high" },
  );
  return lookUpNetwork(
    { ec2, region: async () => "us-east-1" } as never,
    wanted,
    undefined,
    purpose,
  );

  function answerTo(command: string | undefined, input: object) {
    if (command === "DescribeRouteTablesCommand") {
      return { RouteTables: [{ Associations: [{ Main: true }], Routes: routes }] };
    }
    if (command === "DescribeInstanceTypeOfferingsCommand") {
      const zones = there.map(({ AvailabilityZone }) => ({ Location: AvailabilityZone }));
      return { InstanceTypeOfferings: zones };
    }
    const [filter] = (input as { Filters: { Name: string; Values: string[] }[] }).Filters;
    const Subnets = there.filter(
      ({ SubnetId = "" }) => filter?.Name !== "subnet-id" || filter.Values.includes(SubnetId),
    );
    return { Subnets };
  }
}

function everywhere(gateway: string, State: Route["State"] = "active"): Route {
  return { DestinationCidrBlock: "0.0.0.0/0", GatewayId: gateway, State };
}

describe("a stack that is there", () => {
  /** Two public subnets in each of three zones, and where the stack is in them. */
  async function twoInEach() {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const ids: Record<string, string> = {};
    for (const [index, zone] of ["a", "b", "c"].entries()) {
      for (const number of [1, 2]) {
        const cidr = `10.0.${index * 10 + number}.0/24`;
        ids[`${zone}${number}`] = await addSubnet(account, { vpcId, zone, cidr, isPublic: true });
      }
    }
    const named = (...names: readonly string[]) => names.map((name) => ids[name] ?? "");
    const choose = async (zones: number | string[], placement: Placement) => {
      const { subnets } = await look({ vpc: vpcId, zones }, placement);
      const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
      return subnets.map(({ id }) => byId.get(id));
    };
    return { account, look, vpcId, ids, named, choose };
  }

  test("stays, whatever else there is to choose from", async () => {
    const { named, choose } = await twoInEach();
    expect(await choose(2, standing(named("b2", "c1")))).toEqual(["b2", "c1"]);
    expect(await choose([`${REGION}c`], standing(named("b2", "c1")))).toEqual(["c1"]);
  });

  test("keeps some of its zones where fewer are wanted, the same ones each time", async () => {
    const { named, choose } = await twoInEach();
    expect(await choose(1, standing(named("c1", "b2")))).toEqual(["b2"]);
    expect(await choose(1, standing(named("b2")))).toEqual(["b2"]);
  });

  test("keeps all of its zones where more are wanted, and says for which it cannot choose", async () => {
    const { named, choose } = await twoInEach();
    const growing = choose(3, standing(named("b2", "c1")));
    await expectRefusal(growing, /several usable subnets in ap-southeast-2a$/, /./);
  });

  test("that is half made stays where its first piece is", async () => {
    const { named, choose } = await twoInEach();
    const loadBalancer = named("b2", "c1");
    expect(await choose(2, { loadBalancer, servers: [] })).toEqual(["b2", "c1"]);
    expect(await choose(2, { loadBalancer: [], servers: loadBalancer })).toEqual(["b2", "c1"]);
  });

  test("that is in two places comes together where its load balancer is, if that is public", async () => {
    const { account, look, named, ids, vpcId, choose } = await twoInEach();
    const placement = { loadBalancer: named("b1", "c1"), servers: named("b2", "a1") };
    expect(await choose(2, placement)).toEqual(["b1", "c1"]);
    // What both are in goes before.
    const shared = { loadBalancer: named("b1", "c1"), servers: named("a1", "c1") };
    expect(await choose(1, shared)).toEqual(["c1"]);
    const { doubts } = await look({ vpc: vpcId, zones: 2 }, placement);
    expect(doubts).toMatchObject([
      {
        summary: expect.stringContaining(
          `the servers will move to ${named("b1", "c1").sort().join(", ")}`,
        ),
      },
    ]);
    await close(account, vpcId, ids["b1"] ?? "");
    expect(await choose(2, placement)).toEqual(["b2", "c1"]);
  });

  test("stays in subnets whose routes were taken away: nobody asked for another place", async () => {
    const { account, vpcId, ids, named, choose } = await twoInEach();
    await close(account, vpcId, ids["b2"] ?? "");
    expect(await choose(2, standing(named("b2", "c1")))).toEqual(["b2", "c1"]);
  });

  test("of servers alone leaves a subnet that the load balancer to come could not be reached in", async () => {
    const { account, vpcId, ids, named, choose } = await twoInEach();
    await close(account, vpcId, ids["b2"] ?? "");
    const servers = named("b2", "c1");
    expect(await choose(2, { loadBalancer: [], servers })).toEqual(["b1", "c1"]);
  });

  test.each([
    ["servers, with no load balancer", "servers", false],
    ["a load balancer, and servers are to come", "loadBalancer", true],
  ] as const)("of %s stays, and nothing more is looked up", async (...each) => {
    const [_why, piece, internetFacing] = each;
    const { account, look, vpcId, named } = await twoInEach();
    const placement = only({ [piece]: named("b2", "c1") });
    account.takeCalls();
    const { subnets } = await look({ vpc: vpcId, zones: 2 }, placement, { internetFacing });
    expect(subnets.map(({ id }) => id)).toEqual(named("b2", "c1"));
    expect(account.takeCalls()).toHaveLength(1);
  });

  test("that has lost a subnet moves out of it, and says so with what is doubtful there", async () => {
    const { account, look, vpcId, ids } = await twoInEach();
    const lone = await addSubnet(account, { vpcId, zone: "c", cidr: "10.0.99.0/24" });
    for (const id of ["c1", "c2"]) {
      await account.sandbox.call("ec2", "DeleteSubnet", { SubnetId: ids[id] });
    }
    await settle(account);
    await close(account, vpcId, lone);
    const gone = ids["c1"] ?? "";
    const placement = only({ servers: [gone] });
    const wanted = { vpc: vpcId, zones: [`${REGION}c`] };
    const { subnets, doubts } = await look(wanted, placement, { internetFacing: false });
    expect(subnets).toEqual([{ id: lone, zone: `${REGION}c` }]);
    expect(doubts).toMatchObject([
      { summary: expect.stringContaining(`${gone}, a subnet of this stack, was deleted`) },
      { summary: expect.stringContaining(`${lone} has no route to the internet`) },
    ]);
  });

  test("stays in a subnet of the default VPC that is not the zone's default one", async () => {
    const { account, look } = await open({ pageSize: 1 });
    const { vpcId } = await look({ vpc: "default", zones: 2 });
    const cidr = "172.31.48.0/20";
    const own = await addSubnet(account, { vpcId, zone: "b", cidr });
    account.takeCalls();
    const { subnets } = await look({ vpc: "default", zones: 1 }, standing([own]));
    expect(subnets).toEqual([{ id: own, zone: `${REGION}b` }]);
    // A page for each of the three default ones, and this one.
    expect(account.takeCalls()).toHaveLength(4);
  });

  test("stays when its region's default VPC gets the default subnet that it lacked", async () => {
    const { account, look } = await open();
    const [a] = (await look({ vpc: "default", zones: 3 })).subnets;
    await account.sandbox.call("ec2", "DeleteSubnet", { SubnetId: a?.id });
    await settle(account);
    const { subnets } = await look({ vpc: "default", zones: 2 });
    expect(subnets.map(({ zone }) => zone)).toEqual([`${REGION}b`, `${REGION}c`]);
    await account.sandbox.call("ec2", "CreateDefaultSubnet", { AvailabilityZone: `${REGION}a` });
    const ids = subnets.map(({ id }) => id);
    expect((await look({ vpc: "default", zones: 2 }, standing(ids))).subnets).toEqual(subnets);
    expect((await look({ vpc: "default", zones: 2 })).subnets).not.toEqual(subnets);
  });

  test("is not kept in another VPC than the file says", async () => {
    const { look, named } = await twoInEach();
    const { subnets } = await look({ vpc: "default", zones: 2 }, standing(named("b2", "c1")));
    const ids = subnets.map(({ id }) => id);
    expect(ids).toEqual((await look({ vpc: "default", zones: 2 })).subnets.map(({ id }) => id));
  });
});

describe("a new choice", () => {
  test("passes over a zone that does not offer the servers' type", async () => {
    const { account, look } = await open();
    await account.sandbox.setSupply(`${REGION}a`, "not-offered", "t3.micro");
    const { subnets } = await look({ vpc: "default", zones: 2 });
    expect(subnets.map(({ zone }) => zone)).toEqual([`${REGION}b`, `${REGION}c`]);
    await expectRefusal(
      look({ vpc: "default", zones: [`${REGION}a`] }),
      /no usable subnet in ap-southeast-2a: no t3.micro in ap-southeast-2a$/,
      /scaling\.instanceType/,
    );
    await expectRefusal(
      look({ vpc: "default", zones: 3 }),
      /has usable subnets in 2 availability zones, not in 3: no t3.micro in ap-southeast-2a$/,
      /network\.zones to usable zones \(ap-southeast-2b, ap-southeast-2c\)/,
    );
    const { subnets: others } = await look({ vpc: "default", zones: 2 }, undefined, {
      instanceTypes: ["t3.small"],
    });
    expect(others.map(({ zone }) => zone)).toEqual([`${REGION}a`, `${REGION}b`]);
  });

  test("with a load balancer takes no NAT gateway for a way in", async () => {
    const there = [inZone("us-east-1a")];
    const routes = [{ ...everywhere("igw-1"), GatewayId: undefined, NatGatewayId: "nat-1" }];
    const looking = lookAmong(there, { vpc: "default", zones: 1 }, { routes });
    await expectRefusal(looking, /no public subnet in us-east-1a/, /route to nat-1/);
  });

  test("takes a route to a gateway that is gone for none", async () => {
    const there = [inZone("us-east-1a")];
    const routes = [everywhere("igw-1", "blackhole")];
    const wanted = { vpc: "default", zones: 1 };
    await expectRefusal(
      lookAmong(there, wanted, { routes }),
      /no public subnet in us-east-1a/,
      /./,
    );
  });

  test.each<[string, Route, number]>([
    ["an internet gateway", everywhere("igw-1"), 0],
    ["a NAT gateway", { ...everywhere("igw-1"), GatewayId: undefined, NatGatewayId: "nat-1" }, 0],
    ["the VPC's own S3 endpoint", { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" }, 1],
  ])("without a load balancer wants a way out: %s", async (_name, route, count) => {
    const there = [inZone("us-east-1a")];
    const wanted = { vpc: "default", zones: 1 };
    const routes = [{ State: "active" as const, ...route }];
    const { subnets, doubts } = await lookAmong(there, wanted, { routes, internetFacing: false });
    expect(subnets).toHaveLength(1);
    expect(doubts).toHaveLength(count);
  });

  test("without a load balancer prefers zones that have a way out", async () => {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const a = await addSubnet(account, { vpcId, zone: "a", cidr: "10.0.1.0/24" });
    const b = await addSubnet(account, { vpcId, zone: "b", cidr: "10.0.2.0/24" });
    await close(account, vpcId, a);
    const servers = { internetFacing: false };
    const one = await look({ vpc: vpcId, zones: 1 }, undefined, servers);
    expect(one).toMatchObject({ subnets: [{ id: b }], doubts: [] });
    const both = await look({ vpc: vpcId, zones: 2 }, undefined, servers);
    expect(both.subnets.map(({ id }) => id)).toEqual([a, b]);
    expect(both.doubts).toMatchObject([{ summary: expect.stringContaining(a) }]);
  });

  test("prefers public subnets by their routes, in a zone that has others, too", async () => {
    const { account, look } = await open();
    const vpcId = await addVpc(account);
    const open1 = await addSubnet(account, { vpcId, zone: "a", cidr: "10.0.1.0/24" });
    // It hands out public addresses, and nobody reaches them.
    const closed = { vpcId, zone: "a", cidr: "10.0.2.0/24", isPublic: true } as const;
    await close(account, vpcId, await addSubnet(account, closed));
    const { subnets } = await look({ vpc: vpcId, zones: 1 });
    expect(subnets).toEqual([{ id: open1, zone: `${REGION}a` }]);
  });
});
