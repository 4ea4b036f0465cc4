import { describe, expect, test } from "vitest";
import { FactError } from "../../src/aws/fact-error.ts";
import type { Placement } from "../../src/aws/known-subnets.ts";
import { chooseSubnets, lookUpVpc, type WantedNetwork } from "../../src/aws/network.ts";
import { lookUpOfferings } from "../../src/aws/offerings.ts";
import { doubtsAboutServing, doubtsAboutTypes } from "../../src/aws/subnet-doubts.ts";
import { type Account, openAccount } from "../resources/account.ts";
import { openStage } from "../resources/answers.ts";
import { situationOf, subnetsOf, zone } from "./subnets.ts";

const [micro, small, large] = ["t3.micro", "t3.small", "t3.large"] as const;

const remedy =
  "If that leaves too few types, name subnets of other zones, or other types in scaling.instanceTypes.";

/** `{ "t3.micro": "ab" }`: the letters of the zones that offer a type. */
function offeringsOf(letters: Readonly<Record<string, string>>) {
  return new Map(
    Object.entries(letters).map(([type, zones]) => [type, new Set([...zones].map(zone))]),
  );
}

describe("zones that lack one of several types", () => {
  test.each<
    [
      what: string,
      there: string,
      offers: Readonly<Record<string, string>>,
      summaries: readonly string[],
    ]
  >([
    ["none does", "a1 b1", { [micro]: "ab", [small]: "ba" }, []],
    [
      "one lacks one",
      "a1 b1",
      { [micro]: "ab", [small]: "a" },
      ["us-east-1b does not offer t3.small: servers there have the other types"],
    ],
    [
      "one lacks two of three",
      "a1 b1",
      { [micro]: "ab", [small]: "a", [large]: "a" },
      ["us-east-1b does not offer t3.small, t3.large: servers there have the other types"],
    ],
    [
      "each lacks another, in the order of the zones",
      "b1 a1",
      { [micro]: "a", [small]: "b" },
      [
        "us-east-1a does not offer t3.small: servers there have the other types",
        "us-east-1b does not offer t3.micro: servers there have the other types",
      ],
    ],
    [
      "one lacks all",
      "a1 b1",
      { [micro]: "a", [small]: "a" },
      ["us-east-1b does not offer t3.micro, t3.small: no servers start there"],
    ],
    [
      "two subnets of one zone are told once",
      "a1 a2",
      { [micro]: "a", [small]: "" },
      ["us-east-1a does not offer t3.small: servers there have the other types"],
    ],
    ["a zone without a subnet does not matter", "a1", { [micro]: "ab", [small]: "a" }, []],
    ["one type alone is another warning's", "a1", { [micro]: "" }, []],
    ["no types are none", "a1", {}, []],
  ])("are told: %s", (_what, there, offers, summaries) => {
    expect(doubtsAboutTypes(subnetsOf(there), offeringsOf(offers))).toEqual(
      summaries.map((summary) => ({ summary, remedy })),
    );
  });

  test("are told once where no type is offered there", () => {
    const { suitability } = situationOf({ there: "a1 b1 c1", lacking: "c" });
    const offerings = offeringsOf({ [micro]: "ab", [small]: "a" });
    const doubts = doubtsAboutServing(subnetsOf("a1 b1 c1"), {
      ...suitability,
      instanceType: "t3.micro, t3.small",
      offerings,
    });
    expect(doubts.map(({ summary }) => summary)).toEqual([
      "us-east-1c does not offer t3.micro, t3.small: no servers start there",
      "us-east-1b does not offer t3.small: servers there have the other types",
    ]);
  });
});

describe("the zones of several types", () => {
  const offering = (InstanceType: string, Location: string) => ({
    InstanceType,
    Location,
    LocationType: "availability-zone",
  });

  test("are looked up by one call, on every page, for each type", async () => {
    const { context, asked } = openStage({
      "ec2:DescribeInstanceTypeOfferings": ({ NextToken }) =>
        NextToken === undefined
          ? {
              InstanceTypeOfferings: [offering(micro, "eu-west-1a"), offering(small, "eu-west-1a")],
              NextToken: "more",
            }
          : { InstanceTypeOfferings: [offering(micro, "eu-west-1b")] },
    });
    expect(await lookUpOfferings(context.clients, [micro, small, large])).toEqual(
      new Map([
        [micro, new Set(["eu-west-1a", "eu-west-1b"])],
        [small, new Set(["eu-west-1a"])],
        [large, new Set()],
      ]),
    );
    const input = {
      LocationType: "availability-zone",
      Filters: [{ Name: "instance-type", Values: [micro, small, large] }],
      MaxResults: 1000,
    };
    expect(asked("ec2:DescribeInstanceTypeOfferings")).toEqual([
      input,
      { ...input, NextToken: "more" },
    ]);
  });
});

