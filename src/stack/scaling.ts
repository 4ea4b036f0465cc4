import type { Problem } from "../engine/plan-format.ts";
import type { Desired } from "../engine/resource.ts";
import type { AutoScalingGroupFields } from "../resources/auto-scaling-group/index.ts";
import type { KeyPairOutputs } from "../resources/key-pair/index.ts";
import type { LaunchTemplateFields } from "../resources/launch-template/index.ts";
import { sizesAt } from "../schedule/scheduled-sizes.ts";
import type { Scaling } from "../spec/scaling/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import { alarmNames, needsGroupMetrics } from "./alarms.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";
import { trafficSources } from "./load-balancer.ts";
import { topicsOf } from "./notify.ts";
import { placeOf } from "./place.ts";
import { instanceProfileOf } from "./role.ts";
import { idOrValue } from "./security-groups.ts";

/** How a server starts. */
export function launchTemplateResources(stack: Stack): readonly DefinedResource[] {
  return [
    {
      address: templateAddress(stack),
      compile: (facts) => ({ fields: templateFields(stack, facts) }),
    },
  ];
}

/** How many servers there are. */
export function scalingResources(stack: Stack): readonly DefinedResource[] {
  return [
    {
      address: `auto-scaling-group/${stack.stack}`,
      ...physicalNameOf(stack.scaling),
      compile: (facts) => ({
        fields: groupFields(stack, facts),
        problems: missingPrograms(stack, facts),
      }),
    },
  ];
}

function templateAddress({ stack }: Stack) {
  return `launch-template/${stack}` as const;
}

function templateFields(whole: Stack, facts: Facts): Desired<LaunchTemplateFields> {
  const { stack, image, scaling, keyPair, tags } = whole;
  const ofKeyPair = (output: keyof KeyPairOutputs) =>
    keyPair === undefined ? null : { ref: `key-pair/${stack}` as const, output };
  return {
    imageId: { ref: `image/${stack}`, output: "id" },
    instanceType: scaling.instanceType,
    keyName: ofKeyPair("name"),
    keyPairId: ofKeyPair("id"),
    instanceProfile: instanceProfileOf(whole, facts),
    securityGroupIds: scaling.securityGroups.map(idOrValue),
    rootDeviceName: facts.baseImage.rootDeviceName,
    volumeType: image.disk.type,
    volumeKey: image.disk.key ?? null,
    // One hop, so that containers and proxies on the server cannot reach the metadata service.
    metadata: { tokens: "required", hopLimit: 1 },
    monitoring: scaling.target?.cpu !== undefined,
    tags,
  };
}

/**
 * The smallest number of servers at a moment, in milliseconds since the epoch. In the minutes around a scheduled action,
 * the smaller one of before and after it.
 */
export function minimumAt({ scaling }: Stack, now: number): number {
  const { min, scheduledSizes } = sizesOf(scaling, { now });
  return Math.min(min, ...(scheduledSizes?.also.min ?? []));
}

function sizesOf(
  scaling: Scaling,
  { now }: Pick<Facts, "now">,
): Pick<AutoScalingGroupFields, "min" | "max" | "schedule" | "scheduledSizes"> {
  const { min, max } = scaling;
  const schedule = scaling.schedule.map(({ min = null, max = null, servers = null, ...entry }) => ({
    ...entry,
    min,
    max,
    servers,
  }));
  if (schedule.length === 0) return { min, max, schedule, scheduledSizes: null };
  const sizes = sizesAt({ min, max }, schedule, now);
  const since = (["min", "max"] as const).flatMap((which) => {
    const firing = sizes.setBy[which];
    const zone = scaling.schedule.find(({ name }) => name === firing?.name)?.zone;
    if (firing === undefined || zone === undefined) return [];
    return [
      `${which} is ${sizes[which]} since ${firing.name} ran at ${localTime(firing.at, zone)}`,
    ];
  });
  return {
    min: sizes.min,
    max: sizes.max,
    schedule,
    scheduledSizes: { min, max, also: sizes.also, since },
  };
}

