import {
  type DesiredConfiguration,
  type RefreshPreferences,
  RollbackInstanceRefreshCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateVersionCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { type Account, type Tier, templateData } from "../tier.ts";
import { openMixed, options, policyOf, servers } from "./mixed-group.ts";
import { follow, lastRefresh, rolling } from "./rollout.ts";
import { describePool, machineState, openGroup, pooled, poolOf, putPool } from "./warm-group.ts";
import { describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const group = { AutoScalingGroupName: "web" };
const start = (account: Account, desired: DesiredConfiguration, more: RefreshPreferences = {}) =>
  account.autoScaling.send(
    new StartInstanceRefreshCommand({
      ...group,
      DesiredConfiguration: desired,
      Preferences: { ...rolling, ...more },
    }),
  );

/** A second version of the tier's template. */
async function addVersion(account: Account, tier: Tier, group: string): Promise<void> {
  await account.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: tier.templateId,
      LaunchTemplateData: templateData(account, group, { InstanceType: "t3.micro" }),
    }),
  );
}

const templateOf = (tier: Tier, Version: string) => ({
  LaunchTemplate: { LaunchTemplateId: tier.templateId, Version },
});
const types = async (account: Account) => (await servers(account)).map(({ type }) => type).sort();
const end = async (account: Account, tier: Tier, seconds = 3600) =>
  (await follow({ account, tier }, seconds)).end;

describe("a refresh to a mixed instances policy", () => {
  const halfSpot = { OnDemandPercentageAboveBaseCapacity: 50 };

  test("brings the policy, its types and its purchase options", async () => {
    const { account, tier } = await openGroup();
    const MixedInstancesPolicy = policyOf(tier, ["t3.small"], halfSpot);
    await start(account, { MixedInstancesPolicy });
    expect((await lastRefresh(account)).DesiredConfiguration).toMatchObject({
      MixedInstancesPolicy,
    });
    expect((await describeGroup(account))?.MixedInstancesPolicy).toBeUndefined();
    expect((await end(account, tier)).Status).toBe("Successful");
    expect(await types(account)).toEqual(["t3.small", "t3.small"]);
    expect(await options(account)).toBe("1 on-demand, 1 spot");
    expect((await describeGroup(account))?.MixedInstancesPolicy).toMatchObject(
      MixedInstancesPolicy,
    );
  });

  test("skips instances that match the version and the types", async () => {
    const { account, tier } = await openMixed(["t3.small"], {});
    const before = (await servers(account)).map(({ id }) => id).sort();
    await start(account, { MixedInstancesPolicy: policyOf(tier, ["t3.large", "t3.small"]) });
    expect((await end(account, tier)).Status).toBe("Successful");
    expect((await servers(account)).map(({ id }) => id).sort()).toEqual(before);
    await start(account, { MixedInstancesPolicy: policyOf(tier, ["t3.large"]) });
    expect((await end(account, tier)).Status).toBe("Successful");
    expect(await types(account)).toEqual(["t3.large", "t3.large"]);
  });

  test("that is rolled back brings the old types again", async () => {
    const { account, tier } = await openMixed(["t3.small"], {});
    await start(account, { MixedInstancesPolicy: policyOf(tier, ["t3.large"]) });
    await account.until(900, async () =>
      (await types(account)).filter((type) => type === "t3.large").length === 1 ? true : undefined,
    );
    account.pass(30);
    await account.autoScaling.send(new RollbackInstanceRefreshCommand(group));
    expect((await end(account, tier)).Status).toBe("RollbackSuccessful");
    expect(await types(account)).toEqual(["t3.small", "t3.small"]);
    expect((await describeGroup(account))?.MixedInstancesPolicy?.LaunchTemplate?.Overrides).toEqual(
      [{ InstanceType: "t3.small" }],
    );
  });

  test("that is rolled back brings a template alone again", async () => {
    const { account, tier } = await openGroup();
    for (const zone of ["ap-southeast-2a", "ap-southeast-2b"]) {
      account.sandbox.setSupply(zone, "none", "t3.large");
    }
    await start(account, { MixedInstancesPolicy: policyOf(tier, ["t3.large"], halfSpot) });
    const rolledBack = await end(account, tier, 7200);
    expect(rolledBack.Status).toBe("RollbackSuccessful");
    expect(rolledBack.RollbackDetails?.RollbackReason).toMatch(
      /Could not launch (Spot|On-Demand) Instances\./,
    );
    expect(await types(account)).toEqual(["t3.micro", "t3.micro"]);
    expect((await describeGroup(account))?.LaunchTemplate?.Version).toBe("1");
  });

  test("is refused together with a template, and blocks changes of the group's source", async () => {
    const { account, tier } = await openGroup();
    const MixedInstancesPolicy = policyOf(tier, ["t3.small"]);
    const both = start(account, { ...templateOf(tier, "1"), MixedInstancesPolicy });
    expect((await refusal(both)).code).toBe("ValidationError");
    await start(account, { MixedInstancesPolicy });
    const { message } = await refusal(
      account.autoScaling.send(
        new UpdateAutoScalingGroupCommand({ ...group, MixedInstancesPolicy }),
      ),
    );
    expect(message).toContain("An active instance refresh with a desired configuration exists.");
  });
});

