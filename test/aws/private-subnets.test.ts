import { describe, expect, test } from "vitest";
import { chooseDivided, divideNamed, stayDivided } from "../../src/aws/private-subnets.ts";
import { type Situation, shortened, situationOf, subnetsOf } from "./subnets.ts";

/** `a1 b1 | a2 b2`: the load balancer's, and the servers'. */
function shown(
  divided:
    | {
        readonly loadBalancer: readonly { readonly id: string }[];
        readonly servers: readonly { readonly id: string }[];
      }
    | undefined,
): string | undefined {
  return divided && `${shortened(divided.loadBalancer)} | ${shortened(divided.servers)}`;
}

describe("a stack with private servers stays where it is, unseen,", () => {
  test.each<[string, Situation, string | undefined]>([
    [
      "where its parts are apart in the same zones",
      { there: "b2 a2 b1 a1", balancer: "b1 a1", servers: "b2 a2" },
      "a1 b1 | a2 b2",
    ],
    [
      "in the first of more zones than are wanted",
      { there: "b2 a2 b1 a1", balancer: "b1 a1", servers: "b2 a2", zones: 1 },
      "a1 | a2",
    ],
    [
      "in the zones that are named",
      { there: "b2 a2 b1 a1", balancer: "b1 a1", servers: "b2 a2", zones: "b" },
      "b1 | b2",
    ],
    [
      "not where they share a subnet",
      { there: "a1 b1 b2", balancer: "a1 b1", servers: "a1 b2" },
      undefined,
    ],
    [
      "not where they are in different zones",
      { there: "a1 b1 b2 c2", balancer: "a1 b1", servers: "b2 c2" },
      undefined,
    ],
    [
      "not where one of the servers' is not available",
      { there: "a1 b1 a2 b2:pending", balancer: "a1 b1", servers: "a2 b2" },
      undefined,
    ],
    ["not without its load balancer", { there: "a2 b2 a1 b1", servers: "a2 b2" }, undefined],
    ["not without its servers", { there: "a1 b1 a2 b2", balancer: "a1 b1" }, undefined],
    [
      "not where more zones are wanted",
      { there: "a1 a2 b1:nat", balancer: "a1", servers: "a2" },
      undefined,
    ],
    [
      "not in two subnets of a zone",
      { there: "a1 b1 a2 a3 b2", balancer: "a1 b1", servers: "a2 a3 b2" },
      undefined,
    ],
  ])("%s", (_why, situation, kept) => {
    expect(shown(stayDivided(situationOf(situation).choosing))).toBe(kept);
  });
});

describe("a choice for private servers falls on", () => {
  test.each<[string, Situation, string]>([
    [
      "public ones for the load balancer and private ones for the servers",
      { there: "a1 a2:nat b1 b2:nat" },
      "a1 b1 | a2 b2",
    ],
    ["zones that have both", { there: "a1 b1 b2:nat c2:nat d1 d2:nat" }, "b1 d1 | b2 d2"],
    ["those with a way out", { there: "a1 a2:closed a3:nat", zones: 1 }, "a1 | a3"],
    ["zones with a way out", { there: "a1 a2:closed b1 b2:nat", zones: 1 }, "b1 | b2"],
    [
      "those that lead nowhere, where there are no others",
      { there: "a1 a2:closed", zones: 1 },
      "a1 | a2",
    ],
    [
      "those that give no public addresses, among several",
      { there: "a1:public a2:nat a3:nat:public", zones: 1 },
      "a1 | a2",
    ],
    [
      "what is there of each part, though others are there",
      {
        there: "a1 a2:nat a3 a4:nat b1 b2:nat b3 b4:nat",
        balancer: "a3 b3",
        servers: "a4 b4",
      },
      "a3 b3 | a4 b4",
    ],
    [
      "the load balancer's, and private ones for servers that were public",
      { there: "a1 a2:nat a3 b1 b2:nat", balancer: "a1 b1", servers: "a1 b1" },
      "a1 b1 | a2 b2",
    ],
    [
      "the zones of the load balancer before those of the servers",
      { there: "a1 a2:nat b1 b2:nat c1 c2:nat", balancer: "c1", servers: "b2", zones: 1 },
      "c1 | c2",
    ],
    [
      "the servers' own that lead nowhere, before others with a way out",
      { there: "a1 a2:closed a3:nat", balancer: "a1", servers: "a2", zones: 1 },
      "a1 | a2",
    ],
    [
      "none of the servers' own that became public",
      { there: "a1 a2 a3:nat", balancer: "a1", servers: "a2", zones: 1 },
      "a1 | a3",
    ],
    [
      "a public one for a load balancer that is in a private one",
      { there: "a1 a2:nat", balancer: "a2", servers: "a2", zones: 1 },
      "a1 | a2",
    ],
    ["zones by name", { there: "a1 a2:nat b1 b2:nat c1 c2:nat", zones: "ca" }, "a1 c1 | a2 c2"],
    [
      "the servers' own before a private one of the load balancer",
      { there: "a1 a2:nat a3:nat", balancer: "a2", servers: "a3", zones: 1 },
      "a1 | a3",
    ],
    [
      "private ones for all, without an internet-facing load balancer",
      { there: "a1 a2:nat b1 b2:nat", facing: false },
      "a2 b2 | a2 b2",
    ],
    [
      "private ones that an internal load balancer and its servers are in",
      {
        there: "a2:nat a3:nat b2:nat",
        facing: false,
        balancer: "a3 b2",
        servers: "a3 b2",
      },
      "a3 b2 | a3 b2",
    ],
    [
      "private ones for what was in public ones",
      { there: "a1 a2:nat", facing: false, servers: "a1", zones: 1 },
      "a2 | a2",
    ],
  ])("%s", (_why, situation, chosen) => {
    const { choosing, suitability } = situationOf(situation);
    expect(shown(chooseDivided(choosing, suitability))).toBe(chosen);
  });
});

