import { describe, expect, test } from "vitest";
import { sameIds } from "../../src/aws/known-subnets.ts";
import { compareText } from "../../src/aws/order.ts";
import { choose, stay } from "../../src/aws/subnet-choice.ts";
import { compareZones, isOwnZone } from "../../src/aws/zones.ts";
import { type Situation, shortened, situationOf } from "./subnets.ts";

describe("a stack stays where it is:", () => {
  test.each<[string, Situation, string]>([
    ["in as many zones as are wanted", { there: "b2 a1", servers: "b2 a1" }, "a1 b2"],
    ["in the first of more", { there: "b2 a1", servers: "b2 a1", zones: 1 }, "a1"],
    [
      "in the zones that are named",
      { there: "c1 a1 b1", servers: "c1 a1 b1", zones: "ca" },
      "a1 c1",
    ],
    ["with its load balancer alone", { there: "b2 a1", balancer: "b2 a1" }, "a1 b2"],
    ["with all of it", { there: "b2 a1", balancer: "b2 a1", servers: "a1 b2" }, "a1 b2"],
    ["in a local zone that is named", { there: "l1 a1", servers: "l1 a1", zones: "la" }, "a1 l1"],
    ["whatever zones offer now", { there: "a1", servers: "a1", zones: 1, lacking: "a" }, "a1"],
  ])("%s", (_why, situation, kept) => {
    expect(shortened(stay(situationOf(situation).choosing))).toBe(kept);
  });

  test.each<[string, Situation]>([
    ["more zones are wanted", { there: "a1 b1", servers: "a1" }],
    [
      "fewer zones are wanted than it has, and others",
      { there: "a1 b1", servers: "a1", zones: "b" },
    ],
    ["one of its subnets is not available", { there: "a1 b1:pending", servers: "a1 b1" }],
    ["it has two of a zone", { there: "a1 a2 b1", servers: "a1 a2 b1" }],
    ["it has only two of a zone", { there: "a1 a2", servers: "a1 a2", zones: 1 }],
    ["its servers are elsewhere", { there: "a1 b1", balancer: "a1 b1", servers: "a1" }],
    ["its load balancer is elsewhere", { there: "a1 b1", balancer: "a1", servers: "a1 b1" }],
    ["one of those that count is in a local zone", { there: "a1 l1", servers: "a1 l1" }],
    ["it is nowhere", { there: "a1 b1" }],
  ])("not where %s", (_why, situation) => {
    expect(stay(situationOf(situation).choosing)).toBeUndefined();
  });
});

describe("a choice falls on", () => {
  test.each<[string, Situation, string]>([
    ["the first zones", { there: "c1 b1 a1" }, "a1 b1"],
    ["the zones that are named, in their order", { there: "c1 b1 a1", zones: "ca" }, "a1 c1"],
    ["no local zone for a number", { there: "l1 b1 a1" }, "a1 b1"],
    ["a local zone that is named, last", { there: "l1 b1 a1", zones: "lb" }, "b1 l1"],
    ["none that is not available", { there: "a1:pending b1 c1" }, "b1 c1"],
    ["no zone that lacks the servers' type", { there: "a1 b1 c1", lacking: "a" }, "b1 c1"],
    ["public ones by their routes", { there: "a1:nat a2 b1:closed b2" }, "a2 b2"],
    ["those that give public addresses, among several", { there: "a1 a2:public b1" }, "a2 b1"],
    ["what public addresses do not lead to less", { there: "a1:closed:public a2 b1" }, "a2 b1"],
    [
      "one with a way out, without a load balancer",
      { there: "a1:nat a2:closed b1:closed b2", facing: false },
      "a1 b2",
    ],
    ["zones with a way out", { there: "a1:closed b1:nat c1", facing: false }, "b1 c1"],
    ["one without where there is none", { there: "a1:closed b1", facing: false }, "a1 b1"],
    ["the stack's own, though others are there", { there: "a1 a2 b1", servers: "a2" }, "a2 b1"],
    ["the zone of the stack's own", { there: "a1 c1", servers: "c1", zones: 1 }, "c1"],
    [
      "the stack's own, whatever its zone offers",
      { there: "a1 b1", servers: "b1", zones: 1, lacking: "b" },
      "b1",
    ],
    [
      "the stack's own before one with a way out, without a load balancer",
      { there: "a1 b1:closed", servers: "b1", zones: 1, facing: false },
      "b1",
    ],
    [
      "none of the stack's own that its load balancer could not be reached in",
      { there: "a1 b1:nat", servers: "b1", zones: 1 },
      "a1",
    ],
    [
      "one that the load balancer is in, be it closed",
      { there: "a1 b1:closed", balancer: "b1", zones: 1 },
      "b1",
    ],
    [
      "a public one before one that the load balancer is in",
      { there: "a1:closed b1", balancer: "a1", servers: "b1", zones: 1 },
      "b1",
    ],
    [
      "the load balancer's before the servers'",
      { there: "a1 b1", balancer: "b1", servers: "a1", zones: 1 },
      "b1",
    ],
    [
      "what both are in before the load balancer's",
      { there: "a1 b1", balancer: "a1 b1", servers: "b1", zones: 1 },
      "b1",
    ],
    [
      "the load balancer's of a zone",
      { there: "a1 a2 b1", balancer: "a2 b1", servers: "a1 b1" },
      "a2 b1",
    ],
    [
      "the public one of a zone",
      { there: "a1 a2:closed b1", balancer: "a2 b1", servers: "a1 b1" },
      "a1 b1",
    ],
    ["the lower id of two that are alike", { there: "a2 a1", servers: "a2 a1", zones: 1 }, "a1"],
    ["the lower id, in whatever order", { there: "a1 a2", servers: "a2 a1", zones: 1 }, "a1"],
    [
      "a zone where the stack was, in a subnet that cannot be kept",
      { there: "a1 b1:pending b2", servers: "b1", zones: 1 },
      "b2",
    ],
    [
      "the zone of the load balancer before that of servers",
      { there: "a1:pending a2 b1:pending b2", balancer: "b1", servers: "a1", zones: 1 },
      "b2",
    ],
    [
      "the zone of both before that of the load balancer",
      { there: "a1:pending a2 b1:pending b2", balancer: "a1 b1", servers: "b1", zones: 1 },
      "b2",
    ],
    [
      "what it can be reached in before where the stack was",
      { there: "a1:closed a2:pending b1", servers: "a2", zones: 1 },
      "b1",
    ],
    ["several only in a zone that another is chosen of", { there: "a1 b1 b2", zones: 1 }, "a1"],
  ])("%s", (_why, situation, chosen) => {
    const { choosing, suitability } = situationOf(situation);
    expect(shortened(choose(choosing, suitability))).toBe(chosen);
  });
});

