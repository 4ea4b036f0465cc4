import {
  CancelInstanceRefreshCommand,
  RollbackInstanceRefreshCommand,
} from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DeleteLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow, inService, lastRefresh, rolling, runTier, start, versionsOf } from "./rollout.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

test("what cannot pass its health checks fails after an hour and is rolled back; nobody who works goes", async () => {
  const running = await runTier();
  const { account } = running;
  const before = (await versionsOf(account)).ids;
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
  const after = await versionsOf(account);
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
  expect(await versionsOf(running.account)).toMatchObject({
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
  expect(await versionsOf(running.account)).toMatchObject({
    version: "1",
    versions: ["1", "1"],
  });
});

test("when nothing is known of anybody's health, nobody is terminated", async () => {
  const running = await runTier();
  const { account } = running;
  const before = (await versionsOf(account)).ids;
  await account.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerName: "front" }));
  await start(running, "2", { ...rolling, MinHealthyPercentage: 50 });
  account.pass(600);
  expect((await versionsOf(account)).ids).toEqual(before);
  expect(await lastRefresh(account)).toMatchObject({
    Status: "InProgress",
    PercentageComplete: 0,
    StatusReason: expect.stringContaining("Cannot find Load Balancer front"),
  });
});

test("an instance that dies during a refresh is replaced by the new configuration", async () => {
  const running = await runTier();
  const { account } = running;
  const [lost = ""] = (await versionsOf(account)).ids;
  await start(running, "2");
  account.pass(20);
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
  expect(await versionsOf(account)).toMatchObject({ version: "2", versions: ["2", "2"] });
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
  const after = await versionsOf(account);
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
  expect(await versionsOf(account)).toMatchObject({ version: "1", versions: ["1", "1"] });
});
