import type { AutoScalingGroup, Instance, LifecycleState } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { waitUntilHealthy } from "../../../src/resources/auto-scaling-group/wait-until-healthy.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { openAccount } from "../account.ts";
import { runningMachines } from "./running-machines.ts";

type Member = LifecycleState | Partial<Instance>;

/** Waits for a group of two that stays as it is; in how many seconds? */
async function waitFor(members: readonly Member[]) {
  const account = await openAccount();
  const { clock } = account.context;
  const group: AutoScalingGroup = {
    AutoScalingGroupName: "web",
    MinSize: 2,
    MaxSize: 4,
    DesiredCapacity: 2,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "EC2",
    CreatedTime: new Date(0),
    Instances: members.map((member, index) => ({
      InstanceId: `i-${index}`,
      AvailabilityZone: "a",
      LifecycleState: "InService",
      HealthStatus: "Healthy",
      ProtectedFromScaleIn: false,
      ...(typeof member === "string" ? { LifecycleState: member } : member),
    })),
  };
  // Of this group's past there is nothing to tell.
  const autoScaling = { send: async () => ({ Activities: [] }) };
  const clients = { autoScaling, ec2: runningMachines(() => group) };
  const context = { ...account.context, clients } as unknown as ResourceContext;
  const started = clock.now();
  const seen = await account.pass(waitUntilHealthy(context, "web", 60, async () => group));
  expect(seen).toBe(group);
  return (clock.now() - started) / 1000;
}

describe("a group of two in service is as wanted", () => {
  const besides: readonly LifecycleState[] = [
    ...(["EnteringStandby", "Standby", "Detaching", "Detached"] as const),
    ...(["Terminating:Retained", "Warmed:Stopped"] as const),
  ];
  test.each(besides)("whatever is %s beside them", async (state) => {
    expect(await waitFor(["InService", "InService", state])).toBeLessThan(5);
  });

  test("with more than it wants, where all of it is protected from scale-in", async () => {
    const kept = { ProtectedFromScaleIn: true };
    expect(await waitFor([kept, kept, kept])).toBeLessThan(5);
  });

  test("once the time is over that others may take to leave", async () => {
    expect(await waitFor(["InService", "InService", "Terminating"])).toBeGreaterThan(900);
  });
});

describe("a group of two is not as wanted", () => {
  const unwanted: readonly (readonly [string, readonly Member[], RegExp])[] = [
    ["with one in service", ["InService", "Standby"], /last seen: 1 of 2 instances launched/],
    [
      "with one too many that it may remove",
      ["InService", "InService", { ProtectedFromScaleIn: true }],
      /last seen: the group has to terminate 1 of 3 instances/,
    ],
    [
      "with one that is unhealthy",
      ["InService", { HealthStatus: "Unhealthy" }],
      /last seen: i-1 is Unhealthy/,
    ],
  ];
  test.each(unwanted)("%s", async (_, members, words) => {
    await expect(waitFor(members)).rejects.toThrow(words);
  });
});
