import type { Desired } from "../engine/resource.ts";
import type { AutoScalingGroupFields } from "../resources/auto-scaling-group/index.ts";
import type { KeyPairOutputs } from "../resources/key-pair/index.ts";
import type { LaunchTemplateFields } from "../resources/launch-template/index.ts";
import type { Stack } from "../spec/stack.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";
import { trafficSources } from "./load-balancer.ts";
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
      compile: (facts) => ({ fields: groupFields(stack, facts) }),
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
    tags,
  };
}

function groupFields(stack: Stack, facts: Facts): Desired<AutoScalingGroupFields> {
  const { scaling } = stack;
  const template = templateAddress(stack);
  return {
    min: scaling.min,
    max: scaling.max,
    desired: scaling.desired ?? null,
    cooldown: scaling.cooldown,
    healthCheckType: scaling.healthCheck.type === "load-balancer" ? "ELB" : "EC2",
    healthCheckGrace: scaling.healthCheck.grace,
    subnets: facts.subnets.map(({ id }) => id),
    ...trafficSources(stack),
    launchTemplate: {
      id: { ref: template, output: "id" },
      version: { ref: template, output: "version" },
    },
    mixedInstancesPolicy: null,
    launchConfiguration: null,
    rollout: scaling.rollout,
    tags: stack.tags,
    unpropagatedTags: null,
  };
}
