import { describe, expect, test } from "vitest";
import {
  doubtsAboutHiding,
  doubtsAboutMoving,
  doubtsAboutPrivateServers,
  doubtsAboutServing,
  doubtsAboutSpace,
} from "../../src/aws/subnet-doubts.ts";
import { idsOf, type Situation, situationOf, subnetsOf } from "./subnets.ts";

const nowhere = { loadBalancer: [], servers: [] };

const nameOthers = "To use other subnets, name them in network.subnets.";
const whichFirst =
  "Public subnets come first, then the load balancer's subnets. To use others, name them in network.subnets.";

describe("a stack that is to be in other subnets than it is:", () => {
  test.each<
    [
      string,
      { there: string; balancer?: string; servers?: string; chosen: string },
      readonly (readonly [summary: string, remedy: string])[],
    ]
  >([
    [
      "one that stays",
      { there: "a1 b1", balancer: "a1 b1", servers: "b1 a1", chosen: "a1 b1" },
      [],
    ],
    ["one with servers alone", { there: "a1 b1", servers: "a1 b1", chosen: "a1 b1" }, []],
    ["one with a load balancer alone", { there: "a1 b1", balancer: "a1", chosen: "a1 b1" }, []],
    [
      "one in two places",
      { there: "a1 b1 c1", balancer: "c1 b1", servers: "b1 a1", chosen: "c1 b1" },
      [
        [
          "the load balancer is in subnet-b1, subnet-c1, and its servers are in subnet-a1, subnet-b1; both will move to subnet-b1, subnet-c1",
          whichFirst,
        ],
      ],
    ],
    [
      "a subnet that is not available, where another of its zone is chosen",
      { there: "a1:pending a2 b1", balancer: "a1", servers: "a1", chosen: "b1 a2" },
      [
        [
          "subnet-a1, a subnet of this stack, is not available (pending); the stack will move to subnet-a2",
          nameOthers,
        ],
      ],
    ],
    [
      "a subnet that is not available, where none of its zone is chosen",
      { there: "a1:pending b1 c1", servers: "a1", chosen: "c1 b1" },
      [
        [
          "subnet-a1, a subnet of this stack, is not available (pending); the stack will move to subnet-b1, subnet-c1",
          nameOthers,
        ],
      ],
    ],
    [
      "a subnet that is not there any more, and one that is not available",
      { there: "a1 b1:pending b2", servers: "c1 b1 a1", chosen: "a1 b2" },
      [
        [
          "subnet-c1, a subnet of this stack, was deleted or is no longer shared with this account; the stack will move to subnet-a1, subnet-b2",
          nameOthers,
        ],
        [
          "subnet-b1, a subnet of this stack, is not available (pending); the stack will move to subnet-b2",
          nameOthers,
        ],
      ],
    ],
  ])("%s", (_why, { there, balancer = "", servers = "", chosen }, doubts) => {
    const known = subnetsOf(there);
    const placement = { loadBalancer: idsOf(balancer), servers: idsOf(servers) };
    const ids = idsOf(chosen);
    const found = ids.flatMap((id) => known.filter((subnet) => subnet.id === id));
    expect(doubtsAboutMoving(placement, known, found)).toEqual(
      doubts.map(([summary, remedy]) => ({ summary, remedy })),
    );
  });
});

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

describe("a stack whose servers are to be private:", () => {
  test.each<[string, Situation & { readonly chosen: string }, string | undefined]>([
    ["they are", { there: "a1 a2:nat", balancer: "a1", servers: "a2", chosen: "a2" }, undefined],
    ["it has none yet", { there: "a1 a2:nat", balancer: "a1", chosen: "a2" }, undefined],
    [
      "they are where its load balancer is",
      { there: "b1 a1 a2:nat b2:nat", balancer: "a1 b1", servers: "a1 b1", chosen: "b2 a2" },
      "the servers are in subnet-a1, subnet-b1, which the internet can reach; they will move to subnet-a2, subnet-b2",
    ],
    [
      "some of them are",
      { there: "a1 b2:nat a2:nat", servers: "a1 b2", chosen: "a2 b2" },
      "the servers are in subnet-a1, which the internet can reach; they will move to subnet-a2, subnet-b2",
    ],
    [
      "its internal load balancer moves with them",
      { there: "a1 a2:nat", facing: false, balancer: "a1", servers: "a1", chosen: "a2" },
      "the load balancer and the servers are in subnet-a1, which the internet can reach; they will move to subnet-a2",
    ],
    [
      "its internal load balancer follows them",
      { there: "a1 a2:nat", facing: false, balancer: "a1", servers: "a2", chosen: "a2" },
      "the load balancer is in subnet-a1, which the internet can reach; it will move to subnet-a2",
    ],
  ])("%s", (_why, { chosen, ...situation }, summary) => {
    const { suitability, placement } = situationOf(situation);
    const ids = idsOf(chosen);
    const found = subnetsOf(situation.there).filter(({ id }) => ids.includes(id));
    expect(doubtsAboutHiding(placement, found, suitability)).toEqual(
      summary === undefined
        ? []
        : [
            {
              summary,
              remedy:
                "To let the internet reach the servers' subnets, write servers: public in network.",
            },
          ],
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
