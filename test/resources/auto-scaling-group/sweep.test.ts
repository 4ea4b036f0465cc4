import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { Several } from "../../../src/engine/worded.ts";
import {
  fieldsOf,
  instancesInService,
  toLiveGroup,
  unpropagatedKeys,
  withHealth,
} from "../../../src/resources/auto-scaling-group/live.ts";
import {
  describeAutoScalingGroups,
  lookAtGroup,
  sweepAutoScalingGroups,
} from "../../../src/resources/auto-scaling-group/look-ups.ts";
import {
  idsAndVersions,
  movingVersion,
  sameTemplate,
  shownTemplates,
  templateOf,
  templatesRunning,
} from "../../../src/resources/auto-scaling-group/running-templates.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { type Member, member as servingMember } from "./group-members.ts";
import { liveWithoutDemand } from "./without-demand.ts";

const made = new Date("2025-12-31T10:00:00Z");

const member = (id: string, more: Partial<Member> = {}) =>
  servingMember(id, { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" }, ...more });

const whole: AutoScalingGroup = {
  AutoScalingGroupName: "afterpay-web",
  MinSize: 1,
  MaxSize: 4,
  DesiredCapacity: 2,
  DefaultCooldown: 30,
  AvailabilityZones: ["eu-west-1a"],
  HealthCheckType: "ELB",
  HealthCheckGracePeriod: 120,
  VPCZoneIdentifier: "subnet-b,subnet-a",
  LoadBalancerNames: ["second", "first"],
  LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
  CreatedTime: made,
  Tags: ours("auto-scaling-group/web", { team: "payments" }),
  Instances: [member("i-1"), member("i-2")],
};

const fields = {
  min: 1,
  max: 4,
  desired: 2,
  ...liveWithoutDemand,
  cooldown: 30,
  healthCheckType: "ELB",
  healthCheckGrace: 120,
  subnets: ["subnet-a", "subnet-b"],
  loadBalancers: ["first", "second"],
  targetGroups: [],
  goneLoadBalancers: null,
  goneTargetGroups: null,
  targetPort: null,
  applicationLoadBalancer: null,
  launchTemplate: { id: "lt-1", version: "2" },
  mixedInstancesPolicy: null,
  launchConfiguration: null,
  rollout: null,
  tags: { team: "payments" },
  unpropagatedTags: null,
};

const inService = {
  InstanceStates: ["i-1", "i-2"].map((InstanceId) => ({ InstanceId, State: "InService" })),
};

const running = { State: { Name: "running" } } as const;
const machines = [
  { InstanceId: "i-1", ...running },
  { InstanceId: "i-2", ...running },
] as const;

function healthOf(context: ResourceContext, group: AutoScalingGroup) {
  return withHealth(context, group, machines);
}

/** An account with these groups. */
function withGroups(AutoScalingGroups: readonly object[], more: Answers = {}) {
  return openStage({
    "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups },
    "elasticloadbalancing:DescribeInstanceHealth": inService,
    ...more,
  });
}

const { AutoScalingGroupName: _name, ...unnamed } = whole;
const others = { ...whole, AutoScalingGroupName: "b", Tags: ours("launch-template/web") };
const strangers = { ...whole, AutoScalingGroupName: "c", Tags: [] };

describe("groups are looked for", () => {
  test("by the stack's tag, and a looser answer is matched again", async () => {
    const stage = withGroups([others, whole, strangers]);
    expect(await sweepAutoScalingGroups(stage.context)).toMatchObject([
      { AutoScalingGroupName: "afterpay-web" },
    ]);
    expect(stage.asked("autoscaling:DescribeAutoScalingGroups")).toEqual([
      { MaxRecords: 100, Filters: [{ Name: "tag:reconcile:stack", Values: ["afterpay"] }] },
    ]);
  });

  test("on every page", async () => {
    const stage = withGroups([], {
      "autoscaling:DescribeAutoScalingGroups": ({ NextToken }) =>
        NextToken === undefined
          ? { AutoScalingGroups: [strangers], NextToken: "more" }
          : { AutoScalingGroups: [whole] },
    });
    expect(await sweepAutoScalingGroups(stage.context)).toHaveLength(1);
  });

  test("by one call for all who ask at once, and by another for who asks later", async () => {
    const stage = withGroups([whole]);
    await Promise.all([
      sweepAutoScalingGroups(stage.context),
      sweepAutoScalingGroups(stage.context),
    ]);
    expect(stage.calls).toHaveLength(1);
    await sweepAutoScalingGroups(stage.context);
    expect(stage.calls).toHaveLength(2);
  });

  test("by name, ours or not", async () => {
    const stage = withGroups([strangers]);
    expect(await describeAutoScalingGroups(stage.context, { names: ["c"] })).toHaveLength(1);
    expect(await lookAtGroup(stage.context, "c")).toBeUndefined();
    expect(await describeAutoScalingGroups(stage.context, {})).toHaveLength(1);
    expect(stage.asked("autoscaling:DescribeAutoScalingGroups")).toEqual([
      { MaxRecords: 100, AutoScalingGroupNames: ["c"] },
      { MaxRecords: 100, AutoScalingGroupNames: ["c"] },
      { MaxRecords: 100 },
    ]);
    const own = withGroups([whole]);
    expect((await lookAtGroup(own.context, "afterpay-web"))?.CreatedTime).toEqual(made);
  });
});

describe("a live group", () => {
  test("is ready when its load balancers have as many in service as it wants", async () => {
    const { context, asked } = withGroups([]);
    expect(await healthOf(context, whole)).toEqual({
      id: "afterpay-web",
      address: "auto-scaling-group/web",
      physicalName: "afterpay-web",
      status: "ready",
      createdAt: made.getTime(),
      fields,
      outputs: { name: "afterpay-web" },
      uses: ["lt-1", "subnet-a", "subnet-b", "first", "second"],
      usesTypes: ["load-balancer"],
    });
    expect(asked("elasticloadbalancing:DescribeInstanceHealth")).toEqual([
      { LoadBalancerName: "second" },
      { LoadBalancerName: "first" },
    ]);
  });

  test("settles while some are not, and counts them", async () => {
    const { context } = withGroups([]);
    const live = await healthOf(context, { ...whole, DesiredCapacity: 3 });
    expect(live).toMatchObject({
      status: "settling",
      statusReason: "2 of 3 instances are in service",
    });
    const empty = { ...whole, DesiredCapacity: undefined, Instances: [] };
    expect((await healthOf(context, empty as object as AutoScalingGroup)).status).toBe("ready");
  });

  test("on its way out is asked nothing more", async () => {
    const { context, calls } = withGroups([]);
    const live = await healthOf(context, { ...whole, Status: "Delete in progress" });
    expect(live).toMatchObject({ status: "deleting", fields });
    expect(live.notes).toBeUndefined();
    expect(calls).toEqual([]);
  });

  test("tells what somebody has suspended, set apart, held or protected", async () => {
    const { context } = withGroups([], {
      "autoscaling:DescribeLifecycleHooks": { LifecycleHooks: [] },
    });
    const { notes = [] } = await healthOf(context, {
      ...whole,
      SuspendedProcesses: [{ ProcessName: "AlarmNotification", SuspensionReason: "" }],
      Instances: [
        member("i-1", { LifecycleState: "Standby" }),
        member("i-2", { LifecycleState: "Pending:Wait" }),
      ],
      DeletionProtection: "prevent-all-deletion",
    });
    const words = ["AlarmNotification is suspended", "i-1 is on standby", "i-2 is Pending:Wait"];
    expect(notes.map(({ summary }) => summary)).toEqual(
      [...words, "the group's deletion protection"].map((each) => expect.stringContaining(each)),
    );
    for (const { remedy } of notes.filter((each) => each.remedy.includes("aws "))) {
      expect(remedy).toMatch(/ --region eu-west-1/);
    }
  });

  test("names each template and version that runs, in the order of their numbers", async () => {
    const { context } = withGroups([]);
    const of = (LaunchTemplateId: string, Version: string) => ({
      LaunchTemplate: { LaunchTemplateId, Version },
    });
    const { fields: mixed } = await healthOf(context, {
      ...whole,
      Instances: [member("i-1", of("lt-1", "10")), member("i-2", of("lt-0", "2"))],
    });
    const { launchTemplate } = mixed;
    expect(idsAndVersions(launchTemplate)).toEqual({
      ids: ["lt-0", "lt-1"],
      versions: ["2", "10"],
    });
    const shown = shownTemplates(launchTemplate);
    expect(shown).toEqual({
      id: new Several(["lt-0", "lt-1"]),
      version: new Several(["2", "10"]),
    });
    expect(JSON.stringify(shown)).toBe('{"id":"lt-0 and lt-1","version":"2 and 10"}');
  });

  test("is not healthy while its load balancer is gone, or does not know its servers", async () => {
    const { context } = withGroups([], {
      "elasticloadbalancing:DescribeInstanceHealth": () => refusal("LoadBalancerNotFound"),
    });
    const live = await healthOf(context, whole);
    expect(live.statusReason).toBe("0 of 2 instances are in service");
  });

  test("is not healthy while EC2 has one of its servers not running", async () => {
    const { context } = withGroups([]);
    const [first, second] = machines;
    const stopped = { ...first, State: { Name: "stopped" as const } };
    const live = await withHealth(context, whole, [stopped, second]);
    expect(live.statusReason).toBe("1 of 2 instances are in service");
  });

  test("without what AWS may leave out has the least", () => {
    const { context } = withGroups([]);
    const { Tags } = whole;
    const bare = { Tags } as AutoScalingGroup;
    expect(toLiveGroup(bare, context, "partial", "half of it")).toEqual({
      id: "",
      address: "auto-scaling-group/web",
      physicalName: "",
      status: "partial",
      statusReason: "half of it",
      createdAt: 0,
      fields: {
        min: 0,
        max: 0,
        desired: 0,
        ...liveWithoutDemand,
        cooldown: 0,
        healthCheckType: "EC2",
        healthCheckGrace: 0,
        subnets: [],
        loadBalancers: [],
        targetGroups: [],
        goneLoadBalancers: null,
        goneTargetGroups: null,
        targetPort: null,
        applicationLoadBalancer: null,
        launchTemplate: { id: "", version: "" },
        mixedInstancesPolicy: null,
        launchConfiguration: null,
        rollout: null,
        tags: { team: "payments" },
        unpropagatedTags: null,
      },
      outputs: { name: "" },
      uses: [],
    });
    expect(toLiveGroup(unnamed as AutoScalingGroup, context, "ready")).not.toHaveProperty(
      "statusReason",
    );
    expect(toLiveGroup(strangers, context, "ready").address).toBe("auto-scaling-group/");
  });
});

describe("a group's fields", () => {
  test.each<[told: Partial<AutoScalingGroup>, differ: object]>([
    [{}, {}],
    [{ HealthCheckType: "EC2" }, { healthCheckType: "EC2" }],
    [{ VPCZoneIdentifier: "subnet-a," }, { subnets: ["subnet-a"] }],
    [{ DefaultInstanceWarmup: 60 }, { instanceWarmup: 60 }],
    [{ DefaultInstanceWarmup: 0 }, { instanceWarmup: 0 }],
    [
      { DeletionProtection: "prevent-all-deletion" },
      { deletionProtection: "prevent-all-deletion" },
    ],
    [
      { SuspendedProcesses: [{ ProcessName: "Launch", SuspensionReason: "by hand" }] },
      { suspended: [{ process: "Launch", reason: "by hand" }] },
    ],
    [
      { LaunchConfigurationName: "old" },
      {
        launchConfiguration: "old",
        launchTemplate: { id: "launch configuration old", version: "none" },
      },
    ],
    [
      {
        Tags: ours("auto-scaling-group/web", { team: "payments" }).map((tag) => ({
          ...tag,
          PropagateAtLaunch: tag.Key === "reconcile:keys",
        })),
      },
      { unpropagatedTags: "reconcile:name, reconcile:stack, team" },
    ],
  ])("of %j differ in %j", (told, differ) => {
    expect(fieldsOf({ ...whole, ...told })).toEqual({ ...fields, ...differ });
  });

  test("leave other people's tags to them, whether they are propagated or not", () => {
    const theirs = { Key: "theirs", Value: "1", PropagateAtLaunch: false };
    const Tags = [...ours("auto-scaling-group/web"), theirs, { PropagateAtLaunch: false }];
    expect(unpropagatedKeys({ ...whole, Tags } as AutoScalingGroup)).toEqual([]);
    expect(unpropagatedKeys({} as AutoScalingGroup)).toEqual([]);
  });
});

describe("what a group launches from", () => {
  const own = { LaunchTemplateId: "lt-1", Version: "2" };
  const policy = {
    LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: "lt-2", Version: "7" } },
  };
  test.each([
    [{ LaunchTemplate: own }, { id: "lt-1", version: "2" }],
    [{ MixedInstancesPolicy: policy }, { id: "lt-2", version: "7" }],
    [
      { LaunchTemplate: own, MixedInstancesPolicy: policy },
      { id: "lt-1", version: "2" },
    ],
    [{ MixedInstancesPolicy: {} }, { id: "", version: "" }],
    [{ MixedInstancesPolicy: { LaunchTemplate: {} } }, { id: "", version: "" }],
    [{ LaunchConfigurationName: "old" }, { id: "launch configuration old", version: "none" }],
    [
      { LaunchConfigurationName: "", LaunchTemplate: own },
      { id: "lt-1", version: "2" },
    ],
  ])("%j is %j", (told, template) => {
    expect(templateOf(told)).toEqual(template);
  });

  test.each([
    ["$Latest", "$Latest"],
    ["2 $Default", "$Default"],
    ["2", undefined],
    ["Latest", undefined],
  ])("version %s moves: %s", (version, moving) => {
    expect(movingVersion(version.split(" "))).toBe(moving);
  });

  test.each([
    ["lt-1", "2", true],
    ["lt-1", "3", false],
    ["lt-2", "2", false],
  ])("lt-1 in version 2 and %s in version %s are the same: %s", (id, version, same) => {
    expect(sameTemplate({ id: "lt-1", version: "2" }, { id, version })).toBe(same);
  });

  const versionsOf = (group: Partial<AutoScalingGroup>) =>
    templatesRunning({ ...whole, ...group }).map(({ version }) => version);
  const running = (version: string, more: Partial<Member> = {}) =>
    member("i-1", { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: version }, ...more });
  test("counts whom it was launched for and who stays in a rollout", () => {
    const Instances = [
      running("3"),
      running("4", { LifecycleState: "Pending" }),
      running("5", { LifecycleState: "Pending:Wait" }),
      running("6", { LifecycleState: "Terminating" }),
      running("7", { LifecycleState: "EnteringStandby" }),
      running("8", { LifecycleState: "Warmed:Pending" as never }),
      running("9", { ProtectedFromScaleIn: true }),
      { ...running("10"), LifecycleState: undefined },
      { ...member("i-11"), LaunchTemplate: undefined },
    ];
    expect(versionsOf({ Instances })).toEqual(["2", "3", "4", "5"]);
    expect(templatesRunning({ ...whole, Instances: undefined })).toEqual([
      { id: "lt-1", version: "2" },
    ]);
  });

  test("leaves a launch configuration out where its instances say enough", () => {
    const LaunchConfigurationName = "new";
    expect(versionsOf({ LaunchConfigurationName, Instances: [running("3")] })).toEqual(["3"]);
    expect(versionsOf({ LaunchConfigurationName, Instances: [] })).toEqual(["none"]);
    const Instances = [
      { ...member("i-1"), LaunchTemplate: undefined, LaunchConfigurationName: "old" },
    ];
    expect(versionsOf({ Instances })).toEqual(["2", "none"]);
  });

  test("those in service are in service to the group itself", () => {
    const Instances = [
      member("i-1"),
      member("i-2", { LifecycleState: "Pending" }),
      { LifecycleState: "InService" } as Member,
    ];
    expect(instancesInService({ ...whole, Instances })).toEqual(["i-1"]);
    expect(instancesInService({ ...whole, Instances: undefined })).toEqual([]);
  });
});