/** What is listed of a subnet that nothing is said of. */
const told = (name: string, route = "route to igw-1") =>
  `  subnet-${name}  us-east-1${name.charAt(0)}  10.0.${name.slice(1)}.0/24  ${route}  no public addresses  "name \\"${name}\\""`;

const mustBePublic =
  "An internet-facing load balancer needs a public subnet in each zone. The route table of a public subnet has a route to an internet gateway.";
const mustOffer = "Servers need a zone that offers their instance type (scaling.instanceType).";
const orName = (serving: string) =>
  `Set network.zones to usable zones${serving}, or name the subnets in network.subnets. The subnets are:`;

describe("a choice is refused where", () => {
  test.each<[string, Situation, string, readonly string[]]>([
    [
      "there are too few zones, the local ones not counted",
      { there: "l1 b1 a1", zones: 3 },
      "vpc-1 has subnets in 2 availability zones, not in 3",
      ["Set network.zones to zones that exist: us-east-1a, us-east-1b, us-east-1-bos-1a."],
    ],
    [
      "zones that are named have no subnet",
      { there: "b1 a1", zones: "dca" },
      "vpc-1 has no subnet in us-east-1c, us-east-1d",
      ["Set network.zones to zones that exist: us-east-1a, us-east-1b."],
    ],
    [
      "zones that are named have no subnet, though as many others have",
      { there: "b1 a1", zones: "c" },
      "vpc-1 has no subnet in us-east-1c",
      ["Set network.zones to zones that exist: us-east-1a, us-east-1b."],
    ],
    [
      "too few zones have a public subnet",
      { there: "d1 c3:nat b2:closed b1:closed a1", zones: 4 },
      "vpc-1 has usable subnets in 2 availability zones, not in 4: no public subnet in us-east-1b, us-east-1c",
      [
        mustBePublic,
        orName(" (us-east-1a, us-east-1d)"),
        told("a1"),
        told("b1", "no route to the internet"),
        told("b2", "no route to the internet"),
        told("c3", "route to nat-1"),
        told("d1"),
      ],
    ],
    [
      "zones that are named have no subnet, and others no public one",
      { there: "b1:closed a1", zones: "cba" },
      "vpc-1 has no subnet in us-east-1c",
      ["Set network.zones to zones that exist: us-east-1a, us-east-1b."],
    ],
    [
      "a local zone that is named has no public subnet",
      { there: "l1:closed a1", zones: "la" },
      "vpc-1 has no usable subnet in us-east-1-bos-1a: no public subnet in us-east-1-bos-1a",
      [
        mustBePublic,
        orName(" (us-east-1a)"),
        told("a1"),
        `  subnet-l1  us-east-1-bos-1a  10.0.1.0/24  no route to the internet  no public addresses  "name \\"l1\\""`,
      ],
    ],
    [
      "a local zone could serve beside the region's own",
      { there: "l1 a1", zones: 1, lacking: "a" },
      "vpc-1 has usable subnets in 0 availability zones, not in 1: no t3.micro in us-east-1a",
      [
        mustOffer,
        orName(" (us-east-1-bos-1a)"),
        told("a1"),
        `  subnet-l1  us-east-1-bos-1a  10.0.1.0/24  route to igw-1  no public addresses  "name \\"l1\\""`,
      ],
    ],
    [
      "no zone has a public subnet",
      { there: "a1:closed", zones: 1 },
      "vpc-1 has usable subnets in 0 availability zones, not in 1: no public subnet in us-east-1a",
      [mustBePublic, orName(""), told("a1", "no route to the internet")],
    ],
    [
      "zones that are named have no public subnet, or lack the servers' type",
      { there: "a1:closed b1 c1 b2:closed d1 e1:closed", zones: "dcba", lacking: "cd" },
      "vpc-1 has no usable subnet in us-east-1a, us-east-1c, us-east-1d: no public subnet in us-east-1a, no t3.micro in us-east-1c, us-east-1d",
      [
        mustBePublic,
        mustOffer,
        orName(" (us-east-1b)"),
        told("a1", "no route to the internet"),
        told("b1"),
        told("b2", "no route to the internet"),
        told("c1"),
        told("d1"),
        told("e1", "no route to the internet"),
      ],
    ],
    [
      "zones lack the servers' type, and no load balancer asks for a public subnet",
      { there: "a1:closed b1", zones: 2, lacking: "a", facing: false },
      "vpc-1 has usable subnets in 1 availability zone, not in 2: no t3.micro in us-east-1a",
      [mustOffer, orName(" (us-east-1b)"), told("a1", "no route to the internet"), told("b1")],
    ],
    [
      "a zone has several, of those that are to choose from alone",
      {
        there: "b2 b1:v6:unnamed a3:public:nameless a2:public a1 c1 d1",
        zones: "cba",
        servers: "c1",
      },
      "vpc-1 has several usable subnets in us-east-1a, us-east-1b",
      [
        "Name one for each zone in network.subnets, instead of network.zones. The subnets are:",
        `  subnet-a2  us-east-1a  10.0.2.0/24  route to igw-1  public addresses  "name \\"a2\\""`,
        "  subnet-a3  us-east-1a  10.0.3.0/24  route to igw-1  public addresses  no name",
        "  subnet-b1  us-east-1b  route to igw-1  no public addresses  no name",
        told("b2"),
      ],
    ],
  ])("%s", (_why, situation, message, remedy) => {
    const { choosing, suitability } = situationOf(situation);
    const refusal = { name: "FactError", message, remedy: remedy.join("\n") };
    expect(() => choose(choosing, suitability)).toThrow(expect.objectContaining(refusal));
  });
});

