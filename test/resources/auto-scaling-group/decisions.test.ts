import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { fields, group, target } from "./web-group.ts";

/** Where the servers are, and whether they serve. */
interface Servers {
  readonly subnets?: readonly string[];
  readonly registered?: readonly string[];
}

/** An account whose group is as `look` shows it, time after time. */
function account(
  look: () => AutoScalingGroup | undefined,
  { subnets = ["subnet-a", "subnet-b"], registered = ["i-1", "i-2"] }: Servers = {},
  more: Answers = {},
) {
  return openStage(
    {
      "autoscaling:DescribeAutoScalingGroups": () => {
        const found = look();
        return { AutoScalingGroups: found === undefined ? [] : [found] };
      },
      "elasticloadbalancing:DescribeInstanceHealth": () => ({
        InstanceStates: registered.map((InstanceId) => ({ InstanceId, State: "InService" })),
      }),
      "ec2:DescribeInstances": {
        Reservations: [
          {
            Instances: subnets.map((SubnetId, index) => ({
              InstanceId: `i-${index + 1}`,
              State: { Name: "running" },
              SubnetId,
            })),
          },
        ],
      },
      ...more,
    },
    { longer: 10 },
  );
}

async function live(look: () => AutoScalingGroup | undefined = () => group) {
  const [found] = await autoScalingGroup.discover(account(look).context);
  if (found === undefined) throw new Error("the group is not there");
  return found;
}

const writesOf = (stage: ReturnType<typeof account>) =>
  stage.calls.filter((operation) => !operation.includes(":Describe"));

describe("groups are discovered", () => {
  test("with the subnets that servers have not left yet, and what becomes of these", async () => {
    const stage = account(() => group, { subnets: ["subnet-a", "subnet-0"] });
    const [found] = await autoScalingGroup.discover(stage.context);
    expect(found?.fields.subnets).toEqual(["subnet-0", "subnet-a", "subnet-b"]);
    expect(found?.notes).toMatchObject([
      { summary: "i-2 is still in subnet-0, which is no longer a subnet of the group" },
    ]);
    expect((await live()).fields.subnets).toEqual(["subnet-a", "subnet-b"]);
    expect(await live()).not.toHaveProperty("notes");
  });

  test("with all that is to be told of them", async () => {
    const told = { ...group, DeletionProtection: "prevent-all-deletion" as const };
    const stage = account(() => told, { subnets: ["subnet-a", "subnet-0"] });
    const [found] = await autoScalingGroup.discover(stage.context);
    expect(found?.notes).toHaveLength(2);
  });

  test("and not asked where their servers are, once they are on their way out", async () => {
    const leaving = { ...group, Status: "Delete in progress" };
    const stage = account(() => leaving, { subnets: ["subnet-0", "subnet-0"] });
    const [found] = await autoScalingGroup.discover(stage.context);
    expect(found).toMatchObject({ status: "deleting", fields: { subnets: fields.subnets } });
  });
});

test("a group of that name without our tags is somebody else's", async () => {
  const stage = account(() => ({ ...group, Tags: [] }));
  const found = await autoScalingGroup.findForeign(stage.context, [{ ...target, fields }]);
  expect(found).toEqual([
    {
      id: "afterpay-web",
      physicalName: "afterpay-web",
      summary: "an Auto Scaling group named afterpay-web exists and does not belong to this stack",
      remedy: expect.stringContaining("aws autoscaling create-or-update-tags --tags ResourceId="),
    },
  ]);
  expect(stage.asked("autoscaling:DescribeAutoScalingGroups")).toMatchObject([
    { AutoScalingGroupNames: ["afterpay-web"] },
  ]);
  const own = account(() => group);
  expect(await autoScalingGroup.findForeign(own.context, [{ ...target, fields }])).toEqual([]);
  const nameless = account(() => ({ ...group, AutoScalingGroupName: undefined }));
  expect(await autoScalingGroup.findForeign(nameless.context, [{ ...target, fields }])).toEqual([]);
});

