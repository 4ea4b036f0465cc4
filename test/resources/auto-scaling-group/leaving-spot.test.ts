import { describe, expect, test } from "vitest";
import type { MixedInstances } from "../../../src/resources/auto-scaling-group/fields.ts";
import {
  type LaunchSource,
  launchParameters,
  leavesSpot,
} from "../../../src/resources/auto-scaling-group/mixed-instances.ts";
import { rollOut } from "../../../src/resources/auto-scaling-group/rollout.ts";
import type { Account } from "../account.ts";
import { openChanging } from "./changing-group.ts";
import { applyTo, differing, openGroupWith } from "./sandbox-group.ts";

const alone: LaunchSource = { template: { id: "lt-1", version: "2" }, mixed: null };
const types = (spotShare: number): MixedInstances => ({
  instanceTypes: ["t3.micro", "t3.small"],
  onDemandBase: 0,
  spotShare,
});
const mixed = (spotShare: number): LaunchSource => ({ ...alone, mixed: types(spotShare) });

const rollout = { minHealthy: 90, maxHealthy: 110, warmup: 60, rollback: true };

/** Whether the rollout of a group that launches from one source to another skips matching servers. */
async function skips(from: LaunchSource, to: LaunchSource): Promise<unknown> {
  const stage = openChanging({ ...launchParameters(from) }, () => ({
    "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
      InstanceRefreshes:
        InstanceRefreshIds === undefined
          ? []
          : [{ InstanceRefreshId: "refresh-1", Status: "Successful" }],
    }),
    "autoscaling:StartInstanceRefresh": { InstanceRefreshId: "refresh-1" },
  }));
  const { LaunchTemplate: _, ...group } = stage.current.group;
  stage.current.group = { ...group, ...launchParameters(from) };
  await rollOut(stage.context, "afterpay-web", to, rollout);
  const [input] = stage.asked("autoscaling:StartInstanceRefresh");
  const { SkipMatching } = (input?.["Preferences"] ?? {}) as { SkipMatching?: boolean };
  return SkipMatching;
}

describe("a rollout", () => {
  test.each<[what: string, from: LaunchSource, to: LaunchSource]>([
    ["back to the template alone", mixed(50), alone],
    ["to the same types without any", mixed(100), mixed(0)],
  ])("from Spot Instances %s replaces matching servers, too", async (_what, from, to) => {
    expect(await skips(from, to)).toBe(false);
  });

  test.each<[what: string, from: LaunchSource, to: LaunchSource]>([
    ["to a new version", alone, { ...alone, template: { id: "lt-1", version: "3" } }],
    ["to several types", alone, mixed(0)],
    ["back from several types", mixed(0), alone],
    ["to Spot Instances", alone, mixed(50)],
    ["to fewer Spot Instances", mixed(50), mixed(10)],
  ])("%s skips servers that match after an interrupted one", async (_what, from, to) => {
    expect(await skips(from, to)).toBe(true);
  });

  test("of a group that nobody sees leaves no Spot Instances", () => {
    expect(leavesSpot(undefined, alone)).toBe(false);
  });
});

describe("a group in the sandbox", () => {
  const spotServers = async ({ sandbox }: Account) => {
    const answer = await sandbox.call("ec2", "DescribeInstances", {
      Filters: [
        { Name: "instance-state-name", Values: ["running"] },
        { Name: "instance-lifecycle", Values: ["spot"] },
      ],
    });
    return (answer as { Reservations?: object[] }).Reservations?.length ?? 0;
  };

  test("has no Spot Instance after it goes back, though each matches its template", async () => {
    const { account, fields } = await openGroupWith({ mixedInstancesPolicy: types(100) });
    expect(await spotServers(account)).toBe(2);
    const wanted = { ...fields, mixedInstancesPolicy: null };
    expect(await applyTo(account, wanted)).toEqual({
      changed: ["mixedInstancesPolicy"],
      writes: ["StartInstanceRefresh"],
    });
    expect(await spotServers(account)).toBe(0);
    expect(await differing(account, wanted)).toEqual([]);
  });
});
