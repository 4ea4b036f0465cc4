import { EC2Client } from "@aws-sdk/client-ec2";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FactError } from "../../src/aws/fact-error.ts";
import {
  chooseOwnNetwork,
  type OwnNetworkParts,
  type OwnNetworkWish,
} from "../../src/aws/own-network.ts";
import { openAccount } from "../resources/account.ts";

const REGION = "ap-southeast-2";
const nothing: OwnNetworkParts = { vpc: undefined, subnets: [], natZones: [] };
const usual: OwnNetworkWish = {
  cidr: undefined,
  usual: "10.20.0.0/16",
  zones: 2,
  instanceTypes: ["t3.micro"],
  hasNewTypes: false,
  exposes: false,
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is chosen in a new account, whose zones and offers may be others than the sandbox's. */
async function choose(
  wish: Partial<OwnNetworkWish> = {},
  parts: Partial<OwnNetworkParts> = {},
  answers: Readonly<Record<string, object>> = {},
) {
  const account = await openAccount();
  const asked: string[] = [];
  const send = EC2Client.prototype.send;
  vi.spyOn(EC2Client.prototype, "send").mockImplementation(function (
    this: EC2Client,
    command: object,
  ) {
    const name = command.constructor.name.replace(/Command$/, "");
    asked.push(name);
    const answer = answers[name];
    return answer === undefined
      ? Reflect.apply(send, this, [command])
      : Promise.resolve({ ...answer, $metadata: {} });
  });
  const choice = await account.pass(
    chooseOwnNetwork(account.clients, { ...usual, ...wish }, { ...nothing, ...parts }),
  );
  return { choice, asked };
}

/** The answers of a region with these zones, all of which offer the type unless told otherwise. */
function region(zones: string, offering = zones) {
  const named = (letters: string) => [...letters].map((letter) => `${REGION}${letter}`);
  return {
    DescribeAvailabilityZones: {
      AvailabilityZones: named(zones).map((ZoneName) => ({ ZoneName })),
    },
    DescribeInstanceTypeOfferings: {
      InstanceTypeOfferings: named(offering).map((Location) => ({
        InstanceType: "t3.micro",
        Location,
      })),
    },
  };
}

const zonesOf = ({ choice }: Awaited<ReturnType<typeof choose>>) =>
  choice.zones.map(({ zone, privateRange, publicRange }) => {
    return `${zone.slice(REGION.length)} ${privateRange} ${publicRange}`;
  });

describe("a new network", () => {
  test("has the first zones that offer the servers' type, and ranges beside one another", async () => {
    const chosen = await choose({}, {}, region("abcd", "acd"));
    expect(zonesOf(chosen)).toEqual([
      "a 10.20.0.0/19 10.20.192.0/21",
      "c 10.20.32.0/19 10.20.200.0/21",
    ]);
    expect(chosen.choice).toMatchObject({
      cidr: "10.20.0.0/16",
      natZone: `${REGION}a`,
      doubts: [],
    });
  });

  test("has room for six zones in the smallest range, with what a load balancer needs", async () => {
    const chosen = await choose({ cidr: "10.9.0.0/22", zones: 6 }, {}, region("abcdef"));
    expect(zonesOf(chosen)).toEqual([
      "a 10.9.0.0/25 10.9.3.0/27",
      "b 10.9.0.128/25 10.9.3.32/27",
      "c 10.9.1.0/25 10.9.3.64/27",
      "d 10.9.1.128/25 10.9.3.96/27",
      "e 10.9.2.0/25 10.9.3.128/27",
      "f 10.9.2.128/25 10.9.3.160/27",
    ]);
  });

  test("tells of networks that it can never be connected with", async () => {
    const { choice } = await choose({ cidr: "172.31.0.0/16" });
    expect(choice.doubts).toMatchObject([
      {
        summary: expect.stringMatching(
          /^vpc-\w+ of this account has addresses of 172\.31\.0\.0\/16/,
        ),
      },
    ]);
  });

  test("in zones that are named, tells of those that lack the type", async () => {
    const zones = [`${REGION}b`, `${REGION}a`];
    const { choice } = await choose({ zones }, {}, region("abc", "bc"));
    expect(choice.zones.map(({ zone }) => zone)).toEqual([`${REGION}a`, `${REGION}b`]);
    expect(choice.doubts).toMatchObject([
      { summary: `${REGION}a does not offer t3.micro: no servers start there` },
    ]);
  });

  test.each([
    [
      "a zone that does not exist",
      { zones: [`${REGION}z`] },
      region("abc"),
      /no availability zone .*z/,
    ],
    ["more zones than offer the type", { zones: 3 }, region("abc", "ab"), /only .*a, .*b of/],
    [
      "more zones than the region has",
      { zones: 4 },
      region("abc"),
      /has 3 availability zones .* is 4$/,
    ],
    ["no zone that offers the type", {}, region("abc", ""), /^no zone of/],
  ])("cannot have %s", async (_why, wish, answers, message) => {
    const refused = choose(wish, {}, answers);
    await expect(refused).rejects.toThrow(FactError);
    await expect(refused).rejects.toThrow(message);
  });
});

describe("a network that is there", () => {
  const vpc = { id: "vpc-0123456789abcdef0", cidr: "10.50.0.0/16" };
  const subnet = (letter: string, side: "public" | "private", cidr: string) => ({
    zone: `${REGION}${letter}`,
    side,
    cidr,
  });
  // Not those that a new one would get.
  const subnets = [
    subnet("b", "private", "10.50.64.0/20"),
    subnet("b", "public", "10.50.80.0/24"),
    subnet("c", "private", "10.50.96.0/20"),
    subnet("c", "public", "10.50.112.0/24"),
  ];
  const there = ["b 10.50.64.0/20 10.50.80.0/24", "c 10.50.96.0/20 10.50.112.0/24"];

  test("keeps its zones and ranges, and asks AWS nothing", async () => {
    const chosen = await choose({}, { vpc, subnets });
    expect(zonesOf(chosen)).toEqual(there);
    expect(chosen.choice.cidr).toBe(vpc.cidr);
    expect(chosen.asked).toEqual([]);
  });

  test("keeps them when AWS adds a zone that comes first, and when zones no longer offer the type", async () => {
    const chosen = await choose({}, { vpc, subnets }, region("abc", "a"));
    expect(zonesOf(chosen)).toEqual(there);
  });

  test("tells of its zones that lack a type which servers are to have from now on", async () => {
    const small = { instanceTypes: ["t3.small"], hasNewTypes: true };
    const zones = [`${REGION}b`, `${REGION}c`];
    for (const wish of [small, { ...small, zones }]) {
      const chosen = await choose(wish, { vpc, subnets }, region("abc", "b"));
      expect(zonesOf(chosen)).toEqual(there);
      expect(chosen.asked).toEqual(["DescribeInstanceTypeOfferings"]);
      expect(chosen.choice.doubts).toEqual([
        {
          summary: `${REGION}c does not offer t3.small: no servers start there`,
          remedy: "Name other zones in network.zones, or choose another scaling.instanceType.",
        },
      ]);
    }
    const several = { ...small, instanceTypes: ["t3.micro", "t3.small"] };
    const { choice } = await choose(several, { vpc, subnets }, region("abc", "bc"));
    expect(choice.doubts).toEqual(
      zones.map((zone) => ({
        summary: `${zone} does not offer t3.small: servers there have the other types`,
        remedy:
          "If that leaves too few types, name other zones in network.zones, or other types in scaling.instanceTypes.",
      })),
    );
  });

  test("tells what it means for its servers to be public, and asks AWS nothing", async () => {
    const { choice, asked } = await choose({ exposes: true }, { vpc, subnets });
    expect(choice.doubts).toEqual([
      {
        summary:
          "the servers are in private subnets, which the internet cannot reach; they will move to the network's public subnets, which it can. They get public addresses there, and the internet reaches them as far as their security groups let it",
        remedy: "To leave the servers where they are, write servers: private in network.",
      },
    ]);
    expect(asked).toEqual([]);
  });

  test("grows by a zone, with ranges that nobody has", async () => {
    const others = [
      { SubnetId: "subnet-1", VpcId: vpc.id, CidrBlock: "10.50.0.0/19", State: "available" },
    ];
    const chosen = await choose(
      { zones: 3 },
      { vpc, subnets },
      { ...region("abc"), DescribeSubnets: { Subnets: others } },
    );
    expect(zonesOf(chosen)).toEqual(["a 10.50.32.0/19 10.50.192.0/21", ...there]);
  });

  test("shrinks to the first of its zones, or to those that are named", async () => {
    expect(zonesOf(await choose({ zones: 1 }, { vpc, subnets }))).toEqual(there.slice(0, 1));
    const named = await choose({ zones: [`${REGION}c`] }, { vpc, subnets });
    expect(zonesOf(named)).toEqual(there.slice(1));
    expect(named.asked).toEqual([]);
  });

  test("keeps the zone of its only NAT gateway", async () => {
    const { choice } = await choose({}, { vpc, subnets, natZones: [`${REGION}c`] });
    expect(choice.natZone).toBe(`${REGION}c`);
  });

  test("gets the range of the stack file, which the plan then refuses", async () => {
    const { choice } = await choose({ cidr: "10.60.0.0/16" }, { vpc, subnets });
    expect(choice.cidr).toBe("10.60.0.0/16");
  });

  test("that is full says so", async () => {
    const full = [
      { SubnetId: "subnet-1", VpcId: vpc.id, CidrBlock: "10.50.0.0/16", State: "available" },
    ];
    await expect(
      choose(
        { zones: 3 },
        { vpc, subnets },
        { ...region("abc"), DescribeSubnets: { Subnets: full } },
      ),
    ).rejects.toThrow(`${vpc.id} (10.50.0.0/16) has no room for a private subnet in ${REGION}a`);
  });
});
