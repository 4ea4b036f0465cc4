import { ResumeProcessesCommand, SuspendProcessesCommand } from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Account, buildTier, openAccount } from "../tier.ts";
import { follow, lastRefresh, runTier, start, versionsOf } from "./rollout.ts";
import { activities, createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const suspend = (account: Account, ...ScalingProcesses: string[]) =>
  account.autoScaling.send(
    new SuspendProcessesCommand({ AutoScalingGroupName: "web", ScalingProcesses }),
  );
const resume = (account: Account, ...ScalingProcesses: string[]) =>
  account.autoScaling.send(
    new ResumeProcessesCommand({ AutoScalingGroupName: "web", ScalingProcesses }),
  );
const idsOf = async (account: Account) =>
  ((await describeGroup(account))?.Instances ?? []).map(({ InstanceId = "" }) => InstanceId);

test("with Launch suspended, a server killed by hand leaves, and is replaced at once on resuming", async () => {
  const account = await openAccount();
  await createGroup(account, await buildTier(account));
  const [killed = "", kept = ""] = await serving(account, 2);
  // Long in service: nothing else that the group waits for comes to its notice.
  account.pass(3600);
  await suspend(account, "Launch");
  await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [killed] }));
  account.pass(600);
  expect(await idsOf(account)).toEqual([kept]);
  const [termination] = await activities(account);
  expect(termination).toMatchObject({
    Description: `Terminating EC2 instance: ${killed}`,
    StatusCode: "Successful",
  });
  await resume(account, "Launch");
  await serving(account, 2, 120);
});

test("a suspension has its reason, of which a later one for all processes keeps the first", async () => {
  const account = await openAccount();
  await createGroup(account, await buildTier(account));
  await serving(account, 2);
  await suspend(account, "AZRebalance");
  const { SuspendedProcesses: [one] = [] } = (await describeGroup(account)) ?? {};
  expect(one).toEqual({
    ProcessName: "AZRebalance",
    SuspensionReason: expect.stringMatching(/^User suspended at 2026-11-22T00:\d\d:\d\dZ$/),
  });
  await suspend(account);
  expect((await describeGroup(account))?.SuspendedProcesses).toHaveLength(9);
  await resume(account);
  expect((await describeGroup(account))?.SuspendedProcesses).toEqual([]);
});

test.each(["Launch", "Terminate", "InstanceRefresh"])(
  "with %s suspended an instance refresh replaces nothing, and goes on on resuming",
  async (process) => {
    const running = await runTier();
    const { account } = running;
    const { ids } = await versionsOf(account);
    await suspend(account, process);
    // So low that without Launch it could do with terminating alone.
    await start(running, "2", { MinHealthyPercentage: 0, MaxHealthyPercentage: 100 });
    account.pass(900);
    expect((await versionsOf(account)).ids).toEqual(ids);
    expect((await lastRefresh(account)).Status).toBe("InProgress");
    await resume(account, process);
    expect((await follow(running, 1200)).end.Status).toBe("Successful");
    expect((await versionsOf(account)).versions).toEqual(["2", "2"]);
  },
);

test("a group that has launched nothing for a day stops trying, until somebody resumes it", async () => {
  const account = await openAccount();
  const tier = await buildTier(account);
  account.sandbox.setFaults({ rules: [{ happening: "capacity" }] });
  await createGroup(account, tier);
  account.pass(23 * 3600);
  expect((await describeGroup(account))?.SuspendedProcesses).toEqual([]);
  account.pass(2 * 3600);
  expect((await describeGroup(account))?.SuspendedProcesses).toEqual([
    {
      ProcessName: "Launch",
      SuspensionReason: expect.stringMatching(/^Administrative suspension at 2026-11-23T00:/),
    },
  ]);
  account.sandbox.setFaults({ rules: [] });
  account.pass(3600);
  expect(await idsOf(account)).toEqual([]);
  await resume(account, "Launch");
  await serving(account, 2, 300);
  expect((await describeGroup(account))?.SuspendedProcesses).toEqual([]);
});

test("a group that is being deleted takes no suspension", async () => {
  const account = await openAccount();
  await createGroup(account, await buildTier(account));
  await serving(account, 2);
  await account.sandbox.call("autoscaling", "DeleteAutoScalingGroup", {
    AutoScalingGroupName: "web",
    ForceDelete: true,
  });
  await expect(suspend(account, "Launch")).rejects.toThrow(
    "Processes may not be suspended while the AutoScaling group is pending delete",
  );
});
