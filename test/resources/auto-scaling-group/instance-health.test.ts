import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import {
  instanceHealth,
  registrations,
} from "../../../src/resources/auto-scaling-group/instance-health.ts";
import type { Registration, Registrations } from "../../../src/resources/shared/registrations.ts";
import { openStage, refusal } from "../answers.ts";
import { healthy, type Member, member } from "./group-members.ts";

function groupOf(instance: Partial<Member>, names: string[] = ["front"]): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    CreatedTime: new Date(0),
    LoadBalancerNames: names,
    Instances: [member("i-1", instance)],
  };
}

type State = Omit<Registration, "instanceId">;

function balancer(id: string, instances: readonly Registration[]): Registrations {
  return { id, what: `load balancer ${id}`, instances };
}

describe("an instance", () => {
  const up = { state: "InService", serves: true, isFailing: false };
  test.each<[told: Partial<Member>, state: State | undefined, differs: object]>([
    [{}, up, {}],
    [{ ProtectedFromScaleIn: true }, up, { isProtected: true }],
    [
      { LifecycleState: "Terminating" },
      up,
      { lifecycle: "Terminating", healthy: false, reason: "is Terminating" },
    ],
    [
      { HealthStatus: "Unhealthy" },
      up,
      { healthy: false, reason: "is Unhealthy", isCondemned: true },
    ],
    [
      {},
      undefined,
      {
        healthy: false,
        reason: "is not registered with the load balancer front",
        isUnregistered: true,
      },
    ],
    [
      {},
      { state: "OutOfService", serves: false, isFailing: true, reason: "Too few checks passed" },
      {
        healthy: false,
        reason: "is OutOfService in the load balancer front: Too few checks passed",
        isFailing: true,
      },
    ],
    [
      { LifecycleState: "Pending", HealthStatus: "Unhealthy" },
      { state: "OutOfService", serves: false, isFailing: false },
      {
        lifecycle: "Pending",
        healthy: false,
        reason: "is Pending, is Unhealthy, is OutOfService in the load balancer front",
        isCondemned: true,
      },
    ],
    [
      {},
      { state: "Unknown", serves: false, isFailing: false },
      { healthy: false, reason: "is Unknown in the load balancer front" },
    ],
  ])(
    "to its group %j, and to its load balancer %j, has of a healthy one: %j",
    (told, state, differs) => {
      const instances = [
        { instanceId: "i-0", ...up },
        ...(state === undefined ? [] : [{ instanceId: "i-1", ...state }]),
      ];
      expect(instanceHealth(groupOf(told), [balancer("front", instances)])).toEqual([
        { ...healthy, ...differs },
      ]);
    },
  );

  test("that one of two load balancers lacks, or finds failing, is not healthy", () => {
    const seen = balancer("front", [{ instanceId: "i-1", ...up }]);
    const failing = { instanceId: "i-1", state: "OutOfService", serves: false, isFailing: true };
    expect(instanceHealth(groupOf({}), [seen, balancer("back", [])])).toMatchObject([
      {
        healthy: false,
        isUnregistered: true,
        reason: "is not registered with the load balancer back",
      },
    ]);
    expect(instanceHealth(groupOf({}), [seen, balancer("back", [failing])])).toMatchObject([
      { healthy: false, isFailing: true, reason: "is OutOfService in the load balancer back" },
    ]);
  });

  test("of which AWS says least is in service nowhere", () => {
    const group = { ...groupOf({}), Instances: [{ HealthStatus: "Healthy" } as Member] };
    expect(instanceHealth(group, [])).toEqual([
      { ...healthy, id: "", zone: "", lifecycle: "", healthy: false, reason: "is " },
    ]);
    expect(instanceHealth({ ...group, Instances: undefined }, [])).toEqual([]);
  });
});

describe("what load balancers say", () => {
  const up = { InstanceId: "i-1", State: "InService" };
  test("is asked of each, and one that is gone has nobody", async () => {
    const { context } = openStage({
      "elasticloadbalancing:DescribeInstanceHealth": ({ LoadBalancerName }) =>
        LoadBalancerName === "front" ? { InstanceStates: [up] } : refusal("LoadBalancerNotFound"),
    });
    expect(await registrations(context, groupOf({}, ["front", "gone"]))).toEqual([
      balancer("front", [
        { instanceId: "i-1", state: "InService", serves: true, isFailing: false },
      ]),
      { ...balancer("gone", []), isGone: true },
    ]);
  });

  test("is not known where it is not answered", async () => {
    const { context } = openStage({
      "elasticloadbalancing:DescribeInstanceHealth": refusal("AccessDenied"),
    });
    await expect(registrations(context, groupOf({}))).rejects.toMatchObject({ kind: "denied" });
  });

  test("is asked of nobody where there are no load balancers", async () => {
    const { context, calls } = openStage({});
    const { LoadBalancerNames: _names, ...group } = groupOf({});
    expect(await registrations(context, group)).toEqual([]);
    expect(calls).toEqual([]);
  });
});
