import {
  type RefreshPreferences,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { capacityBounds } from "../../../src/sandbox/auto-scaling/refresh.ts";
import { lastRefresh, runTier, start } from "./rollout.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
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
