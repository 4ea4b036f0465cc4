import { describe, expect, test } from "vitest";
import {
  doubtsAboutPrivateServers,
  doubtsAboutServing,
  doubtsAboutSpace,
} from "../../src/aws/subnet-doubts.ts";
import { idsOf, type Situation, situationOf, subnetsOf } from "./subnets.ts";

const nowhere = { loadBalancer: [], servers: [] };

const routeIt =
  "Name public subnets in network.subnets, or add a route to an internet gateway to their route tables. In a VPC without an internet gateway, AWS refuses the load balancer.";
const letOut =
  "Add a route to an internet gateway or NAT gateway to its route table, or name another subnet first in network.subnets.";
const offer = "Name subnets of other zones, or choose another scaling.instanceType.";

describe("subnets that", () => {
  test.each<[string, Situation, readonly (readonly [summary: string, remedy: string])[]]>([
    ["lead to an internet gateway are all right", { there: "a1 b1" }, []],
    [
      "lead to a NAT gateway are for no load balancer",
      { there: "b1:nat a1:nat c1" },
      [
        [
          "subnet-a1, subnet-b1 have no route to an internet gateway: a load balancer there is not reachable from the internet",
          routeIt,
        ],
      ],
    ],
    ["lead to a NAT gateway do for servers alone", { there: "a1:nat b1:nat", facing: false }, []],
    [
      "lead nowhere take neither visitors nor, where it is the first one, packages",
      { there: "a1:closed b1" },
      [
        [
          "subnet-a1 has no route to an internet gateway: a load balancer there is not reachable from the internet",
          routeIt,
        ],
        [
          "subnet-a1 has no route to the internet: a build there can install packages only from inside the VPC",
          letOut,
        ],
      ],
    ],
    [
      "lead nowhere and are not the builder's are all right",
      { there: "a1 b1:closed", facing: false },
      [],
    ],
    [
      "are in a zone that lacks the servers' type get no server",
      { there: "a1 b1", lacking: "b" },
      [["us-east-1b does not offer t3.micro: no servers start there", offer]],
    ],
    [
      "are in zones that lack the servers' type get no servers",
      { there: "a1 b1", lacking: "ab" },
      [["us-east-1a, us-east-1b do not offer t3.micro: no servers start there", offer]],
    ],
  ])("%s", (_why, situation, doubts) => {
    const { suitability } = situationOf(situation);
    expect(doubtsAboutServing(subnetsOf(situation.there), suitability)).toEqual(
      doubts.map(([summary, remedy]) => ({ summary, remedy })),
    );
  });
});

describe("private subnets that", () => {
  const addNat =
    "Add a route to a NAT gateway to the route tables of these subnets, or endpoints for what the servers need to the VPC, or name other subnets in network.subnets.";

  test.each<[string, Situation, readonly (readonly [summary: string, remedy: string])[]]>([
    ["lead to a NAT gateway are all right", { there: "a1:nat b1:nat" }, []],
    [
      "lead nowhere let out neither servers nor the builder",
      { there: "a1:closed b1:closed" },
      [
        [
          "subnet-a1, subnet-b1 have no route to the internet: servers there reach only what is inside the VPC, and a build can install packages only from there",
          addNat,
        ],
      ],
    ],
    [
      "lead nowhere and are not the builder's let out no servers",
      { there: "a1:nat b1:closed" },
      [
        [
          "subnet-b1 has no route to the internet: servers there reach only what is inside the VPC",
          addNat,
        ],
      ],
    ],
    [
      "are in a zone that lacks the servers' type get no server",
      { there: "a1:nat b1:nat", lacking: "b" },
      [["us-east-1b does not offer t3.micro: no servers start there", offer]],
    ],
  ])("%s", (_why, situation, doubts) => {
    const { suitability } = situationOf(situation);
    expect(doubtsAboutPrivateServers(subnetsOf(situation.there), suitability)).toEqual(
      doubts.map(([summary, remedy]) => ({ summary, remedy })),
    );
  });
});

describe("space for an application load balancer", () => {
  const larger = "Name larger subnets in network.subnets.";
  const others =
    "Name other subnets in network.subnets, or delete what uses the addresses of this one.";

  test.each<
    [string, string, Parameters<typeof doubtsAboutSpace>[1], readonly (readonly [string, string])[]]
  >([
    ["as little as AWS allows", "a1:27:free8 b1:24:free251", nowhere, []],
    [
      "too small a range, and too few free addresses in one",
      "a1:28:free11 b1:28:free2 c1",
      nowhere,
      [
        [
          "subnet-a1 (10.0.1.0/28) is smaller than /27: an application load balancer may not get enough addresses there when its traffic grows",
          larger,
        ],
        [
          "subnet-b1 has 2 free addresses: AWS refuses an application load balancer where fewer than 8 are free",
          others,
        ],
      ],
    ],
    [
      "too few free addresses",
      "a1:24:free7 b1:27:free1",
      nowhere,
      [
        [
          "subnet-a1 has 7 free addresses: AWS refuses an application load balancer where fewer than 8 are free",
          others,
        ],
        [
          "subnet-b1 has 1 free address: AWS refuses an application load balancer where fewer than 8 are free",
          others,
        ],
      ],
    ],
    [
      "where it is already",
      "a1:24:free7 b1:28",
      { ...nowhere, loadBalancer: idsOf("a1 b1"), applicationLoadBalancer: idsOf("a1 b1") },
      [],
    ],
    [
      "where only one of the other type is",
      "a1:24:free7",
      { ...nowhere, loadBalancer: idsOf("a1"), applicationLoadBalancer: [] },
      [
        [
          "subnet-a1 has 7 free addresses: AWS refuses an application load balancer where fewer than 8 are free",
          others,
        ],
      ],
    ],
    [
      "where one is of which nobody says the type",
      "a1:24:free7",
      { ...nowhere, loadBalancer: idsOf("a1") },
      [],
    ],
    ["of a subnet with IPv6 alone, and of which AWS says nothing", "a1:v6 b1", nowhere, []],
  ])("%s", (_why, there, placement, doubts) => {
    expect(doubtsAboutSpace(subnetsOf(there), placement)).toEqual(
      doubts.map(([summary, remedy]) => ({ summary, remedy })),
    );
  });
});
