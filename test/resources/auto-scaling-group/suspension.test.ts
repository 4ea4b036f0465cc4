import type { SuspendedProcess } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { refusal } from "../answers.ts";
import { fields, group } from "./web-group.ts";
import { discovered, openParts, updated, writesOf } from "./web-group-parts.ts";

const byUser = "User suspended at 2026-01-05T09:00:00Z";
const rule = autoScalingGroup.fields.suspended;

function suspended(...processes: readonly string[]) {
  return processes.map((process) => ({ process, reason: "" }));
}

function byHand(...processes: readonly string[]) {
  return processes.map((process) => ({ process, reason: byUser }));
}

function inAws(...processes: readonly string[]): SuspendedProcess[] {
  return processes.map((ProcessName) => ({ ProcessName, SuspensionReason: byUser }));
}

/** A group whose suspended processes AWS changes as it is told, and shows at once. */
function openSuspending(before: readonly string[], more: Parameters<typeof openParts>[1] = {}) {
  let now = before;
  const named = (input: Readonly<Record<string, unknown>>) =>
    (input["ScalingProcesses"] as readonly string[] | undefined) ?? [];
  return openParts(
    {},
    {
      "autoscaling:DescribeAutoScalingGroups": () => ({
        AutoScalingGroups: [{ ...group, SuspendedProcesses: inAws(...now) }],
      }),
      "autoscaling:ResumeProcesses": (input) => {
        now = now.filter((process) => !named(input).includes(process));
        return {};
      },
      "autoscaling:SuspendProcesses": (input) => {
        now = [...now, ...named(input)];
        return {};
      },
      ...more,
    },
  );
}

function wanting(...processes: readonly string[]): AutoScalingGroupFields {
  return { ...fields, suspended: suspended(...processes) };
}

describe("a difference in the processes of a group", () => {
  test.each<[wanted: string[], live: string[], equal: boolean]>([
    [[], [], true],
    [["AZRebalance", "Launch"], ["Launch", "AZRebalance"], true],
    [["Launch"], [], false],
    [[], ["Launch"], false],
    [["Launch"], ["Terminate"], false],
  ])("%j wanted and %j suspended by somebody, for whatever reason: %s", (wanted, live, equal) => {
    expect(rule.equal?.(suspended(...wanted), byHand(...live))).toBe(equal);
    const rules: Parameters<typeof findDifference>[0] = autoScalingGroup.fields;
    const before = { ...fields, suspended: byHand(...live) };
    expect(findDifference(rules, wanting(...wanted), before).fields).toEqual(
      equal ? [] : ["suspended"],
    );
  });

  test.each<[live: readonly string[], wanted: string[], words: string]>([
    [["Launch"], [], `Launch is suspended (${byUser}): resume`],
    [
      ["Launch", "Terminate"],
      [],
      `Launch is suspended (${byUser}), Terminate is suspended (${byUser}): resume`,
    ],
    [[], ["Launch"], "suspend Launch"],
    [[], ["AZRebalance", "HealthCheck", "Launch"], "suspend AZRebalance, HealthCheck and Launch"],
    [["Launch"], ["AZRebalance"], `Launch is suspended (${byUser}): resume; suspend AZRebalance`],
    [["Launch", "Terminate"], ["Launch"], `Terminate is suspended (${byUser}): resume`],
    [["Launch"], ["Launch", "Terminate"], "suspend Terminate"],
  ])("is said in words: %j are suspended, %j wanted", (live, wanted, words) => {
    expect(rule.because?.(byHand(...live), suspended(...wanted))).toBe(words);
  });

  test("is said without a reason where AWS gives none", () => {
    expect(rule.because?.(suspended("Launch"), [])).toBe(
      "Launch is suspended (AWS gives no reason): resume",
    );
  });

  test("is shown with AWS's reason, which only a suspended process has", () => {
    const before = { ...fields, suspended: [...byHand("Launch"), ...suspended("Terminate")] };
    expect(rule.shown?.(before, fields)).toEqual([`Launch (${byUser})`, "Terminate"]);
    expect(rule.shown?.(fields, fields)).toEqual([]);
  });
});

