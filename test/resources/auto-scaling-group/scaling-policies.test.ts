import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { refusal } from "../answers.ts";
import { cpu, label, requests, source, steps } from "./sample-policies.ts";
import { fields, target } from "./web-group.ts";
import { discovered, openParts, updated, writesOf } from "./web-group-parts.ts";

const oneTarget = { ...fields, cpuTarget: 60, scaleIn: true };
const changed = ["cpuTarget", "scaleIn"] as const;

describe("the policies of a group are set", () => {
  test("after the tag that records them, so that no crash can hide one", async () => {
    const stage = openParts({});
    await updated(stage, oneTarget, changed);
    expect(writesOf(stage)).toEqual(["CreateOrUpdateTags tags", "PutScalingPolicy reconcile-cpu"]);
    expect(stage.asked("autoscaling:CreateOrUpdateTags")).toEqual([
      {
        Tags: [
          {
            Key: "reconcile:parts",
            Value: "policies",
            ResourceId: "afterpay-web",
            ResourceType: "auto-scaling-group",
            PropagateAtLaunch: false,
          },
        ],
      },
    ]);
    expect(stage.asked("autoscaling:PutScalingPolicy")).toEqual([
      {
        AutoScalingGroupName: "afterpay-web",
        PolicyName: "reconcile-cpu",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
          TargetValue: 60,
          DisableScaleIn: false,
        },
        Enabled: true,
      },
    ]);
  });

  test("which keeps what it records already", async () => {
    const recordedFirst = openParts({ recorded: "policies", policies: [cpu] });
    await updated(recordedFirst, oneTarget, changed);
    expect(writesOf(recordedFirst)).toEqual(["PutScalingPolicy reconcile-cpu"]);
    const scheduled = openParts({ recorded: "schedule" });
    await updated(scheduled, oneTarget, changed);
    expect(scheduled.asked("autoscaling:CreateOrUpdateTags")).toMatchObject([
      { Tags: [{ Value: "schedule policies" }] },
    ]);
  });

  test("of two targets, with the label that AWS wants instead of ARNs", async () => {
    const stage = openParts({});
    const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:";
    const wanted = {
      ...oneTarget,
      scaleIn: false,
      requestTarget: 800,
      requestSource: {
        loadBalancer: `${arn}loadbalancer/${source.loadBalancer}`,
        targetGroup: `${arn}${source.targetGroup}`,
      },
    };
    await updated(stage, wanted, [...changed, "requestTarget", "requestSource"]);
    expect(writesOf(stage)).toEqual([
      "CreateOrUpdateTags tags",
      "PutScalingPolicy reconcile-cpu",
      "PutScalingPolicy reconcile-requests",
    ]);
    expect(stage.asked("autoscaling:PutScalingPolicy")).toMatchObject([
      { TargetTrackingConfiguration: { TargetValue: 60, DisableScaleIn: true } },
      {
        PolicyType: "TargetTrackingScaling",
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: {
            PredefinedMetricType: "ALBRequestCountPerTarget",
            ResourceLabel: label,
          },
          TargetValue: 800,
          DisableScaleIn: true,
        },
      },
    ]);
    const { requestSource } = autoScalingGroup.fields;
    expect(requestSource.equal?.(wanted.requestSource, source)).toBe(true);
  });

  test("not without a load balancer whose requests could be counted", async () => {
    const stage = openParts({});
    const wanted = { ...oneTarget, requestTarget: 800, requestSource: null };
    await expect(updated(stage, wanted, ["requestTarget"])).rejects.toThrow(
      "a target of requests needs a load balancer",
    );
  });

  test.each([
    ["of another type", steps],
    ["of another metric", { ...requests, TargetTrackingConfiguration: undefined }],
  ])("once one of that name but %s is deleted, of which AWS makes no other", async (_, present) => {
    const policies = [{ ...present, PolicyName: "reconcile-cpu" }];
    const stage = openParts({ recorded: "policies", policies });
    await updated(stage, oneTarget, ["cpuTarget", "scaleIn", "faultyPolicies"]);
    expect(writesOf(stage)).toEqual([
      "DeletePolicy reconcile-cpu",
      "PutScalingPolicy reconcile-cpu",
    ]);
  });

  test("until CloudWatch shows their alarms, which a plan takes for deleted ones otherwise", async () => {
    const alarms = ["cpu-high", "cpu-low"].map((AlarmName) => ({ AlarmName }));
    const shown = [[], alarms.slice(0, 1), alarms];
    const stage = openParts(
      { recorded: "policies", policies: [requests] },
      {
        "autoscaling:PutScalingPolicy": { Alarms: alarms },
        "cloudwatch:DescribeAlarms": () => ({ MetricAlarms: shown.shift() }),
      },
    );
    await updated(stage, oneTarget, changed);
    expect(stage.told).toEqual(["cpu-high and cpu-low not visible yet", "cpu-low not visible yet"]);
    expect(stage.asked("cloudwatch:DescribeAlarms")).toHaveLength(3);
    expect(writesOf(stage).at(-1)).toBe("DeletePolicy reconcile-requests");
  });

  test("or it is said after five minutes which alarms are missing", async () => {
    const answer = { Alarms: [{ AlarmName: "cpu-high" }] };
    const stage = openParts({}, { "autoscaling:PutScalingPolicy": answer });
    await expect(updated(stage, oneTarget, changed)).rejects.toThrow(
      "waited 300 s for the alarms cpu-high; last seen: cpu-high not visible yet",
    );
  });

  test("again as soon as Auto Scaling has made an earlier change", async () => {
    const answers = [refusal("ResourceContention")];
    const stage = openParts({}, { "autoscaling:PutScalingPolicy": () => answers.shift() ?? {} });
    await updated(stage, oneTarget, changed);
    expect(stage.asked("autoscaling:PutScalingPolicy")).toHaveLength(2);
    expect(stage.told).toEqual(["Auto Scaling is still changing the policy (ResourceContention)"]);
  });

  test("for five minutes, and not where AWS refuses one", async () => {
    const tried = async (code: string) => {
      const stage = openParts({}, { "autoscaling:PutScalingPolicy": refusal(code) });
      const failure = await updated(stage, oneTarget, changed).catch((error: unknown) => error);
      return { failure, minutes: stage.passed() / 60 };
    };
    const late = await tried("ResourceContention");
    expect(late.failure).toMatchObject({ kind: "in-progress" });
    expect(late.minutes).toBeGreaterThan(3);
    expect(late.minutes).toBeLessThanOrEqual(5);
    expect(await tried("AccessDenied")).toMatchObject({ failure: { kind: "denied" }, minutes: 0 });
  });
});

