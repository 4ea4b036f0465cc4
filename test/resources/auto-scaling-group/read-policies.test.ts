import type { ScalingPolicy } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { refusal } from "../answers.ts";
import { cpu, requests, source, steps } from "./sample-policies.ts";
import { discovered, openParts } from "./web-group-parts.ts";

/** The policy, but it does not remove servers. */
function growing({
  TargetTrackingConfiguration: configuration = unsaid(),
  ...policy
}: Partial<ScalingPolicy>): Partial<ScalingPolicy> {
  return { ...policy, TargetTrackingConfiguration: { ...configuration, DisableScaleIn: true } };
}

/** The fields that come from the policies. */
async function read(policies: readonly Partial<ScalingPolicy>[], alarms: readonly string[] = []) {
  const stage = openParts({ recorded: "policies", policies, alarms });
  const { cpuTarget, requestTarget, requestSource, scaleIn, faultyPolicies } = (
    await discovered(stage)
  ).fields;
  return { stage, cpuTarget, requestTarget, requestSource, scaleIn, faultyPolicies };
}

describe("the policies of a group are read", () => {
  test("with their targets, and where requests are counted", async () => {
    expect(await read([requests, cpu])).toMatchObject({
      cpuTarget: 50,
      requestTarget: 1000,
      requestSource: source,
      scaleIn: true,
      faultyPolicies: null,
    });
    expect(await read([cpu])).toMatchObject({ requestTarget: null, requestSource: null });
    expect(await read([requests])).toMatchObject({ cpuTarget: null, requestTarget: 1000 });
  });

  test("on every page, and only this group's", async () => {
    const stage = openParts(
      { recorded: "policies" },
      {
        "autoscaling:DescribePolicies": ({ NextToken }) =>
          NextToken === undefined
            ? { ScalingPolicies: [requests], NextToken: "more" }
            : { ScalingPolicies: [cpu] },
      },
    );
    expect((await discovered(stage)).fields).toMatchObject({ cpuTarget: 50, requestTarget: 1000 });
    expect(stage.asked("autoscaling:DescribePolicies")[0]).toEqual({
      AutoScalingGroupName: "afterpay-web",
      MaxRecords: 100,
    });
  });

  test.each([
    ["all remove servers", [cpu, requests], true],
    ["none does", [growing(cpu), growing(requests)], false],
    ["they differ, which no stack file can want", [cpu, growing(requests)], null],
    ["there is none", [], null],
    ["AWS leaves the answer out", [{ ...cpu, TargetTrackingConfiguration: unsaid() }], true],
  ])("whether they remove servers: %s", async (_why, policies, scaleIn) => {
    expect((await read(policies)).scaleIn).toBe(scaleIn);
  });

  test.each<[fault: string, policy: Partial<ScalingPolicy>, target: number | null]>([
    [
      "the policy reconcile-cpu is of another kind",
      { ...steps, PolicyName: "reconcile-cpu" },
      null,
    ],
    [
      "the policy reconcile-cpu is of another kind",
      {
        ...cpu,
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageNetworkIn" },
          TargetValue: 50,
        },
      },
      null,
    ],
    [
      "the policy reconcile-cpu is of another kind",
      {
        ...cpu,
        TargetTrackingConfiguration: {
          CustomizedMetricSpecification: { MetricName: "m", Namespace: "n", Statistic: "Average" },
          TargetValue: 50,
        },
      },
      null,
    ],
    ["the policy reconcile-cpu is disabled", { ...cpu, Enabled: false }, 50],
    [
      "the policy reconcile-cpu has a warm-up of its own",
      { ...cpu, EstimatedInstanceWarmup: 0 },
      50,
    ],
  ])("with what is wrong with them: %s (%#)", async (fault, policy, cpuTarget) => {
    expect(await read([policy])).toMatchObject({ faultyPolicies: [fault], cpuTarget });
  });

  test("as sound where AWS does not say whether they are enabled", async () => {
    expect((await read([{ ...cpu, Enabled: undefined }])).faultyPolicies).toBeNull();
  });

  test("with the alarms that are gone, by one call for all", async () => {
    const with2 = (policy: Partial<ScalingPolicy>, ...names: string[]) => ({
      ...policy,
      Alarms: names.map((AlarmName) => ({ AlarmName })),
    });
    const policies = [with2(cpu, "cpu-high", "cpu-low"), with2(requests, "requests-high")];
    const { stage, faultyPolicies } = await read(policies, ["cpu-high"]);
    expect(faultyPolicies).toEqual([
      "the alarm cpu-low does not exist any more",
      "the alarm requests-high does not exist any more",
    ]);
    expect(stage.asked("cloudwatch:DescribeAlarms")).toEqual([
      { AlarmNames: ["cpu-high", "cpu-low", "requests-high"], AlarmTypes: ["MetricAlarm"] },
    ]);
    const sound = await read(policies, ["cpu-low", "cpu-high", "requests-high"]);
    expect(sound.faultyPolicies).toBeNull();
  });

  test("without a question to CloudWatch where they have no alarms", async () => {
    const { stage } = await read([cpu, { ...requests, Alarms: [{}] }]);
    expect(stage.calls).toContain("autoscaling:DescribePolicies");
    expect(stage.calls).not.toContain("cloudwatch:DescribeAlarms");
  });

  test("and those of other names are somebody else's, with their alarms", async () => {
    const theirs = { ...cpu, PolicyName: "cpu", Alarms: [{ AlarmName: "theirs" }] };
    const longer = { ...steps, PolicyName: "reconcile-cpu-2" };
    const { stage, ...found } = await read([theirs, longer]);
    expect(found).toEqual({
      cpuTarget: null,
      requestTarget: null,
      requestSource: null,
      scaleIn: null,
      faultyPolicies: null,
    });
    expect(stage.calls).not.toContain("cloudwatch:DescribeAlarms");
  });

  test.each([undefined, "", "schedule", "policiesx"])(
    "only if the group's tag records some: %s",
    async (recorded) => {
      const stage = openParts({ ...(recorded !== undefined && { recorded }), policies: [cpu] });
      expect((await discovered(stage)).fields.cpuTarget).toBeNull();
      expect(stage.calls).not.toContain("autoscaling:DescribePolicies");
    },
  );

  test("or the look-up fails: what cannot be read does not count as absent", async () => {
    for (const operation of ["autoscaling:DescribePolicies", "cloudwatch:DescribeAlarms"]) {
      const policies = [{ ...cpu, Alarms: [{ AlarmName: "a" }] }];
      const denied = { [operation]: refusal("AccessDenied") };
      const stage = openParts({ recorded: "policies", policies }, denied);
      await expect(discovered(stage)).rejects.toMatchObject({ kind: "denied", operation });
    }
  });
});

/** A configuration without an answer to whether the policy removes servers. */
function unsaid(): NonNullable<ScalingPolicy["TargetTrackingConfiguration"]> {
  return {
    PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
    TargetValue: 50,
  };
}
