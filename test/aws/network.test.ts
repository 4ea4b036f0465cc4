import { EC2Client, type Subnet } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { FactError } from "../../src/aws/facts.ts";
import { lookUpNetwork, type WantedNetwork } from "../../src/aws/network.ts";
import { type Account, openAccount } from "../resources/account.ts";

const REGION = "ap-southeast-2";

async function open(options: Parameters<typeof openAccount>[0] = {}) {
  const account = await openAccount(options);
  const look = (wanted: WantedNetwork) => account.pass(lookUpNetwork(account.clients, wanted));
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

async function addVpc(account: Account): Promise<string> {
  const input = { CidrBlock: "10.0.0.0/16" };
  const { Vpc } = (await account.sandbox.call("ec2", "CreateVpc", input)) as {
    Vpc: { VpcId: string };
  };
  await settle(account);
  return Vpc.VpcId;
}

function settle(account: Account): Promise<void> {
  return account.pass(account.context.clock.sleep(60_000));
}

describe("the default VPC", () => {
  test("is found by one call: a subnet a zone, always the same ones", async () => {
    const { account, look } = await open();
    account.takeCalls();
    const { vpcId, subnets } = await look({ vpc: "default", zones: 2 });
    expect(account.takeCalls().map(({ operation }) => operation)).toEqual(["ec2:DescribeSubnets"]);
    expect(vpcId).toMatch(/^vpc-/);
    expect(subnets.map(({ zone }) => zone)).toEqual([`${REGION}a`, `${REGION}b`]);
    expect(await look({ vpc: vpcId, zones: 2 })).toEqual({ vpcId, subnets });
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
      /no VPC vpc-0123456789abcdef0/,
      /network\.vpc/,
    ],
  ])("refuses %s, and says what there is", async (_name, wanted, what, remedy) => {
    const { look } = await open();
    await expectRefusal(look(wanted), what, remedy);
  });

  test("that is missing says how to come by one", async () => {
    const { look } = await open({ noDefaultVpc: true });
    await expectRefusal(
      look({ vpc: "default", zones: 2 }),
      /ap-southeast-2 has no default VPC/,
      /create-default-vpc/,
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
    expect(await look({ vpc: vpcId, zones: 2 })).toEqual({
      vpcId,
      subnets: [
        { id: a, zone: `${REGION}a` },
        { id: b, zone: `${REGION}b` },
      ],
    });
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
      new RegExp(`^${vpcId} has more than one subnet to choose from in ap-southeast-2a$`),
      /network\.subnets/,
    );
    const { remedy } = (await looking.catch((error: unknown) => error)) as FactError;
    const [, ...listed] = remedy.split("\n");
    expect(listed.toSorted()).toEqual(
      [
        `  ${web}  ap-southeast-2a  10.0.1.0/24  public addresses  "web"`,
        `  ${unnamed}  ap-southeast-2a  10.0.2.0/24  public addresses  no name`,
        `  ${only}  ap-southeast-2b  10.0.4.0/24  no public addresses  "private"`,
      ].toSorted(),
    );
    expect(remedy).not.toContain(hidden);
    // Not where it is nobody's choice.
    expect(await look({ vpc: vpcId, zones: [`${REGION}b`, `${REGION}c`] })).toMatchObject({
      subnets: [{ id: only }, { id: elsewhere }],
    });
  });
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

  test("are those, in the order of their zones, and tell the VPC: by one call", async () => {
    const { account, look, vpcId, a, c } = await ownVpc();
    account.takeCalls();
    const found = await look({ vpc: "default", subnets: [c, a] });
    expect(found).toEqual({
      vpcId,
      subnets: [
        { id: a, zone: `${REGION}a` },
        { id: c, zone: `${REGION}c` },
      ],
    });
    expect(account.takeCalls().map(({ operation }) => operation)).toEqual(["ec2:DescribeSubnets"]);
    expect(await look({ vpc: vpcId, subnets: [a, c] })).toEqual(found);
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

/** For what the embedded AWS does not have: a client that answers with these subnets. */
function lookAmong(there: readonly Subnet[], wanted: WantedNetwork) {
  const ec2 = new EC2Client({ region: "us-east-1" });
  ec2.middlewareStack.add(
    () => async (args) => {
      const [filter] = (args.input as { Filters: { Name: string; Values: string[] }[] }).Filters;
      const Subnets = there.filter(
        ({ SubnetId = "" }) => filter?.Name !== "subnet-id" || filter.Values.includes(SubnetId),
      );
      return { output: { $metadata: {}, Subnets }, response: {} } as never;
    },
    { step: "initialize", priority: "high" },
  );
  return lookUpNetwork({ ec2, region: async () => "us-east-1" } as never, wanted);
}