/** What is listed of a subnet that nothing is said of. */
const told = (name: string, route = "route to igw-1") =>
  `  subnet-${name}  us-east-1${name.charAt(0)}  10.0.${name.slice(1)}.0/24  ${route}  no public addresses  "name \\"${name}\\""`;

const byNat = "route to nat-1";
const mustBePublic =
  "An internet-facing load balancer needs a public subnet in each zone. The route table of a public subnet has a route to an internet gateway.";
const mustBePrivate =
  "Private servers need a private subnet in each zone. The route table of a private subnet has no route to an internet gateway.";
const orName = (serving: string) =>
  `Set network.zones to usable zones${serving}, or name the subnets in network.subnets. The subnets are:`;

describe("a choice for private servers is refused where", () => {
  test.each<[string, Situation, string, readonly string[]]>([
    [
      "zones lack one of the two",
      { there: "a1 b1 b2:nat c2:nat" },
      "vpc-1 has usable subnets in 1 availability zone, not in 2: no public subnet in us-east-1c, no private subnet in us-east-1a",
      [
        mustBePublic,
        mustBePrivate,
        orName(" (us-east-1b)"),
        told("a1"),
        told("b1"),
        told("b2", byNat),
        told("c2", byNat),
      ],
    ],
    [
      "a zone that is named has public ones alone",
      { there: "a1 b1 b2:nat", zones: "ab" },
      "vpc-1 has no usable subnet in us-east-1a: no private subnet in us-east-1a",
      [mustBePrivate, orName(" (us-east-1b)"), told("a1"), told("b1"), told("b2", byNat)],
    ],
    [
      "no public one is needed, and there is no private one",
      { there: "a1", zones: 1, facing: false },
      "vpc-1 has usable subnets in 0 availability zones, not in 1: no private subnet in us-east-1a",
      [mustBePrivate, orName(""), told("a1")],
    ],
    [
      "a zone has several private ones; all are listed that a person can name",
      { there: "a1 a2:nat a3:nat b1 b2:nat" },
      "vpc-1 has several private subnets in us-east-1a",
      [
        "Name a public and a private one for each zone in network.subnets, instead of network.zones. The subnets are:",
        told("a1"),
        told("a2", byNat),
        told("a3", byNat),
        told("b1"),
        told("b2", byNat),
      ],
    ],
    [
      "zones have several of both kinds",
      { there: "a1 a2:nat a3:nat b1 b2:nat b3", balancer: "a1" },
      "vpc-1 has several public subnets in us-east-1b, and several private subnets in us-east-1a",
      [
        "Name a public and a private one for each zone in network.subnets, instead of network.zones. The subnets are:",
        told("a1"),
        told("a2", byNat),
        told("a3", byNat),
        told("b1"),
        told("b2", byNat),
        told("b3"),
      ],
    ],
  ])("%s", (_why, situation, message, remedy) => {
    const { choosing, suitability } = situationOf(situation);
    const refusal = { name: "FactError", message, remedy: remedy.join("\n") };
    expect(() => chooseDivided(choosing, suitability)).toThrow(expect.objectContaining(refusal));
  });
});

describe("subnets that a stack file names for private servers", () => {
  test.each<[string, Situation, string]>([
    ["are divided by their routes", { there: "a2:nat a1 b1 b2:closed" }, "a1 b1 | a2 b2"],
    [
      "are all private without an internet-facing load balancer",
      { there: "a1:nat b1:nat", facing: false },
      "a1 b1 | a1 b1",
    ],
  ])("%s", (_why, situation, divided) => {
    const { suitability } = situationOf(situation);
    expect(shown(divideNamed(subnetsOf(situation.there), suitability))).toBe(divided);
  });

  const nameBoth =
    "Name a public subnet for the load balancer and a private one for the servers in each zone (network.subnets). The route table of a public subnet has a route to an internet gateway. The subnets are:";

  test.each<[string, Situation, string, readonly string[]]>([
    [
      "a zone lacks a public one, and another a private one",
      { there: "a1 b1:nat" },
      "network.subnets names no public subnet in us-east-1b; network.subnets names no private subnet in us-east-1a",
      [nameBoth, told("a1"), told("b1", byNat)],
    ],
    [
      "a zone has two of a kind",
      { there: "a1 a2 a3:nat" },
      "subnet-a1, subnet-a2 are all public subnets of us-east-1a",
      [nameBoth, told("a1"), told("a2"), told("a3", byNat)],
    ],
    [
      "a zone has two private ones, and no load balancer wants a public one",
      { there: "a1:nat a2:nat", facing: false },
      "subnet-a1, subnet-a2 are all private subnets of us-east-1a",
      [
        "Name one private subnet in each zone (network.subnets). The route table of a public subnet has a route to an internet gateway. The subnets are:",
        told("a1", byNat),
        told("a2", byNat),
      ],
    ],
    [
      "one is public, and nothing of the stack may be",
      { there: "a1 b1:nat", facing: false },
      "nothing of the stack can be in subnet-a1, because its servers are private and it has no internet-facing load balancer",
      [
        "Name private subnets alone in network.subnets. The route table of a private subnet has no route to an internet gateway. The subnets are:",
        told("a1"),
        told("b1", byNat),
      ],
    ],
  ])("are refused where %s", (_why, situation, message, remedy) => {
    const { suitability } = situationOf(situation);
    const refusal = { name: "FactError", message, remedy: remedy.join("\n") };
    expect(() => divideNamed(subnetsOf(situation.there), suitability)).toThrow(
      expect.objectContaining(refusal),
    );
  });
});
