import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../src/resources/auto-scaling-group.ts";
import { lookAtGroup } from "../../src/resources/auto-scaling-group-live.ts";
import { waitUntilHealthy } from "../../src/resources/group-health.ts";
import { launchTemplate } from "../../src/resources/launch-template.ts";
import {
  blockedError,
  blocking,
  suspensionNotes,
  suspensionsOf,
  type Undertaking,
} from "../../src/resources/scaling-processes.ts";
import { type Account, openAccount, theOnly } from "./account.ts";
import { names, openGroup } from "./tier.ts";

const all = [
  ...["Launch", "Terminate", "AddToLoadBalancer", "AlarmNotification", "AZRebalance"],
  ...["HealthCheck", "InstanceRefresh", "ReplaceUnhealthy", "ScheduledActions"],
];
const byUser = "User suspended at 2026-01-05T09:00:00Z";
const byAws = "Administrative suspension: launches have failed for a day";

function groupWith(
  suspended: readonly (readonly [string, string])[],
  balancers: string[] = ["front"],
): AutoScalingGroup {
  return {
    AutoScalingGroupName: "the web's",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    CreatedTime: new Date(0),
    LoadBalancerNames: balancers,
    SuspendedProcesses: suspended.map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
  };
}

const everything = groupWith(all.toReversed().map((name) => [name, byUser]));

describe("suspended processes", () => {
  test("are told in the guide's order, whatever AWS's, without the deprecated one", () => {
    const group = groupWith([
      ["RemoveFromLoadBalancerLowPriority", byUser],
      ["NewOne", byUser],
      ["Terminate", byUser],
      ["Launch", "line\nbreak"],
    ]);
    expect(suspensionsOf(group)).toEqual([
      { process: "Launch", reason: "line break" },
      { process: "Terminate", reason: byUser },
      { process: "NewOne", reason: byUser },
    ]);
    expect(suspensionsOf({})).toEqual([]);
  });

  const needs: readonly [Undertaking, readonly string[]][] = [
    ["launch", ["Launch"]],
    ["terminate", ["Terminate"]],
    ["register", ["AddToLoadBalancer"]],
    ["replace", ["Terminate", "ReplaceUnhealthy"]],
    ["heal", ["Terminate", "HealthCheck", "ReplaceUnhealthy"]],
    ["move", ["Launch", "Terminate", "AZRebalance"]],
    ["roll-out", ["Launch", "Terminate", "AddToLoadBalancer", "InstanceRefresh"]],
  ];
  test.each(needs)("stand in the way of what needs them: %s", (undertaking, processes) => {
    expect(blocking(everything, undertaking).map(({ process }) => process)).toEqual(processes);
    expect(blocking(groupWith([]), undertaking)).toEqual([]);
  });

  test("of registering stand in no way of a rollout without a load balancer", () => {
    const group = groupWith([["AddToLoadBalancer", byUser]], []);
    expect(blocking(group, "roll-out")).toEqual([]);
  });

  test("end a wait with AWS's reason, and the command that resumes just them", () => {
    const blocked = blocking(
      groupWith([
        ["Launch", byUser],
        ["HealthCheck", ""],
      ]),
      "launch",
    );
    const place = { group: "the web's", region: "eu-west-1" };
    expect(blockedError("the rollout", blocked, place)).toMatchObject({
      message: `the rollout needs a process that is suspended: Launch (${byUser})`,
      code: "ScalingProcessSuspended",
      remedy:
        "When the suspension is not wanted any more, resume, then run the same command again: aws autoscaling resume-processes --auto-scaling-group-name 'the web'\\''s' --scaling-processes Launch --region eu-west-1",
    });
  });
});

describe("the notes on suspended processes", () => {
  test("are none where none is", () => {
    expect(suspensionNotes(groupWith([]), "eu-west-1")).toEqual([]);
    expect(
      suspensionNotes(groupWith([["RemoveFromLoadBalancerLowPriority", byUser]]), "eu-west-1"),
    ).toEqual([]);
  });

  test.each(all)("%s: what it means, by itself", (process) => {
    const [note] = suspensionNotes(groupWith([[process, byUser]]), "eu-west-1");
    expect(note?.concerns).toBeUndefined();
    expect(note?.summary.startsWith(`${process} is suspended (${byUser}): `)).toBe(true);
    expect(note?.summary).not.toContain("what this process does");
    expect(note?.remedy).toContain(`--scaling-processes ${process} --region eu-west-1`);
  });

  test("name each of several, and once what a rollout needs of them", () => {
    const notes = suspensionNotes(everything, "eu-west-1");
    expect(notes).toHaveLength(4);
    expect(notes[0]?.summary).toMatch(/^9 processes are suspended:\n {2}Launch is suspended/);
    for (const process of all) expect(notes[0]?.summary).toContain(`  ${process} is suspended (`);
    expect(notes[1]?.summary).toMatch(
      /^the rollout needs Launch, Terminate, AddToLoadBalancer and InstanceRefresh:/,
    );
    expect(notes[1]?.concerns).toEqual({
      fields: ["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"],
    });
  });

  test("say what keeps servers in subnets that the group leaves", () => {
    const told = (...processes: string[]) =>
      suspensionNotes(groupWith(processes.map((process) => [process, byUser])), "eu-west-1")
        .filter(({ concerns }) => concerns?.fields?.includes("subnets"))
        .map(({ summary }) => summary);
    expect(told("ScheduledActions")).toEqual([]);
    expect(told("Terminate")).toEqual([
      "to move servers out of subnets that the group leaves needs Terminate: until then they stay there, and the apply ends with an error",
    ]);
    expect(told("AZRebalance")).toEqual([
      "without AZRebalance the group moves no server out of a zone that it leaves: instead the apply replaces all its servers, as a rollout does",
    ]);
    expect(told("AZRebalance", "Launch")).toEqual([
      expect.stringMatching(/ needs Launch and AZRebalance: until then they stay there/),
    ]);
    expect(told("InstanceRefresh")).toEqual([
      "to replace the servers of a group that leaves a subnet, and stays in its zone, needs InstanceRefresh: the apply ends with an error before that",
    ]);
    expect(told("InstanceRefresh", "AZRebalance")[1]).toMatch(/leaves a subnet needs InstanceRef/);
  });

  test("of AWS's own suspension say to look first at why launches fail", () => {
    const [note] = suspensionNotes(groupWith([["Launch", byAws]]), "eu-west-1");
    expect(note?.summary).toContain(byAws);
    expect(note?.remedy).toMatch(
      /AWS suspends processes itself .*describe-scaling-activities .*resume: aws autoscaling resume-/,
    );
    // Not of another process, and not where nobody says who it was.
    for (const [process, reason] of [
      ["AZRebalance", byAws],
      ["Launch", ""],
    ] as const) {
      const [other] = suspensionNotes(groupWith([[process, reason]]), "eu-west-1");
      expect(other?.remedy).toMatch(/^When the suspension is not wanted any more, resume: /);
    }
  });
});