describe("a group is created", () => {
  test("with all that the file says, in one call, and its tags on every server", async () => {
    let made: AutoScalingGroup | undefined;
    const stage = account(
      () => made,
      {},
      {
        "autoscaling:CreateAutoScalingGroup": () => {
          made = group;
          return {};
        },
      },
    );
    const found = await autoScalingGroup.create(stage.context, target, {
      ...fields,
      desired: null,
      min: 1,
    });
    expect(found).toMatchObject({ id: "afterpay-web", status: "ready" });
    const [{ Tags, ...input } = {}] = stage.asked("autoscaling:CreateAutoScalingGroup");
    expect(input).toEqual({
      AutoScalingGroupName: "afterpay-web",
      LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 1,
      DefaultCooldown: 30,
      HealthCheckType: "ELB",
      HealthCheckGracePeriod: 120,
      VPCZoneIdentifier: "subnet-a,subnet-b",
      LoadBalancerNames: ["front"],
      TargetGroupARNs: [],
    });
    const where = { ResourceId: "afterpay-web", ResourceType: "auto-scaling-group" };
    const tags = [
      { Key: "reconcile:stack", Value: "afterpay" },
      { Key: "reconcile:name", Value: "auto-scaling-group/web" },
      { Key: "reconcile:keys", Value: expect.any(String) },
      { Key: "team", Value: "payments" },
    ];
    expect(Tags).toEqual(tags.map((tag) => ({ ...tag, ...where, PropagateAtLaunch: true })));
  });

  test("with the capacity that the file asks for", async () => {
    const stage = account(() => group, {}, { "autoscaling:CreateAutoScalingGroup": {} });
    await autoScalingGroup.create(stage.context, target, { ...fields, desired: 3 });
    expect(stage.asked("autoscaling:CreateAutoScalingGroup")).toMatchObject([
      { DesiredCapacity: 3 },
    ]);
  });

  test.each([
    ["AlreadyExists", []],
    [
      "ScalingActivityInProgress",
      [expect.stringMatching(/^Auto Scaling is not ready for the new group yet \(Scaling/)],
    ],
    [
      "InvalidLaunchTemplateId.NotFound",
      [expect.stringMatching(/^Auto Scaling is not ready for the new group yet \(Invalid/)],
    ],
  ])("though AWS answers %s at first", async (code, told) => {
    let calls = 0;
    const stage = account(
      () => group,
      {},
      {
        "autoscaling:CreateAutoScalingGroup": () => {
          calls += 1;
          return calls === 1 ? refusal(code) : {};
        },
      },
    );
    const found = await autoScalingGroup.create(stage.context, target, fields);
    expect(found.address).toBe("auto-scaling-group/web");
    expect(stage.told).toEqual(told);
  });

  test("a quarter of an hour is tried for, and not where AWS refuses it", async () => {
    const tried = async (code: string) => {
      const stage = account(
        () => group,
        {},
        { "autoscaling:CreateAutoScalingGroup": refusal(code) },
      );
      const failure = await autoScalingGroup
        .create(stage.context, target, fields)
        .catch((error: unknown) => error);
      return { failure, minutes: stage.passed() / 60 };
    };
    const late = await tried("ScalingActivityInProgress");
    expect(late.failure).toMatchObject({ kind: "in-progress" });
    expect(late.minutes).toBeGreaterThan(10);
    expect(late.minutes).toBeLessThanOrEqual(15);
    expect(await tried("AccessDenied")).toMatchObject({ failure: { kind: "denied" }, minutes: 0 });
  });

  test("and not taken from somebody else who has the name", async () => {
    const stage = account(
      () => ({ ...group, Tags: [] }),
      {},
      {
        "autoscaling:CreateAutoScalingGroup": refusal("AlreadyExists"),
      },
    );
    await expect(autoScalingGroup.create(stage.context, target, fields)).rejects.toThrow(
      "the Auto Scaling group afterpay-web already exists and does not carry the tags",
    );
  });
});

describe("a group is updated", () => {
  test("by its settings alone, without waiting for servers that nothing moves", async () => {
    const answers = { "autoscaling:UpdateAutoScalingGroup": {} };
    // Servers that have not left a subnet are another change's business.
    const servers = { registered: [], subnets: ["subnet-0", "subnet-0"] };
    const stage = account(() => ({ ...group, DefaultCooldown: 60 }), servers, answers);
    const wanted = { ...fields, cooldown: 60 };
    const { context } = stage;
    const after = await autoScalingGroup.update(context, await live(), wanted, ["cooldown"]);
    expect(after.fields.cooldown).toBe(60);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", DefaultCooldown: 60 },
    ]);
    expect(stage.calls).not.toContain("elasticloadbalancing:DescribeInstanceHealth");
  });

  test("until all serve, where servers come or go", async () => {
    const stage = account(
      () => ({ ...group, MaxSize: 5 }),
      {},
      {
        "autoscaling:UpdateAutoScalingGroup": {},
      },
    );
    await autoScalingGroup.update(stage.context, await live(), { ...fields, max: 5 }, ["max"]);
    expect(stage.calls).toContain("elasticloadbalancing:DescribeInstanceHealth");
  });

  const settling = async () => ({ ...(await live()), status: "settling" as const });
  test("that settles: who is not registered is, and all are waited for", async () => {
    let registered: readonly string[] = ["i-1"];
    const stage = account(
      () => group,
      {},
      {
        "elasticloadbalancing:DescribeInstanceHealth": () => ({
          InstanceStates: registered.map((InstanceId) => ({ InstanceId, State: "InService" })),
        }),
        "elasticloadbalancing:RegisterInstancesWithLoadBalancer": () => {
          registered = ["i-1", "i-2"];
          return {};
        },
      },
    );
    await autoScalingGroup.update(stage.context, await settling(), fields, []);
    expect(writesOf(stage)).toEqual(["elasticloadbalancing:RegisterInstancesWithLoadBalancer"]);
    // Before the registration, and after it.
    expect(stage.asked("elasticloadbalancing:DescribeInstanceHealth")).toHaveLength(2);
    const ready = account(() => group, { registered: [] });
    await autoScalingGroup.update(ready.context, await live(), fields, []);
    expect(writesOf(ready)).toEqual([]);
  });

  test.each([
    ["it is listed no longer", () => ({ LoadBalancers: [] })],
    [
      "it is listed as removed",
      () => ({ LoadBalancers: [{ LoadBalancerName: "other", State: "Removed" }] }),
    ],
    [
      "somebody deletes the group",
      () => refusal("ValidationError", "AutoScalingGroup name not found - no such group"),
    ],
  ])("that gets another load balancer: the old one is drained until %s", async (_, drained) => {
    let names = ["other"];
    let draining = 3;
    let registered = ["i-1"];
    const look = () => ({ ...group, LoadBalancerNames: names });
    const stage = account(
      look,
      {},
      {
        "elasticloadbalancing:DescribeInstanceHealth": () => ({
          InstanceStates: registered.map((InstanceId) => ({ InstanceId, State: "InService" })),
        }),
        "elasticloadbalancing:RegisterInstancesWithLoadBalancer": ({ Instances }) => {
          const added = (Instances as readonly { InstanceId: string }[]).map(
            (one) => one.InstanceId,
          );
          registered = [...new Set([...registered, ...added])];
          return {};
        },
        "autoscaling:AttachLoadBalancers": () => {
          names = ["front", "other"];
          return {};
        },
        "autoscaling:DetachLoadBalancers": () => {
          names = ["front"];
          return {};
        },
        // On the second page, where connections are drained for a while.
        "autoscaling:DescribeLoadBalancers": ({ NextToken }) => {
          if (NextToken === undefined) return { LoadBalancers: [], NextToken: "more" };
          draining -= 1;
          const removing = { LoadBalancerName: "other", State: "Removing" };
          return draining > 0 ? { LoadBalancers: [removing] } : drained();
        },
      },
    );
    await autoScalingGroup.update(stage.context, await settling(), fields, ["loadBalancers"]);
    expect(writesOf(stage)).toEqual([
      "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
      "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
      "autoscaling:AttachLoadBalancers",
      "autoscaling:DetachLoadBalancers",
    ]);
    // The load balancer may be deleted after the update. That would cut the connections.
    expect(draining).toBe(0);
  });

  test.each(["tags", "unpropagatedTags"] as const)("in its tags for %s", async (changed) => {
    const stage = account(
      () => group,
      {},
      {
        "ec2:CreateTags": {},
        "ec2:DescribeTags": ({ Filters }) => {
          const [ids] = Filters as { Values: string[] }[];
          return {
            Tags: (ids?.Values ?? []).flatMap((ResourceId) =>
              ours(target.address, fields.tags).map((tag) => ({ ...tag, ResourceId })),
            ),
          };
        },
        "autoscaling:CreateOrUpdateTags": {},
      },
    );
    await autoScalingGroup.update(stage.context, await live(), fields, [changed]);
    expect(writesOf(stage)).toEqual(["ec2:CreateTags", "autoscaling:CreateOrUpdateTags"]);
  });

  test.each(["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"] as const)(
    "in its servers for %s, which a rollout replaces",
    async (changed) => {
      const next = { ...fields, launchTemplate: { id: "lt-1", version: "3" } };
      const refused = { "autoscaling:StartInstanceRefresh": refusal("AccessDenied") };
      const none = { "autoscaling:DescribeInstanceRefreshes": { InstanceRefreshes: [] } };
      const stage = account(() => group, {}, { ...refused, ...none });
      const { context } = stage;
      await expect(
        autoScalingGroup.update(context, await live(), next, [changed]),
      ).rejects.toMatchObject({ kind: "denied" });
      expect(stage.asked("autoscaling:StartInstanceRefresh")).toMatchObject([
        {
          AutoScalingGroupName: "afterpay-web",
          DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "3" } },
          Preferences: { MinHealthyPercentage: 90, AutoRollback: true },
        },
      ]);
      const bare = { ...next, rollout: null };
      await expect(autoScalingGroup.update(context, await live(), bare, [changed])).rejects.toThrow(
        "auto-scaling-group/web has no rollout settings",
      );
    },
  );

  test("from a launch configuration to the template alone, where nothing is to be rolled out", async () => {
    const before = { ...group, LaunchTemplate: undefined, LaunchConfigurationName: "old" };
    let current: AutoScalingGroup = before;
    const stage = account(
      () => current,
      {},
      {
        "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
          InstanceRefreshes:
            InstanceRefreshIds === undefined
              ? []
              : [{ InstanceRefreshId: "refresh-1", Status: "Successful" }],
        }),
        "autoscaling:StartInstanceRefresh": { InstanceRefreshId: "refresh-1" },
        "autoscaling:UpdateAutoScalingGroup": () => {
          current = group;
          return {};
        },
      },
    );
    const changed = ["launchConfiguration"] as const;
    await autoScalingGroup.update(stage.context, await live(() => before), fields, changed);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      {
        AutoScalingGroupName: "afterpay-web",
        LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
      },
    ]);
  });

  test("in its subnets, which its servers then leave", async () => {
    const stage = account(
      () => group,
      { subnets: ["subnet-0", "subnet-0"] },
      {
        "autoscaling:UpdateAutoScalingGroup": {},
        "autoscaling:DescribeInstanceRefreshes": { InstanceRefreshes: [] },
        "autoscaling:StartInstanceRefresh": refusal("AccessDenied"),
      },
    );
    await expect(
      autoScalingGroup.update(stage.context, await live(), fields, ["subnets"]),
    ).rejects.toMatchObject({ operation: "autoscaling:StartInstanceRefresh" });
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toMatchObject([
      { VPCZoneIdentifier: "subnet-a,subnet-b" },
    ]);
  });
});

