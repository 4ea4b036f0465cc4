import type { FieldRule } from "../../engine/resource.ts";
import { derivedRule, setRule, tagsRule, writeOnlyRule } from "../shared/field-rules.ts";
import type { AutoScalingGroupFields } from "./fields.ts";
import { hookWords } from "./group-hooks.ts";
import { mixedWords } from "./mixed-instances.ts";
import { rolledOut } from "./rollout-fields.ts";
import { idsAndVersions, movingVersion, shownTemplates } from "./running-templates.ts";
import { sameSource } from "./scaling-policies.ts";
import { actionWords } from "./scheduled-actions.ts";
import { sameSources, withLiveSources } from "./sources.ts";
import { suspendedRule } from "./suspended-processes.ts";
import { poolWords } from "./warm-pool.ts";

/** Whatever the group has is right, if the stack file names no value. */
function asItIs<V>(wanted: V | null, live: V | null): boolean {
  return wanted === null || wanted === live;
}

function targetWords(what: string, before: number | null, after: number | null): string {
  if (before === null) return `its number of servers does not follow the target of ${what}`;
  if (after === null) return `its number of servers follows ${what}`;
  return `the target of ${what} differs`;
}

/** In the minutes around a scheduled action, the sizes before and after it are as good. */
function sizeRule(which: "min" | "max"): FieldRule<number, AutoScalingGroupFields> {
  return {
    onChange: "update",
    equal: (size, live, wanted) =>
      size === live || wanted?.scheduledSizes?.also[which].includes(live) === true,
  };
}

const goneRule: FieldRule<readonly string[] | null | undefined> = {
  onChange: "update",
  because: () => "somebody deleted a load balancer that it is still attached to: detach it",
  inFile: { name: "deleted load balancer" },
};

/** What a difference in each field means. */
export const groupRules: {
  readonly [Name in keyof Required<AutoScalingGroupFields>]: FieldRule<
    AutoScalingGroupFields[Name],
    AutoScalingGroupFields
  >;
} = {
  min: sizeRule("min"),
  max: sizeRule("max"),
  desired: { onChange: "update", equal: (desired, live) => desired === null || desired === live },
  scheduledSizes: derivedRule,
  schedule: {
    onChange: "update",
    shown: ({ schedule }) => schedule.map(actionWords),
  },
  cpuTarget: {
    onChange: "update",
    because: (before, after) => targetWords("CPU", before, after),
    inFile: { name: "target.cpu", unit: "%" },
  },
  requestTarget: {
    onChange: "update",
    because: (before, after) => targetWords("requests", before, after),
    inFile: { name: "target.requests" },
  },
  requestSource: {
    onChange: "update",
    equal: sameSource,
    minor: true,
    because: () => "its target counts the requests of another load balancer",
    inFile: { name: "target.requests (counted at)" },
  },
  scaleIn: { onChange: "update", minor: true },
  faultyPolicies: {
    onChange: "update",
    because: (faults) => `${(faults ?? []).join(", ")}: put the target again`,
    inFile: { name: "target (what is wrong)" },
  },
  instanceWarmup: {
    onChange: "update",
    equal: asItIs,
    minor: true,
    inFile: { name: "rollout.warmup", unit: "s" },
  },
  suspended: suspendedRule,
  deletionProtection: {
    onChange: "update",
    equal: asItIs,
    because: () => "its protection from deletion differs",
    inFile: {
      name: "protect",
      values: { "prevent-all-deletion": "true", none: "false" },
    },
  },
  cooldown: { onChange: "update", inFile: { unit: "s" } },
  healthCheckType: {
    onChange: "update",
    inFile: {
      name: "healthCheck.type",
      values: { ELB: "load-balancer", EC2: "instance" },
    },
  },
  healthCheckGrace: { onChange: "update", inFile: { name: "healthCheck.grace", unit: "s" } },
  subnets: setRule,
  loadBalancers: {
    onChange: "update",
    equal: sameSources,
    meanwhile: withLiveSources,
    bringsRequests: true,
    because: () => "it is attached to other load balancers",
    inFile: { name: "loadBalancer" },
  },
  targetGroups: {
    onChange: "update",
    equal: sameSources,
    meanwhile: withLiveSources,
    bringsRequests: true,
    because: () => "it is attached to other target groups",
    inFile: { name: "loadBalancer (target group)" },
  },
  goneLoadBalancers: goneRule,
  goneTargetGroups: goneRule,
  // Servers answer on one port only. So that there is no moment without servers, a new group, whose servers answer
  // on the new port, gets healthy beside the old one.
  targetPort: {
    onChange: "replace",
    equal: (wanted, live) => wanted === null || live === null || wanted === live,
    inFile: { name: "application.port" },
  },
  applicationLoadBalancer: derivedRule,
  launchTemplate: {
    onChange: "update",
    shown: ({ launchTemplate }) => launchTemplate.others && shownTemplates(launchTemplate),
    because: (before, after) => {
      const { ids, versions } = idsAndVersions(before);
      if (ids.some((id) => id !== after.id)) return "roll out a different launch template";
      const moving = movingVersion(versions);
      if (moving !== undefined) {
        return `the group launches from ${moving}, which changes with the launch template: set version ${after.version}, and replace servers that run another version`;
      }
      return versions.length === 1
        ? `roll out launch template version ${before.version} → ${after.version}`
        : `not all instances run the same launch template version: roll out version ${after.version}`;
    },
  },
  mixedInstancesPolicy: {
    onChange: "update",
    shown: ({ mixedInstancesPolicy: mixed }) => mixed && mixedWords(mixed),
    because: (before, after) =>
      after === null
        ? "it has a mixed instances policy, and the stack file one instance type: go back to the launch template alone, and replace instances of another type"
        : before === null
          ? "launch several instance types or Spot Instances"
          : "its instance types or its Spot Instances differ",
    inFile: { name: "instanceTypes" },
  },
  capacityRebalance: {
    onChange: "update",
    equal: asItIs,
    minor: true,
    inFile: { name: "spot (replaced before AWS takes it back)" },
  },
  hooks: { onChange: "update", shown: ({ hooks }) => hooks.map(hookWords) },
  warmPool: {
    onChange: "update",
    shown: ({ warmPool }) => warmPool && poolWords(warmPool),
  },
  notifications: {
    ...setRule,
    because: () => "send failed launches to other topics",
    inFile: { name: "notify.on (launches)" },
  },
  groupMetrics: {
    onChange: "update",
    equal: asItIs,
    inFile: { name: "alarms.launches (group metrics)" },
  },
  launchConfiguration: {
    onChange: "update",
    because: (name) =>
      `somebody set the launch configuration ${name}: go back to the launch template`,
  },
  rollout: {
    ...writeOnlyRule(...rolledOut, "subnets"),
    inFile: {
      members: {
        minHealthy: { unit: "%" },
        maxHealthy: { unit: "%" },
        warmup: { unit: "s" },
        bake: { unit: "s" },
      },
    },
  },
  tags: tagsRule,
  unpropagatedTags: {
    onChange: "update",
    because: (keys) => `new servers do not get the tags ${keys}: propagate these tags again`,
  },
};
