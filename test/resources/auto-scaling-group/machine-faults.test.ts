import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import {
  machineFaults,
  withFaults,
} from "../../../src/resources/auto-scaling-group/machine-faults.ts";
import { openStage, refusal } from "../answers.ts";
import { healthy } from "./group-members.ts";

/** A group with members in these states, `i-1` and so on. */
function groupOf(
  states: readonly (string | undefined)[],
  ...suspended: string[]
): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "EC2",
    CreatedTime: new Date(0),
    SuspendedProcesses: suspended.map((ProcessName) => ({ ProcessName })),
    Instances: states.map((LifecycleState, index) => ({
      InstanceId: `i-${index + 1}`,
      AvailabilityZone: "eu-west-1a",
      LifecycleState: LifecycleState as "InService" | undefined,
      HealthStatus: "Healthy",
      ProtectedFromScaleIn: false,
    })),
  };
}

const machine = (InstanceId: string, Name: string): Instance => ({
  InstanceId,
  State: { Name: Name as "running" },
});

/** EC2 with these machines, and those whose checks fail by the filter that finds them. */
function account(
  machines: readonly Instance[],
  impaired: Readonly<Record<string, readonly object[]>> = {},
) {
  return openStage({
    "ec2:DescribeInstances": { Reservations: [{ Instances: machines }] },
    "ec2:DescribeInstanceStatus": ({ Filters, NextToken }) => {
      const [filter] = Filters as { Name: string }[];
      const found = impaired[filter?.Name ?? ""] ?? [];
      // One a page.
      const index = Number(NextToken ?? 0);
      return {
        InstanceStatuses: found.slice(index, index + 1),
        ...(index + 1 < found.length && { NextToken: String(index + 1) }),
      };
    },
  });
}

describe("EC2 says against a member", () => {
  test.each([
    ["running", undefined],
    ["pending", undefined],
    ["stopped", "is stopped in EC2"],
    ["shutting-down", "is shutting-down in EC2"],
    ["terminated", "is terminated in EC2"],
  ])("that is %s: %s", async (state, fault) => {
    const { context } = account([machine("i-1", state)]);
    const found = await machineFaults(context, groupOf(["InService"]), []);
    expect([...found]).toEqual(fault === undefined ? [] : [["i-1", fault]]);
  });

  test("that it does not know, that it is gone", async () => {
    const { context } = account([]);
    const found = await machineFaults(context, groupOf(["InService"]), []);
    expect([...found]).toEqual([["i-1", "no longer exists in EC2"]]);
  });

  test.each<[state: string | undefined, asked: boolean]>([
    ["InService", true],
    ["Pending:Wait", true],
    ["Standby", true],
    ["EnteringStandby", false],
    ["Terminating", false],
    [undefined, false],
  ])("in the state %s: asked is %s", async (state, asked) => {
    const stage = account([]);
    const found = await machineFaults(stage.context, groupOf([state]), []);
    expect(found.size).toBe(asked ? 1 : 0);
    expect(stage.calls).toEqual(asked ? ["ec2:DescribeInstances"] : []);
  });

  test("what is seen already, and what of the others it is asked", async () => {
    const stage = account([machine("i-2", "stopped"), machine("i-3", "running")]);
    const group = groupOf(["InService", "InService", "InService"]);
    const seen = [machine("i-0", "stopped"), machine("i-1", "terminated")];
    expect([...(await machineFaults(stage.context, group, seen))]).toEqual([
      ["i-1", "is terminated in EC2"],
      ["i-2", "is stopped in EC2"],
    ]);
    expect(stage.asked("ec2:DescribeInstances")).toMatchObject([
      { Filters: [{ Name: "instance-id", Values: ["i-2", "i-3"] }] },
    ]);
  });

  test("nothing, and is not asked, where the group has nobody", async () => {
    const stage = account([]);
    const none = { ...groupOf([], "HealthCheck"), Instances: undefined };
    expect((await machineFaults(stage.context, none, [])).size).toBe(0);
    expect(stage.calls).toEqual([]);
  });
});

describe("EC2's status checks", () => {
  const running = ["i-1", "i-2", "i-3", "i-4"].map((id) => machine(id, "running"));
  const members = ["InService", "InService", "InService", "InService"];
  const impaired = {
    "instance-status.status": [
      { InstanceId: "i-1", InstanceStatus: { Status: "impaired" }, SystemStatus: { Status: "ok" } },
      { InstanceId: "i-2", InstanceStatus: { Status: "ok" }, SystemStatus: { Status: "ok" } },
      {},
    ],
    "system-status.status": [
      { InstanceId: "i-3", InstanceStatus: { Status: "ok" }, SystemStatus: { Status: "impaired" } },
      { InstanceId: "i-4" },
    ],
  };

  test("count where the group does not look at them, on every page", async () => {
    const stage = account(running, impaired);
    const found = await machineFaults(stage.context, groupOf(members, "HealthCheck"), running);
    expect([...found]).toEqual([
      ["i-1", "fails its EC2 status checks"],
      ["i-3", "fails its EC2 status checks"],
    ]);
    expect(stage.asked("ec2:DescribeInstanceStatus").slice(0, 2)).toEqual([
      { Filters: [{ Name: "instance-status.status", Values: ["impaired"] }], MaxResults: 1000 },
      { Filters: [{ Name: "system-status.status", Values: ["impaired"] }], MaxResults: 1000 },
    ]);
  });

  test("are the group's own matter where it does", async () => {
    const stage = account(running, impaired);
    const group = groupOf(members, "Launch");
    expect((await machineFaults(stage.context, group, running)).size).toBe(0);
    expect(stage.calls).toEqual([]);
  });

  test("are not passed where they cannot be seen", async () => {
    const { context } = openStage({
      "ec2:DescribeInstanceStatus": refusal("UnauthorizedOperation"),
    });
    await expect(
      machineFaults(context, groupOf(members, "HealthCheck"), running),
    ).rejects.toMatchObject({ kind: "denied" });
  });
});

test("what EC2 says against an instance comes first, and makes it unhealthy", () => {
  const other = { ...healthy, id: "i-2", healthy: false, reason: "is Unhealthy" };
  const third = { ...healthy, id: "i-3" };
  const fault = "is stopped in EC2";
  const faults = new Map([
    ["i-1", fault],
    ["i-2", fault],
  ]);
  expect(withFaults([healthy, other, third], faults)).toEqual([
    { ...healthy, healthy: false, fault, reason: fault },
    { ...other, fault, reason: `${fault}, is Unhealthy` },
    third,
  ]);
});
