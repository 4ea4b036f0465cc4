import { durations as groupDurations } from "../../src/sandbox/auto-scaling/durations.ts";
import { durations as instanceDurations } from "../../src/sandbox/ec2/durations.ts";
import { guestDurations } from "../../src/sandbox/guest/durations.ts";
import { playGuest } from "../../src/sandbox/guest/guest.ts";
import { durations as loadBalancerDurations } from "../../src/sandbox/load-balancing/durations.ts";
import { measurePlans, usualDelay } from "./no-op-plans.ts";
import { ours } from "./ours.ts";
import { callsOf, copyExample, finished, inFolder, inSandbox } from "./reconcile.ts";
import type { Rows } from "./report.ts";
import { median, milliseconds } from "./report.ts";

/**
 * The example's first apply against its critical path, and its no-op plan: in the sandbox, and against an endpoint
 * that takes as long for a call as AWS does.
 */
export function exampleTier(): Promise<Rows> {
  return inFolder(async (folder) => {
    copyExample(folder);
    const made = await inSandbox(folder, "apply afterpay.yaml --yes --json");
    const { seconds, apiCalls } = finished(made);
    const shortest = await criticalPath(folder);
    const times: number[] = [];
    let calls = 0;
    for (let round = 0; round < 5; round += 1) {
      const plan = await inSandbox(folder, "plan afterpay.yaml --verbose");
      times.push(plan.milliseconds);
      calls = callsOf(plan);
    }
    const distant = await measurePlans(ours, "example");
    if ("missing" in distant) throw new Error(distant.missing);
    return [
      ["apply, all created", `${seconds.toFixed(0)} s of AWS time, ${apiCalls} calls`],
      [
        "critical path of the apply",
        `${shortest.toFixed(0)} s (the apply took ${percent(seconds, shortest)}; target: at most 5%)`,
      ],
      ["script of 2019", `1109 s (${(1109 / seconds).toFixed(2)} times as long)`],
      ["no-op plan", `${calls} calls (target: at most 15)`],
      ["no-op plan, new process", `${milliseconds(median(times))} (target: under 500 ms)`],
      ["no-op plan, calls in sequence", `${distant.depth}`],
      [
        `no-op plan at ${usualDelay} ms a call`,
        `${milliseconds(distant.delayed)} (target: at most 300 ms)`,
      ],
    ];
  });
}

/** The shortest possible time: the sum of the waits that nothing can shorten. */
async function criticalPath(folder: string): Promise<number> {
  const script = (await inSandbox(folder, "image afterpay.yaml")).stdout;
  const [, family = "", release = ""] = /family=(\S+) release=(\S+)/.exec(script) ?? [];
  const build = playGuest({
    instanceId: "i-0",
    family,
    release,
    userData: Buffer.from(script),
    startedAt: 0,
  });
  const health = 2 * 10; // two checks at the example's interval
  return (
    instanceDurations.instancePending +
    build.afterSeconds +
    instanceDurations.instancePoweredOff +
    instanceDurations.imageAvailable +
    groupDurations.groupReaction +
    instanceDurations.instancePending +
    guestDurations.services +
    guestDurations.application +
    loadBalancerDurations.loadBalancerRegistration +
    health
  );
}

function percent(seconds: number, shortest: number): string {
  return `${((seconds / shortest - 1) * 100).toFixed(1)}% longer`;
}