describe("a group is deleted", () => {
  test("with its servers, and gone when AWS lists it no more", async () => {
    const looks = [
      group,
      { ...group, Instances: group.Instances?.slice(1) },
      { ...group, Instances: undefined },
    ];
    const stage = account(() => looks.shift(), {}, { "autoscaling:DeleteAutoScalingGroup": {} });
    await autoScalingGroup.delete(stage.context, await live());
    expect(stage.asked("autoscaling:DeleteAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ForceDelete: true },
    ]);
    expect(stage.told).toEqual([
      "2 instances are still shutting down",
      "1 instance is still shutting down",
      "0 instances are still shutting down",
    ]);
  });

  test.each([
    ["ScalingActivityInProgress", /^a scaling activity of the group is still in progress/],
    ["ResourceInUse", /^a scaling activity of the group is still in progress/],
    ["LoadBalancerNotFound", undefined],
  ])("though AWS answers %s at first", async (code, words) => {
    const answers = [refusal(code)];
    const stage = account(
      () => undefined,
      {},
      {
        "autoscaling:DeleteAutoScalingGroup": () => answers.shift() ?? {},
      },
    );
    await autoScalingGroup.delete(stage.context, await live());
    expect(stage.told).toEqual(words === undefined ? [] : [expect.stringMatching(words)]);
  });

  test("for twenty minutes, or it is said what keeps it", async () => {
    const deletion = async (answer: object) => {
      const stage = account(() => group, {}, { "autoscaling:DeleteAutoScalingGroup": answer });
      const failure = await autoScalingGroup
        .delete(stage.context, await live())
        .catch((error: unknown) => error);
      return { failure, minutes: stage.passed() / 60 };
    };
    expect((await deletion({})).failure).toMatchObject({
      message: expect.stringContaining("waited 1200 s for the Auto Scaling group afterpay-web"),
    });
    const busy = await deletion(refusal("ScalingActivityInProgress"));
    expect(busy.failure).toMatchObject({ kind: "in-progress" });
    expect(busy.minutes).toBeGreaterThan(15);
    expect(await deletion(refusal("AccessDenied"))).toMatchObject({
      failure: { kind: "denied" },
      minutes: 0,
    });
  });
});

