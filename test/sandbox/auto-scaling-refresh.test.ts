import {
  CancelInstanceRefreshCommand,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  type InstanceRefresh,
  type RefreshPreferences,
  RollbackInstanceRefreshCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  type StartInstanceRefreshCommandInput,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateVersionCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DeleteLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { capacityBounds } from "../../src/sandbox/auto-scaling/refresh.ts";
import {
  type Account,
  buildTier,
  healthOfFront,
  openAccount,
  type Tier,
  templateData,
} from "./tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Running {
  readonly account: Account;
  readonly tier: Tier;
}

/** A group `web` of two instances in service, of version 1; version 2 is as good, version 3 lets nobody in. */
async function runTier(more: { HealthCheckType?: "EC2" | "ELB" } = {}): Promise<Running> {
  const account = await openAccount();
  const tier = await buildTier(account);
  for (const group of [tier.webGroup, tier.closedGroup]) {
    await account.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: tier.templateId,
        LaunchTemplateData: templateData(account, group, { InstanceType: "t3.small" }),
      }),
    );
  }
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      MinSize: 2,
      MaxSize: 2,
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
      LoadBalancerNames: ["front"],
      HealthCheckType: more.HealthCheckType ?? "ELB",
      HealthCheckGracePeriod: 120,
    }),
  );
  await account.until(600, async () =>
    (await inService(account)).length === 2 ? true : undefined,
  );
  return { account, tier };
}

async function inService(account: Account): Promise<string[]> {
  const health = await healthOfFront(account);
  return [...health].filter(([, { state }]) => state === "InService").map(([id]) => id);
}

async function describeGroup(account: Account) {
  const { AutoScalingGroups = [] } = await account.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["web"] }),
  );
  const group = AutoScalingGroups[0];
  return {
    version: group?.LaunchTemplate?.Version,
    versions: (group?.Instances ?? []).map((one) => one.LaunchTemplate?.Version).sort(),
    ids: (group?.Instances ?? []).map((one) => one.InstanceId ?? ""),
  };
}

async function lastRefresh(account: Account): Promise<InstanceRefresh> {
  const { InstanceRefreshes = [] } = await account.autoScaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: "web" }),
  );
  const [refresh] = InstanceRefreshes;
  if (refresh === undefined) throw new Error("There is no refresh.");
  return refresh;
}

const rolling: RefreshPreferences = {
  MinHealthyPercentage: 100,
  MaxHealthyPercentage: 150,
  InstanceWarmup: 60,
  SkipMatching: true,
  AutoRollback: true,
};

async function start(
  { account, tier }: Running,
  version: string,
  preferences: RefreshPreferences = rolling,
  more: Partial<StartInstanceRefreshCommandInput> = {},
): Promise<void> {
  await account.autoScaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName: "web",
      DesiredConfiguration: {
        LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: version },
      },
      Preferences: preferences,
      ...more,
    }),
  );
}

interface Story {
  readonly end: InstanceRefresh;
  /** The fewest that were in service at the load balancer at any time, and the most instances there were. */
  readonly fewest: number;
  readonly most: number;
  readonly statuses: string[];
  readonly reasons: Set<string>;
  readonly percentages: number[];
}

const ENDS = new Set(["Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed"]);

/** Follows the last refresh to its end. */
async function follow({ account }: Running, seconds: number): Promise<Story> {
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  const statuses: string[] = [];
  const reasons = new Set<string>();
  const percentages: number[] = [];
  // So often that no state that lasts for half a minute is missed.
  const step = seconds > 3600 ? 20 : 5;
  const probe = async () => {
    const refresh = await lastRefresh(account);
    fewest = Math.min(fewest, (await inService(account)).length);
    most = Math.max(most, (await describeGroup(account)).ids.length);
    if (refresh.Status !== undefined && statuses.at(-1) !== refresh.Status) {
      statuses.push(refresh.Status);
    }
    if (refresh.StatusReason !== undefined) {
      reasons.add(refresh.StatusReason.replace(/i-[0-9a-f]+/g, "i-…"));
    }
    const percentage = refresh.PercentageComplete ?? 0;
    if (percentages.at(-1) !== percentage) percentages.push(percentage);
    return ENDS.has(refresh.Status ?? "") ? refresh : undefined;
  };
  const end = await account.until(seconds, probe, step);
  return { end, fewest, most, statuses, reasons, percentages };
}

