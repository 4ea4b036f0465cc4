import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import {
  blockedError,
  blocking,
  suspensionNotes,
  suspensionsOf,
  type Undertaking,
} from "../../../src/resources/auto-scaling-group/scaling-processes.ts";

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
      ["Launch", " line\n break "],
    ]);
    expect(suspensionsOf(group)).toEqual([
      { process: "Launch", reason: "line break" },
      { process: "Terminate", reason: byUser },
      { process: "NewOne", reason: byUser },
    ]);
    expect(suspensionsOf({})).toEqual([]);
    expect(suspensionsOf({ SuspendedProcesses: [{}] })).toEqual([{ process: "", reason: "" }]);
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
    const { LoadBalancerNames: _names, ...untold } = group;
    expect(blocking(untold, "roll-out")).toEqual([]);
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
      message: `the rollout, but this process is suspended: Launch (${byUser})`,
      code: "ScalingProcessSuspended",
      operation: "autoscaling:DescribeAutoScalingGroups",
      remedy:
        "Run the same command again: it resumes what scaling.suspended in the stack file does not list. To resume by hand: aws autoscaling resume-processes --auto-scaling-group-name 'the web'\\''s' --scaling-processes Launch --region eu-west-1",
    });
    const several = blocking(groupWith(all.map((name) => [name, ""])), "replace");
    expect(blockedError("that", several, place)).toMatchObject({
      message:
        "that, but these processes are suspended: Terminate (AWS gives no reason), ReplaceUnhealthy (AWS gives no reason)",
      remedy: expect.stringContaining("--scaling-processes Terminate ReplaceUnhealthy --region"),
    });
  });
});

describe("the note on suspended processes", () => {
  test("is none where none is", () => {
    expect(suspensionNotes(groupWith([]), "eu-west-1")).toEqual([]);
    expect(
      suspensionNotes(groupWith([["RemoveFromLoadBalancerLowPriority", byUser]]), "eu-west-1"),
    ).toEqual([]);
  });

  test.each([
    ["Launch", "launches no servers"],
    ["Terminate", "terminates no servers"],
    ["AddToLoadBalancer", "new servers are not registered with the load balancer"],
    ["AlarmNotification", "alarms do not run scaling policies"],
    ["AZRebalance", "the group does not balance servers across availability zones"],
    ["HealthCheck", "a server that fails its health checks is not marked unhealthy"],
    ["InstanceRefresh", "rollouts replace no servers, and a rollout in progress pauses"],
    ["ReplaceUnhealthy", "a server that is marked unhealthy is not replaced"],
    ["ScheduledActions", "scheduled actions are not run"],
    ["NewOne", "the group does not run this process"],
  ])("says what %s means, by itself: %s", (process, words) => {
    const [note] = suspensionNotes(groupWith([[process, byUser]]), "eu-west-1");
    // What the stack file wants to be suspended is no news to a plan.
    expect(note?.concerns).toEqual({ fields: ["suspended"], status: true });
    const [told, meaning] = note?.summary.split(/(?<=\)): /) ?? [];
    expect(told).toBe(`${process} is suspended (${byUser})`);
    expect(meaning).toContain(words);
    expect(note?.remedy).toBe(
      `An apply resumes what scaling.suspended in the stack file does not list. To resume by hand: aws autoscaling resume-processes --auto-scaling-group-name 'the web'\\''s' --scaling-processes ${process} --region eu-west-1`,
    );
  });

  test("is one of several, and names each", () => {
    const notes = suspensionNotes(everything, "eu-west-1");
    expect(notes).toHaveLength(1);
    expect(notes[0]?.summary).toMatch(/^9 processes are suspended:\n {2}Launch is suspended/);
    for (const process of all) expect(notes[0]?.summary).toContain(`  ${process} is suspended (`);
    expect(notes[0]?.summary.split("\n")).toHaveLength(10);
    expect(notes[0]?.remedy).toContain(` --scaling-processes ${all.join(" ")} --region`);
  });

  test("of AWS's own suspension says to look first at why launches fail", () => {
    const [note] = suspensionNotes(groupWith([["Launch", byAws]]), "eu-west-1");
    expect(note?.summary).toContain(byAws);
    expect(note?.remedy).toBe(
      "AWS itself suspends processes when launches fail for a day. Find out why they failed (aws autoscaling describe-scaling-activities --auto-scaling-group-name 'the web'\\''s' --max-items 5 --region eu-west-1), and correct that. An apply resumes what scaling.suspended in the stack file does not list. To resume by hand: aws autoscaling resume-processes --auto-scaling-group-name 'the web'\\''s' --scaling-processes Launch --region eu-west-1",
    );
    for (const suspended of [
      [["Launch", "Not by a person: User suspended nothing"]],
      [
        ["Launch", byAws],
        ["Terminate", byUser],
      ],
    ] as const) {
      const [other] = suspensionNotes(groupWith(suspended), "eu-west-1");
      expect(other?.remedy).toMatch(/^AWS itself suspends processes/);
    }
    // Not of another process, and not where nobody says who it was.
    for (const [process, reason] of [
      ["AZRebalance", byAws],
      ["Launch", ""],
    ] as const) {
      const [other] = suspensionNotes(groupWith([[process, reason]]), "eu-west-1");
      expect(other?.remedy).toMatch(
        /^An apply resumes what scaling\.suspended .* does not list\. To resume/,
      );
    }
  });
});