describe("a refresh of a group with a warm pool", () => {
  async function open() {
    const { account, tier } = await openGroup();
    await addVersion(account, tier, tier.webGroup);
    await putPool(account);
    const before = await poolOf(account, 2);
    return { account, tier, before };
  }

  test("replaces the instances in service, then those of the pool", async () => {
    const { account, tier, before } = await open();
    await start(account, templateOf(tier, "2"));
    expect((await refusal(putPool(account, { MinSize: 1 }))).code).toBe(
      "InstanceRefreshInProgressFault",
    );
    await account.until(1800, async () =>
      (await lastRefresh(account)).ProgressDetails?.LivePoolProgress?.PercentageComplete === 100
        ? true
        : undefined,
    );
    // The first ones of the pool are only being replaced.
    expect(await pooled(account, "Warmed:Stopped")).not.toEqual([]);
    const { PercentageComplete, ProgressDetails } = await lastRefresh(account);
    expect(PercentageComplete).toBe(50);
    expect(ProgressDetails?.WarmPoolProgress?.PercentageComplete).toBe(0);
    const refresh = await end(account, tier);
    expect(refresh).toMatchObject({
      Status: "Successful",
      PercentageComplete: 100,
      InstancesToUpdate: 0,
      ProgressDetails: {
        LivePoolProgress: { PercentageComplete: 100, InstancesToUpdate: 0 },
        WarmPoolProgress: { PercentageComplete: 100, InstancesToUpdate: 0 },
      },
    });
    const after = await poolOf(account, 2, "Warmed:Stopped", 0);
    expect(after.some((id) => before.includes(id))).toBe(false);
    for (const id of before) expect(await machineState(account, id)).toBe("terminated");
    await putPool(account, { MinSize: 1 });
  });

  test("with nothing to replace in the pool tells nothing of it", async () => {
    const { account, tier } = await open();
    await start(account, templateOf(tier, "1"));
    const refresh = await end(account, tier);
    expect(refresh.Status).toBe("Successful");
    expect(refresh.ProgressDetails).toBeUndefined();
  });

  test("that is rolled back replaces what it has put into the pool", async () => {
    const { account, tier } = await open();
    await start(account, templateOf(tier, "2"), { InstanceWarmup: 0 });
    await account.until(1800, async () =>
      (await lastRefresh(account)).ProgressDetails?.WarmPoolProgress?.PercentageComplete === 50
        ? true
        : undefined,
    );
    await account.autoScaling.send(new RollbackInstanceRefreshCommand(group));
    expect((await end(account, tier)).Status).toBe("RollbackSuccessful");
    await serving(account, 2);
    const { Instances = [] } = await describePool(account);
    expect(Instances.map(({ LaunchTemplate }) => LaunchTemplate?.Version)).toEqual(["1", "1"]);
  });
});
