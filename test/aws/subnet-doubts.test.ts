import { describe, expect, test } from "vitest";
import { doubtsAboutMoving, doubtsAboutServing } from "../../src/aws/subnet-doubts.ts";
import { idsOf, type Situation, situationOf, subnetsOf } from "./subnets.ts";

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
