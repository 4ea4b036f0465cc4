import { describe, expect, test } from "vitest";
import {
  doubtsAboutExposing,
  doubtsAboutHiding,
  doubtsAboutMoving,
} from "../../src/aws/moving-doubts.ts";
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
          "the load balancer is in subnet-b1, subnet-c1, and its servers are in subnet-a1, subnet-b1; the servers will move to subnet-b1, subnet-c1",
          whichFirst,
        ],
      ],
    ],
    [
      "one whose load balancer is not where its servers are, and has to be",
      { there: "a1 b1 c1", balancer: "c1", servers: "b1 a1", chosen: "a1 b1" },
      [
        [
          "the load balancer is in subnet-c1, and its servers are in subnet-a1, subnet-b1; the load balancer will move to subnet-a1, subnet-b1",
          whichFirst,
        ],
      ],
    ],
    [
      "one in two places of which neither will do",
      { there: "a1 b1 c1", balancer: "c1", servers: "a1", chosen: "b1 c1" },
      [
        [
          "the load balancer is in subnet-c1, and its servers are in subnet-a1; both will move to subnet-b1, subnet-c1",
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

describe("a stack whose servers are to be public:", () => {
  const moves = (from: string, to: string) =>
    `the servers are in ${from}, which the internet cannot reach; they will move to ${to}, which it can.`;
  const exposed =
    "They get public addresses there, and the internet reaches them as far as their security groups let it";

  test.each<[string, Situation & { readonly chosen: string }, string | undefined]>([
    ["they are", { there: "a1 b1", balancer: "a1", servers: "a1", chosen: "a1 b1" }, undefined],
    ["it has none yet", { there: "a1 a2:nat", balancer: "a1", chosen: "a1" }, undefined],
    [
      "they are private",
      {
        there: "a1:public b1:public a2:nat b2:nat",
        balancer: "a1 b1",
        servers: "a2 b2",
        chosen: "b1 a1",
      },
      `${moves("subnet-a2, subnet-b2", "subnet-a1, subnet-b1")} ${exposed}`,
    ],
    [
      "some of them are private",
      { there: "a1:public b1:public b2:nat", servers: "a1 b2", chosen: "a1 b1" },
      `${moves("subnet-b2", "subnet-b1")} ${exposed}`,
    ],
    [
      "they will have no way out",
      { there: "a1 b1:public a2:nat", servers: "a2", chosen: "a1 b1" },
      `${moves("subnet-a2", "subnet-a1, subnet-b1")} Servers in subnet-a1 get no public address, and reach nothing on the internet`,
    ],
    [
      "they stay where the internet does not reach them",
      { there: "a2:nat b2:nat", facing: false, servers: "a2", chosen: "a2 b2" },
      undefined,
    ],
  ])("%s", (_why, { chosen, ...situation }, summary) => {
    const { choosing, suitability, placement } = situationOf(situation);
    const ids = idsOf(chosen);
    const found = subnetsOf(situation.there).filter(({ id }) => ids.includes(id));
    const doubts = doubtsAboutExposing(placement, choosing.own, found, suitability);
    const remedy = "To leave the servers where they are, write servers: private in network.";
    expect(doubts).toEqual(summary === undefined ? [] : [{ summary, remedy }]);
    // That they move is told once.
    expect(doubtsAboutMoving(placement, choosing.own, found, doubts)).toEqual(doubts);
  });
});
