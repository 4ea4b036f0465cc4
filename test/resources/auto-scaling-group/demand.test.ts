import { describe, expect, test } from "vitest";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { openBothTypes } from "../application-tier.ts";
import { applyTo, byHand, differing, named, openGroupWith, tagOf } from "./sandbox-group.ts";

const nights = { name: "nights", at: "0 20 * * *", zone: "Etc/UTC", min: 1, max: 2, servers: 1 };
const days = { ...nights, name: "days", at: "0 7 * * *", min: 2, max: 3, servers: null };

/** What makes the number of servers change. */
const demand = {
  desired: null,
  cpuTarget: 50,
  scaleIn: true,
  instanceWarmup: 60,
  schedule: [days, nights],
  // Whichever of both ran last.
  scheduledSizes: { min: 2, max: 3, also: { min: [1, 2, 3], max: [2, 3, 4, 8] }, since: [] },
};

function open(more: Partial<AutoScalingGroupFields> = demand) {
  return openGroupWith(more);
}

async function policiesOf({ sandbox }: Account) {
  const answer = await sandbox.call("autoscaling", "DescribePolicies", named);
  const { ScalingPolicies: policies } = answer as {
    ScalingPolicies: { PolicyName: string; PolicyType: string; Alarms: { AlarmName: string }[] }[];
  };
  return policies;
}

describe("a group that follows demand", () => {
  test("is as the stack file says right after its create, and a second apply changes nothing", async () => {
    const protection = { deletionProtection: "prevent-all-deletion" };
    const suspended = [{ process: "AZRebalance", reason: "" }];
    const { account, fields } = await open({ ...demand, ...protection, suspended });
    expect(await differing(account, fields)).toEqual([]);
    const { fields: live } = await theOnly(account, autoScalingGroup);
    expect(live).toMatchObject({ cpuTarget: 50, schedule: [days, nights], ...protection });
    expect(await tagOf(account, "reconcile:parts")).toBe("policies schedule");
    expect(await applyTo(account, fields)).toEqual({ changed: [], writes: [] });
  });

  test("gets an alarm back that somebody has deleted", async () => {
    const { account, fields } = await open();
    const [policy] = await policiesOf(account);
    const [lost, ...others] = (policy?.Alarms ?? []).map(({ AlarmName }) => AlarmName);
    expect(others).toHaveLength(1);
    await account.sandbox.call("cloudwatch", "DeleteAlarms", { AlarmNames: [lost] });
    await account.pass(account.context.clock.sleep(30_000));
    const { fields: seen } = await theOnly(account, autoScalingGroup);
    expect(seen.faultyPolicies).toEqual([`the alarm ${lost} does not exist any more`]);
    expect(await applyTo(account, fields)).toMatchObject({ changed: ["faultyPolicies"] });
    expect(await differing(account, fields)).toEqual([]);
  });

  test("has its target again where somebody has made a policy of another type in its place", async () => {
    const { account, fields } = await open();
    await byHand(account, "DeletePolicy", { PolicyName: "reconcile-cpu" });
    await byHand(account, "PutScalingPolicy", {
      PolicyName: "reconcile-cpu",
      PolicyType: "StepScaling",
      AdjustmentType: "ChangeInCapacity",
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    });
    const { changed, writes } = await applyTo(account, fields);
    expect(changed).toEqual(["cpuTarget", "faultyPolicies"]);
    expect(writes).toEqual(["DeletePolicy", "PutScalingPolicy"]);
    expect(await differing(account, fields)).toEqual([]);
  });

  test("and no longer does leaves other people's policies and actions to them", async () => {
    const { account, fields } = await open();
    await byHand(account, "PutScalingPolicy", {
      PolicyName: "theirs",
      AdjustmentType: "ChangeInCapacity",
      ScalingAdjustment: 1,
    });
    await byHand(account, "PutScheduledUpdateGroupAction", {
      ScheduledActionName: "theirs",
      Recurrence: "0 1 1 1 *",
      MinSize: 1,
    });
    const without = { cpuTarget: null, scaleIn: null, schedule: [], scheduledSizes: null };
    const wanted = { ...fields, ...without };
    await applyTo(account, wanted);
    expect(await differing(account, wanted)).toEqual([]);
    expect(await policiesOf(account)).toMatchObject([{ PolicyName: "theirs" }]);
    const actions = await account.sandbox.call("autoscaling", "DescribeScheduledActions", named);
    expect(actions).toMatchObject({
      ScheduledUpdateGroupActions: [{ ScheduledActionName: "theirs" }],
    });
    expect(await tagOf(account, "reconcile:parts")).toBeUndefined();
  });

  test("exchanges the times of two actions, of which AWS refuses to have two at one time", async () => {
    const { account, fields } = await open();
    const schedule = [
      { ...days, at: nights.at },
      { ...nights, at: days.at },
    ];
    await applyTo(account, { ...fields, schedule });
    expect(await differing(account, { ...fields, schedule })).toEqual([]);
  });

  test("counts the requests of a target group as soon as it is attached to it, not before", async () => {
    const account = await openAccount();
    const { behindTargets, balancer, targets } = await openBothTypes(account);
    const wanted = {
      ...behindTargets,
      requestTarget: 500,
      requestSource: { loadBalancer: balancer.id, targetGroup: targets.id },
      scaleIn: false,
    };
    const { writes } = await applyTo(account, wanted);
    const attached = writes.indexOf("AttachLoadBalancerTargetGroups");
    expect(attached).toBeGreaterThanOrEqual(0);
    expect(writes.indexOf("PutScalingPolicy")).toBeGreaterThan(attached);
    expect(await differing(account, wanted)).toEqual([]);
  });
});