test("a refresh replaces every instance, launching first, and changes the group only when it has succeeded", async () => {
  const running = await runTier();
  const { account } = running;
  const before = (await describeGroup(account)).ids;
  await start(running, "2");
  account.pass(60);
  expect((await describeGroup(account)).version).toBe("1");
  const story = await follow(running, 1800);
  expect(story.statuses).toEqual(["InProgress", "Successful"]);
  expect(story.percentages).toEqual([0, 50, 100]);
  expect(story.fewest).toBe(2);
  // 150% of two; those on their way out are still listed beside them.
  expect(story.most).toBeLessThanOrEqual(4);
  expect(story.end).toMatchObject({ PercentageComplete: 100, InstancesToUpdate: 0 });
  expect([...story.reasons].join("\n")).toMatch(
    /Waiting for instances to warm up before continuing\. For example: i-… is warming up\./,
  );
  const after = await describeGroup(account);
  expect(after).toMatchObject({ version: "2", versions: ["2", "2"] });
  for (const id of after.ids) expect(before).not.toContain(id);
});

test("warm-up is waited for: the refresh takes at least as long for each batch", async () => {
  const quick = await runTier();
  await start(quick, "2", { ...rolling, InstanceWarmup: 0 });
  const short = (await follow(quick, 1800)).end;
  const slow = await runTier();
  await start(slow, "2", { ...rolling, InstanceWarmup: 600 });
  const long = (await follow(slow, 3600)).end;
  const took = (refresh: InstanceRefresh) =>
    ((refresh.EndTime?.getTime() ?? 0) - (refresh.StartTime?.getTime() ?? 0)) / 1000;
  expect(took(long)).toBeGreaterThanOrEqual(1200);
  expect(took(short)).toBeLessThan(600);
});

test("what cannot pass its health checks fails after an hour and is rolled back; nobody who works goes", async () => {
  const running = await runTier();
  const { account } = running;
  const before = (await describeGroup(account)).ids;
  const started = account.sandbox.now();
  await start(running, "3");
  const story = await follow(running, 7200);
  expect(story.statuses).toEqual([
    "Pending",
    "InProgress",
    "RollbackInProgress",
    "RollbackSuccessful",
  ]);
  expect(story.fewest).toBe(2);
  expect((story.end.RollbackDetails?.RollbackStartTime?.getTime() ?? 0) - started).toBeGreaterThan(
    3_600_000,
  );
  expect(story.end.RollbackDetails?.RollbackReason).toContain("hour");
  expect([...story.reasons].join("\n")).toContain(
    "has insufficient data to evaluate its health with Elastic Load Balancing",
  );
  const after = await describeGroup(account);
  expect(after).toMatchObject({ version: "1", versions: ["1", "1"] });
  expect(after.ids.sort()).toEqual(before.sort());
  // What was wrong is mended, and the next one succeeds.
  await start(running, "2");
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
});

test("without rollback the group keeps its configuration, and what failed is weeded out", async () => {
  const running = await runTier();
  await start(running, "3", { ...rolling, AutoRollback: false });
  const story = await follow(running, 7200);
  expect(story.statuses.at(-1)).toBe("Failed");
  expect(story.end.StatusReason).toContain("hour");
  running.account.pass(600);
  expect(await describeGroup(running.account)).toMatchObject({
    version: "1",
    versions: ["1", "1"],
  });
});

test("by EC2's health checks alone a version that answers nobody goes through: that is AWS's rule", async () => {
  const running = await runTier({ HealthCheckType: "EC2" });
  await start(running, "3");
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
  expect(await inService(running.account)).toEqual([]);
});

test("capacity that is not there makes a refresh fail and roll back, too", async () => {
  const running = await runTier();
  running.account.sandbox.setFaults({ rules: [{ happening: "capacity", subject: "t3.small" }] });
  await start(running, "2");
  const story = await follow(running, 7200);
  expect(story.statuses.at(-1)).toBe("RollbackSuccessful");
  expect([...story.reasons].join("\n")).toContain("sufficient t3.small capacity");
  expect(await describeGroup(running.account)).toMatchObject({
    version: "1",
    versions: ["1", "1"],
  });
});

