import { describe, expect, test } from "vitest";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { fields } from "./web-group.ts";

const newTemplate = { launchTemplate: { id: "lt-1", version: "3" } };
const otherSubnets = { subnets: ["subnet-b", "subnet-c"] };

/** What a plan warns of that makes these changes, while the group suspends these processes and continues to do so. */
function cautionOf(
  processes: readonly string[],
  change: Partial<AutoScalingGroupFields>,
  live: Partial<AutoScalingGroupFields> = {},
) {
  const suspended = processes.map((process) => ({ process, reason: "" }));
  const before = { ...fields, suspended, ...live };
  return autoScalingGroup.caution?.({ ...before, ...change }, before);
}

describe("a rollout is cautioned of the processes that it needs", () => {
  test.each(["Launch", "Terminate", "AddToLoadBalancer", "InstanceRefresh"])(
    "%s, without which it ends with an error",
    (process) => {
      expect(cautionOf([process], newTemplate)).toEqual({
        summary: `the rollout needs ${process}, which scaling.suspended lists: the apply does everything else, then ends with an error before the rollout`,
        remedy: `Remove ${process} from scaling.suspended for this apply.`,
      });
    },
  );

  test.each([
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    "ReplaceUnhealthy",
    "ScheduledActions",
  ])("not of %s, which it does not need", (process) => {
    expect(cautionOf([process], newTemplate)).toBeUndefined();
  });

  test("all of them, once, in the guide's order", () => {
    const all = ["InstanceRefresh", "HealthCheck", "AddToLoadBalancer", "Terminate", "Launch"];
    const names = "Launch, Terminate, AddToLoadBalancer and InstanceRefresh";
    expect(cautionOf(all, newTemplate)).toEqual({
      summary: expect.stringContaining(`the rollout needs ${names}, which scaling.suspended lists`),
      remedy: `Remove ${names} from scaling.suspended for this apply.`,
    });
  });

  test.each<[where: string, sources: Partial<AutoScalingGroupFields>, isCautioned: boolean]>([
    ["without a load balancer", { loadBalancers: [] }, false],
    ["behind a classic one", { loadBalancers: ["front"] }, true],
    ["behind an application load balancer", { loadBalancers: [], targetPort: 8080 }, true],
    ["behind whatever it has, where the stack file names none", { loadBalancers: null }, true],
  ])("of registering servers %s: %j", (_where, sources, isCautioned) => {
    const change = { ...newTemplate, ...sources };
    const live = { loadBalancers: sources.loadBalancers ?? ["front"] };
    const caution = cautionOf(["AddToLoadBalancer"], change, live);
    expect(caution !== undefined).toBe(isCautioned);
  });

  test("also where only some servers run another version", () => {
    const mixed = {
      launchTemplate: { ...fields.launchTemplate, others: [{ id: "lt-1", version: "1" }] },
    };
    expect(cautionOf(["Launch"], { launchTemplate: fields.launchTemplate }, mixed)).toBeDefined();
  });

  test("and not where the template stays", () => {
    expect(cautionOf(["Launch", "InstanceRefresh"], { cooldown: 60 })).toBeUndefined();
    expect(cautionOf([], newTemplate)).toBeUndefined();
  });

  test("and of nothing that the apply resumes first, or suspends last", () => {
    expect(cautionOf(["Launch"], { ...newTemplate, suspended: [] })).toBeUndefined();
    const added = { ...newTemplate, suspended: [{ process: "Launch", reason: "" }] };
    expect(cautionOf([], added)).toBeUndefined();
    expect(cautionOf(["Terminate"], added)).toBeUndefined();
  });

  test.each<[other: Partial<AutoScalingGroupFields>]>([
    [{ mixedInstancesPolicy: { instanceTypes: ["m5.large"], onDemandBase: 0, spotShare: 100 } }],
    [{ launchConfiguration: "old" }],
  ])("also where it goes back to the template alone: %j", (other) => {
    const back = { mixedInstancesPolicy: null, launchConfiguration: null };
    expect(cautionOf(["Launch"], back, other)?.summary).toMatch(/^the rollout needs Launch,/);
  });
});

describe("a group that leaves subnets is cautioned", () => {
  test("that AZRebalance is replaced by a rollout", () => {
    expect(cautionOf(["AZRebalance"], otherSubnets)).toEqual({
      summary:
        "while AZRebalance is suspended, the group does not move servers out of a zone that it leaves: instead, the apply replaces all of its servers, as a rollout does",
      remedy: "Remove AZRebalance from scaling.suspended for this apply.",
    });
  });

  test.each<[suspended: readonly string[], named: string]>([
    [["Launch"], "Launch"],
    [["Terminate"], "Terminate"],
    [["Terminate", "Launch"], "Launch and Terminate"],
    // Neither way is left.
    [["AZRebalance", "Launch"], "Launch"],
    [["AZRebalance", "InstanceRefresh"], "InstanceRefresh"],
    // In a zone that it stays in, only a rollout replaces servers.
    [["InstanceRefresh"], "InstanceRefresh"],
    [["AddToLoadBalancer"], "AddToLoadBalancer"],
    [["Launch", "InstanceRefresh"], "Launch and InstanceRefresh"],
  ])("that it needs what is suspended: %j", (suspended, named) => {
    expect(cautionOf(suspended, otherSubnets)).toEqual({
      summary: `the group may need ${named}, which scaling.suspended lists, to replace servers in the subnets that it leaves: the apply then ends with an error`,
      remedy: `Remove ${named} from scaling.suspended for this apply.`,
    });
  });

  test.each(["AlarmNotification", "HealthCheck", "ReplaceUnhealthy", "ScheduledActions"])(
    "not of %s, which nothing of it needs",
    (process) => {
      expect(cautionOf([process], otherSubnets)).toBeUndefined();
    },
  );

  test("and of nothing that the apply suspends after that", () => {
    const suspended = ["Launch", "AZRebalance"].map((process) => ({ process, reason: "" }));
    expect(cautionOf([], { ...otherSubnets, suspended })).toBeUndefined();
  });

  test("of the rollout first, where it makes one, too", () => {
    const both = { ...newTemplate, ...otherSubnets };
    expect(cautionOf(["Launch", "AZRebalance"], both)?.summary).toMatch(
      /^the rollout needs Launch,/,
    );
  });

  test("and not where its subnets only come in another order", () => {
    const subnets = fields.subnets.toReversed();
    expect(cautionOf(["Launch", "AZRebalance"], { subnets })).toBeUndefined();
  });
});