describe("the policies of a group are deleted", () => {
  test("with a target that the stack file drops: the others stay, and so does the tag", async () => {
    const stage = openParts({ recorded: "policies", policies: [cpu, requests] });
    await updated(stage, oneTarget, ["requestTarget", "requestSource"]);
    expect(writesOf(stage)).toEqual([
      "PutScalingPolicy reconcile-cpu",
      "DeletePolicy reconcile-requests",
    ]);
    expect(stage.asked("autoscaling:DeletePolicy")).toEqual([
      { AutoScalingGroupName: "afterpay-web", PolicyName: "reconcile-requests" },
    ]);
  });

  test.each([
    ["policies", "DeleteTags tags"],
    ["policies schedule", "CreateOrUpdateTags tags"],
  ])("with the last target, and the tag says so afterwards: %s", async (recorded, last) => {
    const stage = openParts({ recorded, policies: [requests, cpu] });
    await updated(stage, fields, ["cpuTarget", "requestTarget", "requestSource", "scaleIn"]);
    expect(writesOf(stage)).toEqual([
      "DeletePolicy reconcile-cpu",
      "DeletePolicy reconcile-requests",
      last,
    ]);
    const [operation = ""] = last.split(" ");
    const [{ Tags } = {}] = stage.asked(`autoscaling:${operation}`);
    const value = operation === "DeleteTags" ? {} : { Value: "schedule", PropagateAtLaunch: false };
    expect(Tags).toEqual([
      {
        Key: "reconcile:parts",
        ResourceId: "afterpay-web",
        ResourceType: "auto-scaling-group",
        ...value,
      },
    ]);
  });

  test("though somebody was faster, and not where AWS refuses it", async () => {
    const deletion = async (error: object) => {
      const stage = openParts(
        { recorded: "policies", policies: [cpu] },
        { "autoscaling:DeletePolicy": error },
      );
      await updated(stage, fields, ["cpuTarget", "scaleIn"]);
      return writesOf(stage);
    };
    const gone = refusal("ValidationError", "Policy reconcile-cpu not found");
    expect(await deletion(gone)).toEqual(["DeletePolicy reconcile-cpu", "DeleteTags tags"]);
    await expect(deletion(refusal("AccessDenied"))).rejects.toMatchObject({ kind: "denied" });
  });

  test("and other people's never are, whatever happens to ours", async () => {
    const theirs = [
      { ...cpu, PolicyName: "theirs" },
      { ...steps, PolicyName: "reconcile-other" },
    ];
    for (const [wanted, policies] of [
      [oneTarget, theirs],
      [oneTarget, [...theirs, requests]],
      [fields, [...theirs, cpu]],
    ] as const) {
      const stage = openParts({ recorded: "policies", policies });
      await updated(stage, wanted, ["cpuTarget", "scaleIn"]);
      const touched = [
        ...stage.asked("autoscaling:PutScalingPolicy"),
        ...stage.asked("autoscaling:DeletePolicy"),
      ].map(({ PolicyName }) => PolicyName);
      expect(touched).not.toHaveLength(0);
      expect(touched.filter((name) => !/^reconcile-(cpu|requests)$/.test(`${name}`))).toEqual([]);
    }
  });
});

test("no policy is set in a group that somebody has deleted", async () => {
  const live = await discovered(openParts({}));
  const gone = { "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [] } };
  const stage = openParts({}, gone);
  await expect(autoScalingGroup.update(stage.context, live, oneTarget, changed)).rejects.toThrow(
    `AWS to show the Auto Scaling group ${target.physicalName}`,
  );
  expect(writesOf(stage)).toEqual([]);
});