test("when nothing is known of anybody's health, nobody is terminated", async () => {
  const running = await runTier();
  const { account } = running;
  const before = (await describeGroup(account)).ids;
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
  await start(running, "2", { ...rolling, MinHealthyPercentage: 50 });
  account.pass(600);
  expect((await describeGroup(account)).ids).toEqual(before);
  expect(await lastRefresh(account)).toMatchObject({
    Status: "InProgress",
    PercentageComplete: 0,
    StatusReason: expect.stringContaining("Cannot find Load Balancer front"),
  });
});

interface BoundsCase {
  readonly because: string;
  readonly desired: number;
  readonly minHealthy: number;
  readonly maxHealthy?: number;
  readonly least: number;
  readonly most: number;
}

const bounds: readonly BoundsCase[] = [
  {
    because: "half as many again may come first",
    ...{ desired: 2, minHealthy: 100, maxHealthy: 150, least: 2, most: 3 },
  },
  {
    because: "a minimum of all launches first, without being asked",
    ...{ desired: 2, minHealthy: 100, least: 2, most: 3 },
  },
  {
    because: "an explicit maximum that leaves no room launches one first",
    ...{ desired: 2, minHealthy: 90, maxHealthy: 100, least: 2, most: 3 },
  },
  {
    because: "without a maximum one goes first, though 90% of two are two",
    ...{ desired: 2, minHealthy: 90, least: 1, most: 2 },
  },
  {
    because: "a minimum is rounded up",
    ...{ desired: 10, minHealthy: 85, maxHealthy: 100, least: 9, most: 10 },
  },
  {
    because: "all may go at once",
    ...{ desired: 3, minHealthy: 0, least: 0, most: 3 },
  },
];

test.each(bounds)(
  "between how many and how many: $because",
  ({ desired, least, most, ...given }) => {
    const preferences = {
      minHealthy: given.minHealthy,
      maxHealthy: given.maxHealthy,
      warmupSeconds: 0,
      skipMatching: false,
      autoRollback: false,
      protectedInstances: "Wait",
      standbyInstances: "Wait",
    } as const;
    expect(capacityBounds(desired, preferences)).toEqual({ least, most });
  },
);

test("protected instances are waited for, passed over, or replaced, as was asked", async () => {
  const running = await runTier();
  const { account } = running;
  const { ids } = await describeGroup(account);
  const [kept = ""] = ids;
  const protect = (ProtectedFromScaleIn: boolean) =>
    account.autoScaling.send(
      new SetInstanceProtectionCommand({
        AutoScalingGroupName: "web",
        InstanceIds: [kept],
        ProtectedFromScaleIn,
      }),
    );
  await protect(true);
  await start(running, "2", { ...rolling, ScaleInProtectedInstances: "Ignore" });
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
  expect((await describeGroup(account)).versions).toEqual(["1", "2"]);
  await start(running, "2", rolling);
  account.pass(900);
  const waiting = await lastRefresh(account);
  expect(waiting.Status).toBe("InProgress");
  expect(waiting.StatusReason).toContain(`${kept} is protected`);
  await protect(false);
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
  expect((await describeGroup(account)).versions).toEqual(["2", "2"]);
});

test("matching instances are skipped", async () => {
  const running = await runTier();
  const before = (await describeGroup(running.account)).ids;
  await start(running, "1");
  const story = await follow(running, 300);
  expect(story.end).toMatchObject({ Status: "Successful", PercentageComplete: 100 });
  expect((await describeGroup(running.account)).ids).toEqual(before);
});

test("without a maximum, instances go before their replacements come", async () => {
  const running = await runTier();
  await start(running, "2", { MinHealthyPercentage: 50, InstanceWarmup: 30 });
  const story = await follow(running, 1800);
  expect(story.end.Status).toBe("Successful");
  expect(story.fewest).toBe(1);
});

