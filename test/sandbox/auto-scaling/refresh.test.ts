import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InstanceRefresh, SetInstanceProtectionCommand } from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openAccount } from "../tier.ts";
import { follow, lastRefresh, rolling, runTier, start, versionsOf } from "./rollout.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

test("a refresh replaces every instance, launching first, and changes the group only when it has succeeded", async () => {
  const running = await runTier();
  const { account } = running;
  const before = (await versionsOf(account)).ids;
  await start(running, "2");
  account.pass(60);
  expect((await versionsOf(account)).version).toBe("1");
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
  const after = await versionsOf(account);
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

test("protected instances are waited for, passed over, or replaced, as was asked", async () => {
  const running = await runTier();
  const { account } = running;
  const { ids } = await versionsOf(account);
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
  expect((await versionsOf(account)).versions).toEqual(["1", "2"]);
  await start(running, "2", rolling);
  account.pass(900);
  const waiting = await lastRefresh(account);
  expect(waiting.Status).toBe("InProgress");
  expect(waiting.StatusReason).toContain(`${kept} is protected`);
  await protect(false);
  expect((await follow(running, 1800)).end.Status).toBe("Successful");
  expect((await versionsOf(account)).versions).toEqual(["2", "2"]);
});

test("matching instances are skipped", async () => {
  const running = await runTier();
  const before = (await versionsOf(running.account)).ids;
  await start(running, "1");
  const story = await follow(running, 300);
  expect(story.end).toMatchObject({ Status: "Successful", PercentageComplete: 100 });
  expect((await versionsOf(running.account)).ids).toEqual(before);
});

test("without a maximum, instances go before their replacements come", async () => {
  const running = await runTier();
  await start(running, "2", { MinHealthyPercentage: 50, InstanceWarmup: 30 });
  const story = await follow(running, 1800);
  expect(story.end.Status).toBe("Successful");
  expect(story.fewest).toBe(1);
});

test("a refresh goes on between two processes, as if nobody had stopped", async () => {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-"));
  try {
    const stateFile = join(directory, "sandbox.json");
    const running = await runTier({}, { stateFile });
    await start(running, "2");
    running.account.pass(30);
    expect((await lastRefresh(running.account)).Status).toBe("InProgress");
    await running.account.sandbox.close();
    vi.setSystemTime(Date.now() + 1_800_000);
    const later = await openAccount({ stateFile });
    expect(await lastRefresh(later)).toMatchObject({
      Status: "Successful",
      PercentageComplete: 100,
    });
    expect(await versionsOf(later)).toMatchObject({ version: "2", versions: ["2", "2"] });
    await later.sandbox.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
