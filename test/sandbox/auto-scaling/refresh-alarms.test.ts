import {
  RollbackInstanceRefreshCommand,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DeleteAlarmsCommand,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { putAlarm, putMinutes, type Watch, watch } from "../cloud-watch/watch.ts";
import {
  follow,
  lastRefresh,
  type Running,
  rolling,
  runTier,
  start,
  versionsOf,
} from "./rollout.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const watched = { ...rolling, AlarmSpecification: { Alarms: ["busy"] } };
const baked = { ...watched, BakeTime: 1800 };

interface Watched extends Running {
  readonly client: Watch;
}

/** A group of two servers, and an alarm that takes missing data for a good sign. */
async function open(): Promise<Watched> {
  const running = await runTier();
  const client = watch(running.account.sandbox);
  await putAlarm(client, { TreatMissingData: "ignore" });
  return { ...running, client };
}

async function setState({ client }: Watched, value: StateValue): Promise<void> {
  await client.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: "busy", StateValue: value, StateReason: "by hand" }),
  );
}

/** Waits until the refresh has this status. */
async function until({ account }: Running, status: string, seconds = 1800): Promise<void> {
  await account.until(seconds, async () =>
    (await lastRefresh(account)).Status === status ? true : undefined,
  );
}

test("an alarm that fires during a refresh rolls it back", async () => {
  const running = await open();
  await start(running, "2", watched);
  await until(running, "InProgress");
  running.account.pass(120);
  expect((await versionsOf(running.account)).versions).toContain("2");
  await putMinutes(running.client, [90, 90, 90]);
  const story = await follow(running, 1800);
  expect(story.statuses).toEqual(["InProgress", "RollbackInProgress", "RollbackSuccessful"]);
  expect(story.end.RollbackDetails?.RollbackReason).toContain(
    "CloudWatch alarms are in the ALARM state: [busy]",
  );
  expect(await versionsOf(running.account)).toMatchObject({ version: "1", versions: ["1", "1"] });
  expect(story.end.Preferences).toMatchObject({ AlarmSpecification: { Alarms: ["busy"] } });
});

test("without auto rollback, it fails and stops where it is", async () => {
  const running = await open();
  await start(running, "2", { ...watched, AutoRollback: false });
  await until(running, "InProgress");
  await setState(running, "ALARM");
  const { end } = await follow(running, 60);
  expect(end).toMatchObject({ Status: "Failed", StatusReason: expect.stringContaining("[busy]") });
  expect(end.RollbackDetails).toBeUndefined();
});

test("other states of the alarm, and its deletion, do not matter", async () => {
  const running = await open();
  await start(running, "2", watched);
  await until(running, "InProgress");
  await setState(running, "OK");
  running.account.pass(60);
  await setState(running, "INSUFFICIENT_DATA");
  await running.client.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ["busy"] }));
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
});

test("an alarm that is not in the list does not matter", async () => {
  const running = await open();
  await start(running, "2");
  await setState(running, "ALARM");
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
});

test("an alarm that fires before the refresh ends it before it replaces anything", async () => {
  const running = await open();
  await setState(running, "ALARM");
  const before = (await versionsOf(running.account)).ids;
  await start(running, "2", watched);
  const story = await follow(running, 300);
  expect(story.end).toMatchObject({ Status: "RollbackSuccessful", PercentageComplete: 0 });
  expect((await versionsOf(running.account)).ids).toEqual(before);
  await start(running, "2", { ...watched, AutoRollback: false });
  expect((await follow(running, 300)).end.Status).toBe("Failed");
  expect((await versionsOf(running.account)).ids).toEqual(before);
});

test("a refresh bakes once all instances are replaced, and then the group changes", async () => {
  const running = await open();
  const { account } = running;
  await start(running, "2", baked);
  await until(running, "Baking");
  const began = account.sandbox.now();
  expect(await lastRefresh(account)).toMatchObject({
    PercentageComplete: 100,
    InstancesToUpdate: 0,
    Preferences: { BakeTime: 1800 },
  });
  expect((await lastRefresh(account)).EndTime).toBeUndefined();
  expect(await versionsOf(account)).toMatchObject({ version: "1", versions: ["2", "2"] });
  await expect(start(running, "3")).rejects.toMatchObject({
    name: "InstanceRefreshInProgressFault",
  });
  const { end } = await follow(running, 3600);
  expect(end.Status).toBe("Successful");
  expect(Number(end.EndTime) - began).toBeGreaterThan(1_790_000);
  expect(Number(end.EndTime) - began).toBeLessThan(1_810_000);
  expect((await versionsOf(account)).version).toBe("2");
});

test("an alarm that fires during the bake time rolls everything back", async () => {
  const running = await open();
  await start(running, "2", baked);
  await until(running, "Baking");
  running.account.pass(600);
  await setState(running, "ALARM");
  await until(running, "RollbackInProgress", 30);
  const story = await follow(running, 3600);
  expect(story.statuses).toEqual(["RollbackInProgress", "RollbackSuccessful"]);
  expect(story.end.RollbackDetails).toMatchObject({ PercentageCompleteOnRollback: 100 });
  expect(await versionsOf(running.account)).toMatchObject({ version: "1", versions: ["1", "1"] });
});

test("a baking refresh can be rolled back by request, and the group scales meanwhile", async () => {
  const running = await open();
  const { autoScaling } = running.account;
  const group = { AutoScalingGroupName: "web" };
  await start(running, "2", baked);
  await until(running, "Baking");
  await autoScaling.send(new UpdateAutoScalingGroupCommand({ ...group, MaxSize: 3 }));
  await autoScaling.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity: 3 }));
  running.account.pass(300);
  expect((await lastRefresh(running.account)).Status).toBe("Baking");
  expect((await versionsOf(running.account)).versions).toEqual(["2", "2", "2"]);
  await autoScaling.send(new RollbackInstanceRefreshCommand(group));
  expect((await follow(running, 3600)).end.Status).toBe("RollbackSuccessful");
  expect((await versionsOf(running.account)).versions).toEqual(["1", "1", "1"]);
});

test("a refresh watches and bakes on after saving", async () => {
  const running = await open();
  await start(running, "2", baked);
  await until(running, "Baking");
  const sandbox = await createSandbox({ snapshot: running.account.sandbox.snapshot(), speed: 1 });
  const read = async () => {
    const answer: { InstanceRefreshes: { Status: string }[] } = Object(
      await sandbox.call("autoscaling", "DescribeInstanceRefreshes", {
        AutoScalingGroupName: "web",
      }),
    );
    return answer.InstanceRefreshes[0]?.Status;
  };
  expect(await read()).toBe("Baking");
  vi.setSystemTime(Date.now() + 1_900_000);
  expect(await read()).toBe("Successful");
});

test.each([
  [{ AlarmSpecification: { Alarms: ["busy", "none"] } }, /alarms \[none\] do not exist/],
  [{ AlarmSpecification: { Alarms: Array.from({ length: 11 }, (_, i) => `a${i}`) } }, /up to 10/],
  [{ BakeTime: -1 }, /'preferences.bakeTime' failed .* greater than or equal to 0/],
  [{ BakeTime: 172_801 }, /'preferences.bakeTime' failed .* less than or equal to 172800/],
])("%j is refused", async (preferences, message) => {
  const running = await open();
  await expect(start(running, "2", { ...rolling, ...preferences })).rejects.toMatchObject({
    name: "ValidationError",
    message: expect.stringMatching(message),
  });
});
