import {
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand, StopInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { onDemandShare } from "../../../src/sandbox/auto-scaling/purchase-options.ts";
import { refusal } from "../clients.ts";
import { type Account, buildTier, openAccount } from "../tier.ts";
import { openMixed, options, policyOf, scaleTo, servers, setPolicy } from "./mixed-group.ts";
import { activities, createGroup, describeGroup, serving, servingInstances } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const halfSpot = { OnDemandPercentageAboveBaseCapacity: 50 };
const allSpot = { OnDemandPercentageAboveBaseCapacity: 0 };

/** The zones of the group's two subnets. */
const zones = ["ap-southeast-2a", "ap-southeast-2b"];

/** Lets a group of two follow a change. */
async function settled(account: Account, wanted: string, seconds = 1200): Promise<void> {
  await account.until(seconds, async () =>
    (await options(account)) === wanted ? true : undefined,
  );
}

// The table "Example: Scaling behavior" of the User Guide, and a fraction.
test.each([
  [10, 50, [10, 15, 20, 25]],
  [0, 0, [0, 0, 0, 0]],
  [0, 60, [6, 12, 18, 24]],
  [0, 100, [10, 20, 30, 40]],
  [12, 0, [10, 12, 12, 12]],
  [1, 25, [4, 6, 9, 11]],
])("of base %d and %d %% above it, so many are On-Demand Instances", (base, percentage, wanted) => {
  const distribution = {
    onDemandStrategy: "prioritized",
    onDemandBase: base,
    onDemandPercentage: percentage,
    spotStrategy: "price-capacity-optimized",
    spotPools: 2,
  };
  expect([10, 20, 30, 40].map((total) => onDemandShare(distribution, total))).toEqual(wanted);
});

describe("a group with Spot Instances", () => {
  test("has the base, and what the percentage says above it", async () => {
    const { account } = await openMixed(["t3.small"], { ...allSpot, OnDemandBaseCapacity: 1 });
    expect(await options(account)).toBe("1 on-demand, 1 spot");
    await scaleTo(account, 4);
    await serving(account, 4);
    expect(await options(account)).toBe("1 on-demand, 3 spot");
    const { Reservations = [] } = await account.ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: "instance-lifecycle", Values: ["spot"] }] }),
    );
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    expect(found).toHaveLength(3);
    expect(found[0]).toMatchObject({
      InstanceLifecycle: "spot",
      SpotInstanceRequestId: expect.stringMatching(/^sir-[0-9a-f]{8}$/),
    });
    expect((await describeGroup(account))?.Instances?.[0]?.InstanceType).toBe("t3.small");
  });

  test("when it scales in, ends the option that it has too many of", async () => {
    const distribution = { ...allSpot, OnDemandBaseCapacity: 2 };
    const { account } = await openMixed(["t3.small"], distribution, { DesiredCapacity: 4 });
    await scaleTo(account, 2);
    await settled(account, "2 on-demand, 0 spot");
  });

  test("shows the policy", async () => {
    const { account } = await openMixed(["t3.small", "t3.large"], {
      ...halfSpot,
      SpotAllocationStrategy: "price-capacity-optimized",
    });
    expect((await describeGroup(account))?.MixedInstancesPolicy?.InstancesDistribution).toEqual({
      OnDemandAllocationStrategy: "prioritized",
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 50,
      SpotAllocationStrategy: "price-capacity-optimized",
    });
  });

  test.each([
    [{ SpotAllocationStrategy: "price-capacity-optimized" }, ["t3.small", "t3.small"]],
    [{ SpotAllocationStrategy: "capacity-optimized" }, ["t3.large", "t3.large"]],
    [{ SpotAllocationStrategy: "capacity-optimized-prioritized" }, ["t3.large", "t3.large"]],
    [{ SpotAllocationStrategy: "lowest-price", SpotInstancePools: 1 }, ["t3.small", "t3.small"]],
    [{ SpotAllocationStrategy: "lowest-price" }, ["t3.medium", "t3.small"]],
  ])("by %o has these types in one zone", async (strategy, types) => {
    const account = await openAccount();
    const tier = await buildTier(account);
    await createGroup(account, tier, {
      LaunchTemplate: undefined,
      VPCZoneIdentifier: account.subnets[0],
      MixedInstancesPolicy: policyOf(tier, ["t3.large", "t3.small", "t3.medium"], {
        ...allSpot,
        ...strategy,
      }),
    });
    await serving(account, 2);
    expect((await servers(account)).map(({ type }) => type).sort()).toEqual(types);
  });

  test("of On-Demand Instances by price has the cheapest type", async () => {
    const { account } = await openMixed(["t3.large", "t3.small"], {
      OnDemandAllocationStrategy: "lowest-price",
    });
    expect((await servers(account)).map(({ type }) => type)).toEqual(["t3.small", "t3.small"]);
  });

  test("passes over a type that its zone lacks, or has no capacity for", async () => {
    const { account } = await openMixed(["t3.large", "t3.medium", "t3.small"], {
      ...allSpot,
      SpotAllocationStrategy: "capacity-optimized",
    });
    for (const zone of zones) {
      account.sandbox.setSupply(zone, "not-offered", "t3.large");
      account.sandbox.setSupply(zone, "none", "t3.medium");
    }
    await scaleTo(account, 3);
    await serving(account, 3);
    expect((await servers(account)).map(({ type }) => type).sort()).toEqual([
      "t3.large",
      "t3.large",
      "t3.small",
    ]);
  });

  test("has no Spot Instance without a pool with capacity, and its On-Demand Instances all the same", async () => {
    const { account } = await openMixed(["t3.small"], halfSpot);
    for (const zone of zones) account.sandbox.setSupply(zone, "none");
    await scaleTo(account, 4);
    account.pass(60);
    const failed = (await activities(account)).filter(({ StatusCode }) => StatusCode === "Failed");
    const messages = failed.map(({ StatusMessage }) => StatusMessage);
    expect(messages).toContain(
      "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration. Please adjust your request and try again. Launching EC2 instance failed.",
    );
    expect(messages).toContainEqual(
      expect.stringMatching(
        /^Could not launch On-Demand Instances\. InsufficientInstanceCapacity - We currently do not have sufficient t3\.small capacity .* Launching EC2 instance failed\.$/,
      ),
    );
    expect(failed[0]?.Description).toMatch(
      /^Launching a new EC2 instance\. {2}Status Reason: Could/,
    );
    for (const zone of zones) account.sandbox.setSupply(zone, "plenty");
    await serving(account, 4, 900);
    expect(await options(account)).toBe("2 on-demand, 2 spot");
  });

  test("never stops one", async () => {
    const { account } = await openMixed(["t3.small"], allSpot);
    const [{ id } = { id: "" }] = await servers(account);
    const { code, message } = await refusal(
      account.ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    );
    expect(code).toBe("UnsupportedOperation");
    expect(message).toContain(`You can't stop the Spot Instance '${id}'`);
  });

  test("counts them for their own quota", async () => {
    const account = await openAccount({ quotas: { "spot-processors": 2, processors: 2 } });
    const tier = await buildTier(account);
    await createGroup(account, tier, {
      LaunchTemplate: undefined,
      MinSize: 4,
      MixedInstancesPolicy: policyOf(tier, ["t3.small"], halfSpot),
    });
    await serving(account, 2);
    account.pass(60);
    expect(await options(account)).toBe("1 on-demand, 1 spot");
    expect((await activities(account)).map(({ StatusMessage }) => StatusMessage)).toContain(
      "Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count exceeded. Launching EC2 instance failed.",
    );
  });
});