describe("a rollout under way", () => {
  test("ends when somebody suspends what it needs, and goes on once that is resumed", async () => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { fields, tier, template } = await openGroup(account);
    const live = await pass(autoScalingGroup.create(context, names.group, fields));
    const data = { ...tier.template, instanceType: "t3.small" };
    const next = await pass(launchTemplate.update(context, template, data, ["instanceType"]));
    const { id, version } = next.outputs;
    const wanted = { ...fields, launchTemplate: { id, version } };
    const rolling = autoScalingGroup.update(context, live, wanted, ["launchTemplate"]);
    const ending = expect(rolling).rejects.toThrow(
      /the rollout of afterpay-web needs a process that is suspended: InstanceRefresh \(User/,
    );
    await pass(context.clock.sleep(30_000));
    const processes = {
      AutoScalingGroupName: live.physicalName,
      ScalingProcesses: ["InstanceRefresh"],
    };
    await sandbox.call("autoscaling", "SuspendProcesses", processes);
    const suspendedAt = context.clock.now();
    await pass(ending);
    expect(context.clock.now() - suspendedAt).toBeLessThan(30_000);
    const found = await theOnly(account, autoScalingGroup);
    expect(found.notes?.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^InstanceRefresh is suspended/),
      expect.stringMatching(/^the rollout needs InstanceRefresh/),
      expect.stringMatching(/^to replace the servers .* needs InstanceRefresh/),
    ]);
    await sandbox.call("autoscaling", "ResumeProcesses", processes);
    account.takeCalls();
    await pass(autoScalingGroup.update(context, found, wanted, ["launchTemplate"]));
    const calls = account.takeCalls().map(({ operation }) => operation);
    expect(calls).not.toContain("autoscaling:StartInstanceRefresh");
    expect((await theOnly(account, autoScalingGroup)).fields.launchTemplate).toEqual({
      id,
      version,
    });
  });
});

describe("a wait for health with health checks suspended", () => {
  test("leaves a new server its grace period, and no longer", async () => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { fields, tier, template } = await openGroup(account);
    // Behind this group, nobody's checks come through.
    const data = { ...tier.template, securityGroupIds: [tier.closed] };
    const broken = await pass(launchTemplate.update(context, template, data, ["securityGroupIds"]));
    const { id, version } = broken.outputs;
    const wanted = { ...fields, launchTemplate: { id, version } };
    const startedAt = context.clock.now();
    const creating = autoScalingGroup.create(context, names.group, wanted);
    const ending = expect(creating).rejects.toThrow(
      /fails its health checks: to replace it needs a process that is suspended: HealthCheck/,
    );
    await pass(context.clock.sleep(10_000));
    await sandbox.call("autoscaling", "SuspendProcesses", {
      AutoScalingGroupName: names.group.physicalName,
      ScalingProcesses: ["HealthCheck"],
    });
    await pass(ending);
    const seconds = (context.clock.now() - startedAt) / 1000;
    expect(seconds).toBeGreaterThan(fields.healthCheckGrace);
    expect(seconds).toBeLessThan(fields.healthCheckGrace + 60);
  });

  test.each([
    ["behind a load balancer", true],
    ["without one", false],
  ])("ends at once for a server that is gone, %s", async (_, balanced) => {
    const account = await openAccount();
    const { context, pass, sandbox } = account;
    const { fields } = await openGroup(account);
    const wanted: typeof fields = balanced
      ? fields
      : { ...fields, healthCheckType: "EC2", loadBalancers: [] };
    const made = await pass(autoScalingGroup.create(context, names.group, wanted));
    await sandbox.call("autoscaling", "SuspendProcesses", {
      AutoScalingGroupName: made.physicalName,
      ScalingProcesses: ["HealthCheck"],
    });
    const { Instances: [{ InstanceId: id = "" } = {}] = [] } =
      (await look(account, made.physicalName)) ?? {};
    await pass(account.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await pass(context.clock.sleep(120_000));
    const startedAt = context.clock.now();
    const waiting = waitUntilHealthy(context, made.physicalName, 120, () =>
      look(account, made.physicalName),
    );
    await expect(pass(waiting)).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(
          `^${id} is terminated in EC2: to replace it needs a process that is suspended: HealthCheck`,
        ),
      ),
      remedy: expect.stringContaining("--scaling-processes HealthCheck"),
    });
    expect(context.clock.now() - startedAt).toBeLessThan(10_000);
  });
});

function look({ context }: Account, name: string) {
  return lookAtGroup(context, name);
}