describe("the processes of a group are resumed", () => {
  test("before anything else changes, and exactly those that the stack file does not list", async () => {
    const stage = openSuspending(["Launch", "AZRebalance", "Terminate"], {
      "autoscaling:PutScalingPolicy": {},
    });
    const wanted = { ...wanting("AZRebalance"), cpuTarget: 50, scaleIn: true };
    const changed = ["cpuTarget", "scaleIn", "suspended"] as const;
    const after = await updated(stage, wanted, changed);
    expect(writesOf(stage)).toEqual([
      "ResumeProcesses",
      "CreateOrUpdateTags tags",
      "PutScalingPolicy reconcile-cpu",
    ]);
    expect(stage.asked("autoscaling:ResumeProcesses")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ScalingProcesses: ["Launch", "Terminate"] },
    ]);
    expect(after.fields.suspended).toMatchObject([{ process: "AZRebalance" }]);
  });

  test("and all servers are waited for, because the group then does what it has missed", async () => {
    const waits = async (before: readonly string[], wanted: AutoScalingGroupFields) => {
      const stage = openSuspending(before);
      const live = await discovered(stage);
      const earlier = stage.asked("elasticloadbalancing:DescribeInstanceHealth").length;
      await autoScalingGroup.update(stage.context, live, wanted, ["suspended"]);
      return stage.asked("elasticloadbalancing:DescribeInstanceHealth").length > earlier;
    };
    expect(await waits(["Terminate"], fields)).toBe(true);
    expect(await waits([], wanting("Terminate"))).toBe(false);
  });

  test("and servers that came while nothing registered them are registered", async () => {
    let registered = ["i-1"];
    const answers = {
      "elasticloadbalancing:DescribeInstanceHealth": () => ({
        InstanceStates: registered.map((InstanceId) => ({ InstanceId, State: "InService" })),
      }),
      "elasticloadbalancing:RegisterInstancesWithLoadBalancer": () => {
        registered = ["i-1", "i-2"];
        return {};
      },
    };
    const stage = openSuspending(["AddToLoadBalancer"], answers);
    // The server came after the plan, which has seen a group that was ready.
    const live = { ...(await discovered(stage)), status: "ready" as const };
    await autoScalingGroup.update(stage.context, live, fields, ["suspended"]);
    expect(writesOf(stage)).toEqual([
      "ResumeProcesses",
      "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
    ]);
    expect(stage.asked("elasticloadbalancing:RegisterInstancesWithLoadBalancer")).toEqual([
      { LoadBalancerName: "front", Instances: [{ InstanceId: "i-2" }] },
    ]);
  });

  test("or the update ends before anything else, where AWS refuses it", async () => {
    const refused = { "autoscaling:ResumeProcesses": refusal("AccessDenied") };
    const stage = openSuspending(["Launch"], refused);
    await expect(
      updated(stage, { ...fields, cooldown: 60 }, ["cooldown", "suspended"]),
    ).rejects.toMatchObject({ kind: "denied", operation: "autoscaling:ResumeProcesses" });
    expect(writesOf(stage)).toEqual(["ResumeProcesses"]);
  });
});

describe("the processes of a group are suspended", () => {
  test("after everything else, exactly those that run yet", async () => {
    const stage = openSuspending(["AZRebalance"]);
    const wanted = { ...wanting("AZRebalance", "Launch", "Terminate"), cpuTarget: 50 };
    await updated(stage, wanted, ["suspended", "cpuTarget"]);
    expect(writesOf(stage)).toEqual([
      "CreateOrUpdateTags tags",
      "PutScalingPolicy reconcile-cpu",
      "SuspendProcesses",
    ]);
    expect(stage.asked("autoscaling:SuspendProcesses")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ScalingProcesses: ["Launch", "Terminate"] },
    ]);
  });

  test("once the servers are healthy that another change launches", async () => {
    let serving = ["i-1"];
    const stage = openSuspending([], {
      "elasticloadbalancing:DescribeInstanceHealth": () => {
        const InstanceStates = serving.map((InstanceId) => ({ InstanceId, State: "InService" }));
        serving = ["i-1", "i-2"];
        return { InstanceStates };
      },
    });
    const live = { ...(await discovered(openParts({}))), status: "ready" as const };
    const wanted = wanting("Launch");
    await autoScalingGroup.update(stage.context, live, wanted, ["desired", "suspended"]);
    const last = stage.calls.lastIndexOf("elasticloadbalancing:DescribeInstanceHealth");
    expect(stage.asked("elasticloadbalancing:DescribeInstanceHealth").length).toBeGreaterThan(1);
    expect(stage.calls.indexOf("autoscaling:SuspendProcesses")).toBeGreaterThan(last);
  });

  test("after others were resumed", async () => {
    const stage = openSuspending(["Launch"]);
    const after = await updated(stage, wanting("AZRebalance"), ["suspended"]);
    expect(writesOf(stage)).toEqual(["ResumeProcesses", "SuspendProcesses"]);
    expect(stage.asked("autoscaling:ResumeProcesses")).toMatchObject([
      { ScalingProcesses: ["Launch"] },
    ]);
    expect(stage.asked("autoscaling:SuspendProcesses")).toMatchObject([
      { ScalingProcesses: ["AZRebalance"] },
    ]);
    expect(after.fields.suspended).toMatchObject([{ process: "AZRebalance" }]);
  });

  test("until AWS shows it", async () => {
    const stage = openSuspending([], { "autoscaling:SuspendProcesses": {} });
    await expect(updated(stage, wanting("Launch"), ["suspended"])).rejects.toThrow(
      "suspended not yet visible",
    );
  });
});
