import {
  DeletePolicyCommand,
  DescribePoliciesCommand,
  type DescribePoliciesCommandInput,
  type PutScalingPolicyCommandInput,
  paginateDescribePolicies,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { openScaling, putPolicy, type Scaling, trackCpu, tracking, web } from "./scaling.ts";
import { describeGroup } from "./web-group.ts";

let scaling: Scaling;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  scaling = await openScaling();
});

afterEach(() => {
  vi.useRealTimers();
});

const simple = { AdjustmentType: "ChangeInCapacity", ScalingAdjustment: 1 };
const step = { PolicyType: "StepScaling", AdjustmentType: "ChangeInCapacity" };

async function names(input: DescribePoliciesCommandInput): Promise<(string | undefined)[]> {
  const { ScalingPolicies = [] } = await scaling.account.autoScaling.send(
    new DescribePoliciesCommand(input),
  );
  return ScalingPolicies.map(({ PolicyName }) => PolicyName);
}

test("policies are found by group, name, ARN and type, and paged", async () => {
  await trackCpu(scaling);
  const { PolicyARN = "" } = await putPolicy(scaling, { PolicyName: "one", ...simple });
  await putPolicy(scaling, { PolicyName: "two", ...simple });
  expect(await names({})).toEqual(["cpu", "one", "two"]);
  expect(await names({ ...web, PolicyNames: ["two", "none"] })).toEqual(["two"]);
  expect(await names({ PolicyNames: [PolicyARN] })).toEqual(["one"]);
  expect(await names({ PolicyTypes: ["SimpleScaling"] })).toEqual(["one", "two"]);
  expect((await refusal(names({ AutoScalingGroupName: "none" }))).code).toBe("ValidationError");
  const pages: number[] = [];
  const paging = { client: scaling.account.autoScaling, pageSize: 2 };
  for await (const { ScalingPolicies = [] } of paginateDescribePolicies(paging, { ...web })) {
    pages.push(ScalingPolicies.length);
  }
  expect(pages).toEqual([2, 1]);
});

test("a policy keeps its place and its ARN when it is put again with another type", async () => {
  const before = await trackCpu(scaling);
  await putPolicy(scaling, { PolicyName: "one", ...simple });
  const after = await putPolicy(scaling, simple);
  expect(after).toMatchObject({ PolicyARN: before.PolicyARN, Alarms: [] });
  expect(await names({})).toEqual(["cpu", "one"]);
  expect(scaling.account.sandbox.records("alarm").size).toBe(0);
});

test("a group has fifty policies at most", async () => {
  for (let number = 1; number <= 50; number += 1) {
    await putPolicy(scaling, { PolicyName: `p${number}`, ...simple });
  }
  expect((await refusal(putPolicy(scaling, { PolicyName: "p51", ...simple }))).code).toBe(
    "LimitExceededFault",
  );
  await putPolicy(scaling, { PolicyName: "p50", ...simple });
});

test("there is one target tracking policy for a metric", async () => {
  await trackCpu(scaling);
  expect(await refusal(trackCpu(scaling, { PolicyName: "again" }))).toMatchObject({
    code: "ValidationError",
    message: "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
  });
});

test("a policy that does not exist cannot be deleted", async () => {
  const gone = new DeletePolicyCommand({ ...web, PolicyName: "none" });
  expect(await refusal(scaling.account.autoScaling.send(gone))).toMatchObject({
    code: "ValidationError",
    message: "Policy none not found",
  });
});

