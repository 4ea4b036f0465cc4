import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import watchSchema from "../../specs/watch.schema.json" with { type: "json" };
import type { StatusDocument } from "../../src/engine/status-format.ts";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { pass, startFakeTime } from "../scenarios/fake-time.ts";
import { MINIMAL, Process } from "./process.ts";

const schema = z.fromJSONSchema(watchSchema as Parameters<typeof z.fromJSONSchema>[0]);

let sandbox: Sandbox;
let process: Process;

beforeEach(async () => {
  startFakeTime();
  sandbox = await createSandbox({ speed: 1 });
  process = new Process({ "shop.yaml": MINIMAL }, { sandbox });
  process.env = { RECONCILE_SANDBOX_SPEED: "1" };
  expect(await pass(process.run("apply --sandbox --yes"))).toBe(0);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets the watch look again and again, until its output says so. */
async function until(found: () => boolean): Promise<void> {
  while (!found()) {
    await setImmediate();
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

const outputSays = (text: string) => () => process.stdout.text.includes(text);
const errorsSay = (text: string) => () => process.stderr.text.includes(text);

function resize(DesiredCapacity: number): Promise<unknown> {
  const group = { AutoScalingGroupName: "shop", MinSize: 0, DesiredCapacity };
  return sandbox.call("autoscaling", "UpdateAutoScalingGroup", group);
}

describe("status --watch, in a pipe", () => {
  test("prints the status once, then a line a change with its time, until it is interrupted", async () => {
    const watching = process.run("status --sandbox --watch");
    await until(errorsSay("Press Ctrl-C to stop."));
    expect(process.stdout.text).toContain("✓ Healthy: 1 of 1 server is in service");
    const whole = process.stdout.text.length;
    await resize(0);
    await until(outputSays("left the group"));
    await resize(1);
    await until(outputSays("Healthy: 1 of 1 server is in service\n20"));
    const lines = process.stdout.text.slice(whole).trimEnd().split("\n");
    expect(lines.filter((line) => !/^2026-01-05T\d\d:\d\d:\d\dZ {2}\S/.test(line))).toEqual([]);
    expect(lines.join("\n")).toMatch(/Z {2}NOT HEALTHY: 0 of 1 server is in service$/m);
    process.signal("SIGINT");
    expect(await pass(watching)).toBe(130);
    expect(process.stderr.text).not.toContain("Stopping");
    expect(process.listeners).toBe(0);
  });

  test("tells once that the account cannot be read, and that it can again", async () => {
    const watching = process.run("status --sandbox --watch");
    await until(errorsSay("Press Ctrl-C to stop."));
    const whole = process.stdout.text;
    sandbox.setFaults({ rules: [{ operation: "DescribeAutoScalingGroups", kind: "deny" }] });
    await until(errorsSay("Could not read the account: "));
    await vi.advanceTimersByTimeAsync(30_000);
    sandbox.setFaults({});
    await until(errorsSay("The account can be read again."));
    expect(process.stderr.text.match(/Could not read the account/g)).toHaveLength(1);
    expect(process.stderr.text).toMatch(/The last status is of 2026-01-05T\d\d:\d\d:\d\dZ\./);
    expect(process.stdout.text).toBe(whole);
    process.signal("SIGTERM");
    expect(await pass(watching)).toBe(130);
  });

  test("ends with an error if the account cannot be read at first", async () => {
    sandbox.setFaults({ rules: [{ operation: "DescribeAutoScalingGroups", kind: "deny" }] });
    expect(await pass(process.run("status --sandbox --watch"))).toBe(1);
    expect(process.stderr.text).toMatch(/^Error: /);
    expect(await pass(process.run("status --sandbox --watch --json"))).toBe(1);
    const lines = process.stdout.text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(["failed"]);
    for (const line of lines) expect(() => schema.parse(JSON.parse(line))).not.toThrow();
  });

  test("does not take a read that hangs for an answer, and can be interrupted", async () => {
    const watching = process.run("status --sandbox --watch");
    await until(errorsSay("Press Ctrl-C to stop."));
    sandbox.setFaults({ rules: [{ operation: "DescribeAutoScalingGroups", kind: "hang" }] });
    await vi.advanceTimersByTimeAsync(5_000);
    process.signal("SIGINT");
    expect(await pass(watching)).toBe(130);
  });
});

test("status --watch --check waits until all is well, and ends with 0", async () => {
  await resize(0);
  const watching = process.run("status --sandbox --watch --check");
  await until(outputSays("~ Differs from the stack file"));
  expect(process.stdout.text).toContain("✗ NOT HEALTHY: ");
  const group = { AutoScalingGroupName: "shop", MinSize: 1, DesiredCapacity: 1 };
  await sandbox.call("autoscaling", "UpdateAutoScalingGroup", group);
  expect(await pass(watching)).toBe(0);
  expect(process.stdout.text).toMatch(/Z {2}Matches the stack file$/m);
  expect(process.stdout.text).toMatch(/Z {2}Healthy: 1 of 1 server is in service$/m);
});

test("status --watch --check that is interrupted before has not succeeded", async () => {
  await resize(0);
  const watching = process.run("status --sandbox --watch --check");
  await until(outputSays("NOT HEALTHY"));
  process.signal("SIGINT");
  expect(await pass(watching)).toBe(130);
});

test("status --watch --json prints an object a line, and only when something changed", async () => {
  const watching = process.run("status --sandbox --watch --json");
  await until(outputSays('"event":"status"'));
  await vi.advanceTimersByTimeAsync(20_000);
  await resize(0);
  await until(outputSays("NOT HEALTHY"));
  process.signal("SIGINT");
  expect(await pass(watching)).toBe(130);
  const lines = process.stdout.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as StatusDocument & { at: string; changes: string[] });
  expect(lines[0]).toMatchObject({ event: "status", changes: [], health: { healthy: true } });
  for (const line of lines) expect(() => schema.parse(line)).not.toThrow();
  expect(lines[1]?.changes[0]).toMatch(/^NOT HEALTHY: /);
  expect(new Set(lines.map((line) => JSON.stringify({ ...line, at: "", changes: [] }))).size).toBe(
    lines.length,
  );
});