describe("a difference of a group", () => {
  const { fields: rules } = autoScalingGroup;
  const version = (id: string, number: string) => ({ id, version: number });
  test.each([
    [version("lt-0", "2"), "roll out a different launch template"],
    [
      { ...version("lt-1", "2"), others: [version("lt-0", "2")] },
      "roll out a different launch template",
    ],
    [version("lt-1", "1"), "roll out launch template version 1 → 2"],
    [
      { ...version("lt-1", "1"), others: [version("lt-1", "2")] },
      "not all instances run the same launch template version: roll out version 2",
    ],
    [
      version("lt-1", "$Latest"),
      "the group launches from $Latest, which changes with the launch template: set version 2, and replace servers that run another version",
    ],
  ])("%j is there to: %s", (before, words) => {
    expect(rules.launchTemplate.because?.(before, fields.launchTemplate)).toBe(words);
  });

  test("is said in words where somebody has changed what no file can want", () => {
    expect(rules.launchConfiguration.because?.("old", null)).toBe(
      "somebody set the launch configuration old: go back to the launch template",
    );
    expect(rules.unpropagatedTags.because?.("team", null)).toBe(
      "new servers do not get the tags team: propagate these tags again",
    );
  });

  test.each([
    [null, 3, true],
    [3, 3, true],
    [2, 3, false],
  ])("is none between %s wanted and %s servers: %s", (desired, now, equal) => {
    expect(rules.desired.equal?.(desired, now)).toBe(equal);
  });

  test("is none in the order of its subnets", () => {
    const { subnets } = autoScalingGroup.normalize({ ...fields, subnets: ["b", "a"] });
    expect(subnets).toEqual(["a", "b"]);
    const unknown = { ref: "network/subnets" } as never;
    expect(autoScalingGroup.normalize({ ...fields, subnets: unknown }).subnets).toBe(unknown);
    expect(autoScalingGroup.normalize(fields)).toEqual(fields);
  });

  test("keeps its name within what AWS allows", () => {
    expect(autoScalingGroup.naming).toEqual({ maxLength: 255 });
    expect(autoScalingGroup.holds).toEqual(["security-group", "subnet"]);
    expect(autoScalingGroup.changedByUpdate).toEqual([]);
    expect(autoScalingGroup.replace).toBe("create-first");
  });
});