describe("a policy is refused", () => {
  const cpu = { PredefinedMetricType: "ASGAverageCPUUtilization" } as const;
  const at = (
    MetricIntervalLowerBound?: number,
    MetricIntervalUpperBound?: number,
    ScalingAdjustment = 1,
  ) => ({ MetricIntervalLowerBound, MetricIntervalUpperBound, ScalingAdjustment });
  const cases: [string, Partial<PutScalingPolicyCommandInput>, string][] = [
    ["of an unknown type", { PolicyType: "Clever" }, "at 'policyType' failed to satisfy"],
    ["without an adjustment type", { ScalingAdjustment: 1 }, "at 'adjustmentType' failed"],
    ["without an adjustment", { AdjustmentType: "ExactCapacity" }, "ScalingAdjustment is required"],
    [
      "with a negative exact capacity",
      { AdjustmentType: "ExactCapacity", ScalingAdjustment: -1 },
      "must not be negative",
    ],
    [
      "with a least magnitude that is not for percentages",
      { ...simple, MinAdjustmentMagnitude: 2 },
      "MinAdjustmentMagnitude is not supported",
    ],
    ["with a negative cooldown", { ...simple, Cooldown: -1 }, "Cooldown must be 0 or more"],
    [
      "with the warm-up of another type",
      { ...simple, EstimatedInstanceWarmup: 60 },
      "EstimatedInstanceWarmup is not supported for policy type SimpleScaling",
    ],
    [
      "with a negative warm-up",
      tracking(cpu, 50, { EstimatedInstanceWarmup: -1 }),
      "EstimatedInstanceWarmup must be 0 or more",
    ],
    ["without a configuration", { PolicyType: "TargetTrackingScaling" }, "must have a Target"],
    ["with a target of 0", tracking(cpu, 0), "TargetValue must be greater than 0"],
    [
      "with an adjustment that target tracking does not have",
      { ...tracking(cpu, 50), ScalingAdjustment: 1 },
      "ScalingAdjustment is not supported for policy type TargetTrackingScaling",
    ],
    [
      "with a label that CPU does not have",
      tracking({ ...cpu, ResourceLabel: "app/a/1/targetgroup/b/2" }, 50),
      "Resource label should not be specified",
    ],
    ["without steps", { ...step, StepAdjustments: [] }, "StepAdjustments are required"],
    [
      "with too many steps",
      { ...step, StepAdjustments: Array.from({ length: 21 }, (_, index) => at(index, index + 1)) },
      "at most 20 step adjustments",
    ],
    [
      "with a step without bounds",
      { ...step, StepAdjustments: [at()] },
      "can't be null in the same",
    ],
    [
      "with a step that ends before it begins",
      { ...step, StepAdjustments: [at(5, 5)] },
      "must be greater than the lower bound",
    ],
    [
      "with a gap between steps",
      { ...step, StepAdjustments: [at(0, 5), at(6)] },
      "can't overlap or have a gap",
    ],
    [
      "with steps that overlap",
      { ...step, StepAdjustments: [at(0), at(5)] },
      "can't overlap or have a gap",
    ],
    [
      "with a positive end",
      { ...step, StepAdjustments: [at(0, 5)] },
      "there must be a step adjustment with a null upper bound",
    ],
    [
      "with a negative begin",
      { ...step, StepAdjustments: [at(-5, 0)] },
      "there must be a step adjustment with a null lower bound",
    ],
    [
      "with an unknown aggregation",
      { ...step, MetricAggregationType: "Median", StepAdjustments: [at(0)] },
      "at 'metricAggregationType' failed",
    ],
  ];

  test.each(cases)("%s", async (_name, input, told) => {
    const { code, message } = await refusal(putPolicy(scaling, input));
    expect(`${code}: ${message}`).toContain("ValidationError: ");
    expect(message).toContain(told);
    expect(await names({})).toEqual([]);
  });

  test("of a group that does not exist", async () => {
    const put = putPolicy(scaling, { ...simple, AutoScalingGroupName: "none" });
    expect((await refusal(put)).code).toBe("ValidationError");
  });

  test.each([
    ["predictive scaling", { PolicyType: "PredictiveScaling" }],
    ["network metrics", tracking({ PredefinedMetricType: "ASGAverageNetworkIn" }, 1e6)],
    [
      "high-resolution metrics",
      tracking({ PredefinedMetricType: "ASGAverageCPUUtilizationHighResolution" }, 50),
    ],
    [
      "metrics of one's own",
      {
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration: {
          TargetValue: 1,
          CustomizedMetricSpecification: { MetricName: "queue", Namespace: "shop" },
        },
      },
    ],
  ])("as not modelled with %s", async (_name, input) => {
    expect((await refusal(putPolicy(scaling, input))).code).toBe("UnsupportedOperation");
  });
});

test("the default instance warmup of a group is set, kept and removed", async () => {
  const { autoScaling } = scaling.account;
  const warmup = async () => (await describeGroup(scaling.account))?.DefaultInstanceWarmup;
  const update = (more: { DefaultInstanceWarmup?: number; MaxSize?: number }) =>
    autoScaling.send(new UpdateAutoScalingGroupCommand({ ...web, ...more }));
  expect(await warmup()).toBe(60);
  await update({ DefaultInstanceWarmup: 0 });
  expect(await warmup()).toBe(0);
  await update({ MaxSize: 9 });
  expect(await warmup()).toBe(0);
  await update({ DefaultInstanceWarmup: -1 });
  expect(await warmup()).toBeUndefined();
  expect((await refusal(update({ DefaultInstanceWarmup: -2 }))).code).toBe("ValidationError");
});