test("an instance that dies during a refresh is replaced by the new configuration", async () => {
  const running = await runTier();
  const { account } = running;
  const [lost = ""] = (await describeGroup(account)).ids;
  await start(running, "2");
  account.pass(20);
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
  expect(await describeGroup(account)).toMatchObject({ version: "2", versions: ["2", "2"] });
});

test("there is one refresh at a time, and the group's template is not to be changed meanwhile", async () => {
  const running = await runTier();
  const { account, tier } = running;
  await start(running, "2");
  await expect(start(running, "3")).rejects.toMatchObject({
    name: "InstanceRefreshInProgressFault",
    message:
      "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.",
  });
  await expect(
    account.autoScaling.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName: "web",
        LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "3" },
      }),
    ),
  ).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringContaining(
      "An active instance refresh with a desired configuration exists",
    ),
  });
  await account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "web", DefaultCooldown: 30 }),
  );
});

test("a cancelled refresh stops where it is; the group keeps its configuration", async () => {
  const running = await runTier();
  const { account } = running;
  await start(running, "2");
  account.pass(20);
  await account.autoScaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName: "web" }));
  expect((await lastRefresh(account)).Status).toBe("Cancelling");
  const story = await follow(running, 600);
  expect(story.end.Status).toBe("Cancelled");
  account.pass(300);
  const after = await describeGroup(account);
  expect(after.version).toBe("1");
  expect(after.ids).toHaveLength(2);
  await expect(
    account.autoScaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName: "web" })),
  ).rejects.toMatchObject({ name: "ActiveInstanceRefreshNotFoundFault" });
});

test("a refresh can be rolled back by request, half-way", async () => {
  const running = await runTier();
  const { account } = running;
  await start(running, "2");
  await account.until(900, async () =>
    (await lastRefresh(account)).PercentageComplete === 50 ? true : undefined,
  );
  await account.autoScaling.send(
    new RollbackInstanceRefreshCommand({ AutoScalingGroupName: "web" }),
  );
  const story = await follow(running, 1800);
  expect(story.end).toMatchObject({
    Status: "RollbackSuccessful",
    PercentageComplete: 0,
    RollbackDetails: { PercentageCompleteOnRollback: 50 },
  });
  expect(story.fewest).toBe(2);
  expect(await describeGroup(account)).toMatchObject({ version: "1", versions: ["1", "1"] });
});

interface Refusal {
  readonly because: string;
  readonly version?: string;
  readonly preferences: RefreshPreferences;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    because: "a minimum ends at 100",
    preferences: { MinHealthyPercentage: 101 },
    message: /MinHealthyPercentage/,
  },
  {
    because: "a maximum begins at 100",
    preferences: { MinHealthyPercentage: 50, MaxHealthyPercentage: 99 },
    message: /MaxHealthyPercentage/,
  },
  {
    because: "a maximum needs a minimum",
    preferences: { MaxHealthyPercentage: 150 },
    message: /must be specified when MaxHealthyPercentage/,
  },
  {
    because: "there are at most 100 between them",
    preferences: { MinHealthyPercentage: 50, MaxHealthyPercentage: 200 },
    message: /cannot be greater than 100/,
  },
  {
    because: "a rollback needs a version that does not move",
    version: "$Latest",
    preferences: { AutoRollback: true },
    message: /\$Latest/,
  },
  {
    because: "a version has to exist",
    version: "9",
    preferences: {},
    message: /valid fully-formed launch template/,
  },
];

test("refused at the start of a refresh, and then none has started", async () => {
  const running = await runTier();
  for (const { because, version, preferences, message } of refusals) {
    await expect(start(running, version ?? "2", preferences), because).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringMatching(message),
    });
  }
  await expect(
    running.account.autoScaling.send(
      new StartInstanceRefreshCommand({
        AutoScalingGroupName: "web",
        Preferences: { AutoRollback: true },
      }),
    ),
  ).rejects.toMatchObject({ name: "ValidationError" });
  await expect(
    running.account.autoScaling.send(
      new StartInstanceRefreshCommand({
        AutoScalingGroupName: "web",
        Preferences: { CheckpointPercentages: [50, 100] },
      }),
    ),
  ).rejects.toMatchObject({ name: "UnsupportedOperation" });
  await expect(lastRefresh(running.account)).rejects.toThrow("There is no refresh.");
});