describe("the processes of a group", () => {
  test("that somebody has suspended run again, and servers that came meanwhile are registered", async () => {
    const { account, fields, balancer } = await open({});
    await byHand(account, "SuspendProcesses", { ScalingProcesses: ["AddToLoadBalancer"] });
    await byHand(account, "SetDesiredCapacity", { DesiredCapacity: 3 });
    await account.pass(account.context.clock.sleep(300_000));
    const registered = async () => {
      const answer = await account.sandbox.call("elasticloadbalancing", "DescribeInstanceHealth", {
        LoadBalancerName: balancer.outputs.name,
      });
      const { InstanceStates: states } = answer as { InstanceStates: { State: string }[] };
      return states.map(({ State }) => State);
    };
    expect(await registered()).toHaveLength(2);
    const wanted = { ...fields, desired: 3 };
    const { changed, writes } = await applyTo(account, wanted);
    expect(changed).toEqual(["suspended"]);
    expect(writes).toEqual(["ResumeProcesses", "RegisterInstancesWithLoadBalancer"]);
    expect(await registered()).toEqual(["InService", "InService", "InService"]);
    expect(await differing(account, wanted)).toEqual([]);
  });

  test("are suspended after the rollout of the same apply, which needs them", async () => {
    const { account, fields, template, tier } = await open({});
    const { context, pass } = account;
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await pass(launchTemplate.update(context, template, data, ["instanceType"]));
    const { id, version } = next.outputs;
    const suspended = ["InstanceRefresh", "Launch"].map((process) => ({ process, reason: "" }));
    const wanted = { ...fields, launchTemplate: { id, version }, suspended };
    const live = await theOnly(account, autoScalingGroup);
    expect(autoScalingGroup.caution?.(wanted, live.fields)).toBeUndefined();
    const { changed, writes } = await applyTo(account, wanted);
    expect(changed).toEqual(["suspended", "launchTemplate"]);
    expect(writes).toEqual(["StartInstanceRefresh", "SuspendProcesses"]);
    expect(await differing(account, wanted)).toEqual([]);
  });

  test("are resumed before the rollout that needs them", async () => {
    const { account, fields, template, tier } = await open({});
    const { context, pass } = account;
    await byHand(account, "SuspendProcesses", { ScalingProcesses: ["InstanceRefresh", "Launch"] });
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await pass(launchTemplate.update(context, template, data, ["instanceType"]));
    const { id, version } = next.outputs;
    const wanted = { ...fields, launchTemplate: { id, version } };
    const { writes } = await applyTo(account, wanted);
    expect(writes).toEqual(["ResumeProcesses", "StartInstanceRefresh"]);
    expect(await differing(account, wanted)).toEqual([]);
  });
});