const region = "ap-southeast-2";

async function open(...lacking: readonly (readonly [zone: string, type: string])[]) {
  const account = await openAccount();
  for (const [letter, type] of lacking) {
    await account.sandbox.setSupply(`${region}${letter}`, "not-offered", type);
  }
  return account;
}

const nowhere: Placement = { loadBalancer: [], servers: [] };

/** The choice for servers of these types, and the calls that it takes beyond the look at the VPC. */
async function choose(
  { clients, pass, takeCalls }: Account,
  wanted: WantedNetwork,
  instanceTypes: readonly string[],
  placement: Placement = nowhere,
  hasNewTypes = false,
) {
  const vpc = await pass(lookUpVpc(clients, wanted));
  takeCalls();
  const purpose = { internetFacing: true, instanceTypes, hasNewTypes };
  const choice = await pass(chooseSubnets(clients, vpc, wanted, purpose, placement));
  return {
    ...choice,
    zones: choice.subnets.map(({ zone: name }) => name.replace(region, "")),
    summaries: choice.doubts.map(({ summary }) => summary),
    calls: takeCalls().map(({ operation }) => operation.split(":")[1]),
  };
}

const twoZones = { vpc: "default", zones: 2 };

describe("a new choice for several types", () => {
  test("costs as many calls as for one, and says which zone lacks which type", async () => {
    const account = await open(["b", small]);
    const { zones, summaries, calls } = await choose(account, twoZones, [micro, small]);
    expect(zones).toEqual(["a", "b"]);
    expect(summaries).toEqual([
      "ap-southeast-2b does not offer t3.small: servers there have the other types",
    ]);
    expect(calls).toEqual(["DescribeRouteTables", "DescribeInstanceTypeOfferings"]);
    const one = await choose(account, twoZones, [micro]);
    expect(one).toMatchObject({ zones: ["a", "b"], summaries: [], calls });
  });

  test("passes over a zone that offers none of them", async () => {
    const account = await open(["a", micro], ["a", small]);
    expect(await choose(account, twoZones, [micro, small])).toMatchObject({
      zones: ["b", "c"],
      summaries: [],
    });
    const looking = choose(account, { vpc: "default", zones: 3 }, [micro, small]);
    await expect(looking).rejects.toThrow(FactError);
    await expect(looking).rejects.toThrow("no t3.micro, t3.small in ap-southeast-2a");
  });
});

describe("a stack that stays where it is", () => {
  const standing = async (account: Account) => {
    const { subnets } = await choose(account, twoZones, [micro]);
    const ids = subnets.map(({ id }) => id);
    return { ids, placement: { loadBalancer: ids, servers: ids } };
  };

  test("is told of a type that the stack file has just named, by one further call", async () => {
    const account = await open(["a", small]);
    const { ids, placement } = await standing(account);
    const told = {
      zones: ["a", "b"],
      summaries: ["ap-southeast-2a does not offer t3.small: servers there have the other types"],
      calls: ["DescribeInstanceTypeOfferings"],
    };
    expect(await choose(account, twoZones, [micro, small], placement)).toMatchObject(told);
    const named = { vpc: "default", subnets: ids };
    expect(await choose(account, named, [micro, small], placement)).toMatchObject(told);
  });

  test("stays where no server of these types starts, and is told so", async () => {
    const account = await open(["a", small], ["a", large]);
    const { placement } = await standing(account);
    expect(await choose(account, twoZones, [small, large], placement)).toMatchObject({
      zones: ["a", "b"],
      summaries: ["ap-southeast-2a does not offer t3.small, t3.large: no servers start there"],
    });
  });

  test("is told that a zone lacks the only type, where the stack file has just named it", async () => {
    const account = await open(["a", small]);
    const { ids, placement } = await standing(account);
    for (const wanted of [twoZones, { vpc: "default", subnets: ids }]) {
      expect(await choose(account, wanted, [small], placement, true)).toMatchObject({
        zones: ["a", "b"],
        summaries: ["ap-southeast-2a does not offer t3.small: no servers start there"],
        calls: ["DescribeInstanceTypeOfferings"],
      });
    }
    expect(await choose(account, twoZones, [micro], placement, true)).toMatchObject({
      summaries: [],
    });
  });

  test("is asked nothing more where it has one type, and nothing is told", async () => {
    const account = await open(["a", small]);
    const { ids, placement } = await standing(account);
    for (const wanted of [twoZones, { vpc: "default", subnets: ids }]) {
      expect(await choose(account, wanted, [small], placement)).toMatchObject({
        zones: ["a", "b"],
        summaries: [],
        calls: [],
      });
    }
  });
});