describe("a policy for a group that runs", () => {
  async function open() {
    const account = await openAccount();
    const tier = await buildTier(account);
    await createGroup(account, tier);
    await serving(account, 2);
    return { account, tier };
  }

  test("replaces instances of the wrong purchase option, new ones first", async () => {
    const { account, tier } = await open();
    await setPolicy(account, policyOf(tier, ["t3.small"], halfSpot));
    let fewest = 2;
    await account.until(1200, async () => {
      fewest = Math.min(fewest, (await servingInstances(account)).length);
      return (await options(account)) === "1 on-demand, 1 spot" ? true : undefined;
    });
    expect(fewest).toBe(2);
    // The one that was of the right option stays, although the policy does not have its type.
    expect((await servers(account)).map(({ type }) => type).sort()).toEqual([
      "t3.micro",
      "t3.small",
    ]);
    const before = (await servers(account)).map(({ id }) => id);
    account.pass(3600);
    expect((await servers(account)).map(({ id }) => id)).toEqual(before);
  });

  test("replaces no instance that is protected", async () => {
    const { account, tier } = await open();
    await account.autoScaling.send(
      new SetInstanceProtectionCommand({
        AutoScalingGroupName: "web",
        InstanceIds: (await servers(account)).map(({ id }) => id),
        ProtectedFromScaleIn: true,
      }),
    );
    await setPolicy(account, policyOf(tier, ["t3.small"], allSpot));
    account.pass(1800);
    expect(await options(account)).toBe("2 on-demand, 0 spot");
  });

  test("replaces nothing while Launch is suspended", async () => {
    const { account, tier } = await open();
    await account.autoScaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName: "web", ScalingProcesses: ["Launch"] }),
    );
    await setPolicy(account, policyOf(tier, ["t3.small"], allSpot));
    account.pass(1800);
    expect(await options(account)).toBe("2 on-demand, 0 spot");
  });

  test("goes with a launch template, and its Spot Instances run on", async () => {
    const { account, tier } = await openMixed(["t3.small"], allSpot);
    await account.autoScaling.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: "web",
        LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      }),
    );
    account.pass(1800);
    expect(await options(account)).toBe("0 on-demand, 2 spot");
    await scaleTo(account, 3);
    await serving(account, 3);
    expect(await options(account)).toBe("1 on-demand, 2 spot");
  });

  test.each([
    [{ OnDemandPercentageAboveBaseCapacity: 101 }, "must be between 0 and 100"],
    [{ OnDemandBaseCapacity: -1 }, "must be 0 or more"],
    [{ OnDemandAllocationStrategy: "cheapest" }, "use prioritized, lowest-price"],
    [{ SpotAllocationStrategy: "cheapest" }, "is not valid"],
    [{ SpotInstancePools: 21 }, "must be between 1 and 20"],
    [
      { SpotAllocationStrategy: "capacity-optimized", SpotInstancePools: 3 },
      "SpotInstancePools option is only available with the lowest-price allocation strategy.",
    ],
  ])("of %o is refused", async (distribution, told) => {
    const { account, tier } = await open();
    const { code, message } = await refusal(
      setPolicy(account, policyOf(tier, ["t3.small"], distribution)),
    );
    expect(code).toBe("ValidationError");
    expect(message).toContain(told);
  });
});