/** `2026-11-30 20:00 (Australia/Sydney)`. */
function localTime(at: number, zone: string): string {
  // Sweden writes dates in this order.
  const local = new Date(at).toLocaleString("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return `${local} (${zone})`;
}

/** What makes AWS change the number of servers by load. */
function demandOf(stack: Stack) {
  const { target, scaleIn, rollout } = stack.scaling;
  const { applicationLoadBalancer: loadBalancer, targetGroups } = trafficSources(stack);
  const [targetGroup] = targetGroups ?? [];
  const counted =
    target?.requests === undefined || loadBalancer === null || targetGroup === undefined
      ? null
      : { loadBalancer, targetGroup };
  return {
    cpuTarget: target?.cpu ?? null,
    requestTarget: target?.requests ?? null,
    requestSource: counted,
    scaleIn: target === undefined ? null : scaleIn,
    faultyPolicies: null,
    // "We strongly recommend enabling the default instance warmup" ("Set the default instance warmup", User Guide):
    // without it, the cooldown holds up targets that remove servers.
    instanceWarmup: target === undefined ? null : rollout.warmup,
  };
}

/** Which servers the group launches, and what they wait for. */
function serversOf(
  { instanceTypes, spot, hooks, warmPool }: Scaling,
  facts: Facts,
): Pick<
  AutoScalingGroupFields,
  "mixedInstancesPolicy" | "capacityRebalance" | "hooks" | "warmPool"
> {
  const isMixed = instanceTypes.length > 1 || spot !== undefined;
  return {
    mixedInstancesPolicy: isMixed
      ? { instanceTypes, onDemandBase: spot?.base ?? 0, spotShare: spot?.share ?? 0 }
      : null,
    capacityRebalance: spot === undefined ? null : true,
    hooks: hookTransitions.flatMap((at) => {
      const { timeout, failed } = hooks[at] ?? {};
      if (timeout === undefined || failed === undefined || !canComplete(facts, at)) return [];
      return [{ at, timeout, failed }];
    }),
    warmPool:
      warmPool === undefined ? null : { min: warmPool.min, state: poolStates[warmPool.state] },
  };
}

const hookTransitions = ["launch", "terminate"] as const;

/** Whether the image has the program that completes the hook. One that an earlier stack file had built may have none. */
function canComplete({ usedImage }: Facts, at: (typeof hookTransitions)[number]): boolean {
  return usedImage === undefined || ` ${usedImage.services}`.includes(` ${at}-hook=`);
}

function missingPrograms({ stack, scaling }: Stack, facts: Facts): readonly Problem[] {
  const missing = hookTransitions.filter(
    (at) => scaling.hooks[at] !== undefined && !canComplete(facts, at),
  );
  return missing.map((at) => ({
    severity: "warning",
    address: `auto-scaling-group/${stack}`,
    summary: `the image that image.use names has no program for the ${at} hook, so its servers run without that hook`,
    remedy: "Nothing is to do. The hook comes back with an image that has its program.",
  }));
}

/** As AWS spells them. */
const poolStates = { stopped: "Stopped", running: "Running" } as const;

/** The alarms by their names in AWS, because they themselves refer to the group. */
function rolloutOf(stack: Stack) {
  const { alarms, ...rollout } = stack.scaling.rollout;
  return { ...rollout, ...(alarms && { alarms: alarmNames(stack) }) };
}

function protectionOf({ protect }: Scaling): string | null {
  if (protect === undefined) return null;
  return protect ? "prevent-all-deletion" : "none";
}

function groupFields(stack: Stack, facts: Facts): Desired<AutoScalingGroupFields> {
  const { scaling } = stack;
  const template = templateAddress(stack);
  return {
    ...sizesOf(scaling, facts),
    desired: scaling.desired ?? null,
    ...demandOf(stack),
    suspended: scaling.suspended.map((process) => ({ process, reason: "" })),
    deletionProtection: protectionOf(scaling),
    cooldown: scaling.cooldown,
    healthCheckType: scaling.healthCheck.type === "load-balancer" ? "ELB" : "EC2",
    healthCheckGrace: scaling.healthCheck.grace,
    subnets: placeOf(stack, facts).serverSubnets,
    ...trafficSources(stack),
    launchTemplate: {
      id: { ref: template, output: "id" },
      version: { ref: template, output: "version" },
    },
    ...serversOf(scaling, facts),
    notifications: stack.notify?.on.includes("launches") === true ? [...topicsOf(stack)] : [],
    groupMetrics: needsGroupMetrics(stack) ? true : null,
    launchConfiguration: null,
    rollout: rolloutOf(stack),
    tags: stack.tags,
    unpropagatedTags: null,
  };
}