test.each([
  ["a b", "b a", true],
  ["a b", "a", false],
  ["a", "a b", false],
  ["a b", "a c", false],
  ["a a", "a", true],
  ["", "", true],
])("the ids %j and %j are the same: %s", (one, other, same) => {
  const words = (text: string) => text.split(" ").filter(Boolean);
  expect(sameIds(words(one), words(other))).toBe(same);
});

describe("availability zones", () => {
  test.each([
    ["us-east-1a", true],
    ["us-gov-west-1b", true],
    ["eusc-de-east-1c", true],
    ["ap-southeast-10a", true],
    ["us-west-2-lax-1a", false],
    ["us-east-1-wl1-bos-wlz-1", false],
    ["us-east-1a-new-york", false],
    ["us-east-1-new-york-1a", false],
    ["us-east-1", false],
    ["use1-az1", false],
  ])("%s is the region's own: %s", (zone, expected) => {
    expect(isOwnZone(zone)).toBe(expected);
  });

  test("are sorted by name, the region's own first", () => {
    const sorted = ["us-east-1a", "us-east-1b", "us-east-1-atl-1a", "us-east-1-bos-1a"];
    for (const shuffled of [
      [3, 1, 2, 0],
      [1, 3, 0, 2],
      [0, 2, 1, 3],
    ]) {
      const zones = shuffled.map((index) => sorted[index] ?? "");
      expect(zones.sort(compareZones)).toEqual(sorted);
    }
  });
});

test("texts are compared by code points, and none is the least", () => {
  expect(["b", "a", "Z", "é"].sort(compareText)).toEqual(["Z", "a", "b", "é"]);
  expect(compareText("a", "a")).toBe(0);
  expect(compareText(undefined, "A")).toBe(-1);
  expect(compareText("A", undefined)).toBe(1);
});
