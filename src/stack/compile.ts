import type { Problem } from "../engine/plan-format.ts";
import type { Address, Desired, DesiredResource, Ref } from "../engine/resource.ts";
import { contentsOf, contentTexts } from "../image/contents.ts";
import { renderBuildScript } from "../image/script.ts";
import { renderUserData } from "../image/user-data.ts";
import type { AutoScalingGroupFields } from "../resources/auto-scaling-group/index.ts";
import type { ImageFields } from "../resources/image/live.ts";
import type { KeyPairFields, KeyPairOutputs } from "../resources/key-pair/index.ts";
import type { LaunchTemplateFields } from "../resources/launch-template/index.ts";
import type { LoadBalancerFields } from "../resources/load-balancer/index.ts";
import type { KeyPair } from "../spec/key-pair/normalised.ts";
import type { LoadBalancer } from "../spec/load-balancer/normalised.ts";
import type { GroupReference } from "../spec/shared/peer.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";
import { toRecipe } from "./recipe.ts";
import { compileSecurityGroup } from "./security-groups.ts";
import { userDataProblem } from "./user-data-problem.ts";

export interface Compiled {
  readonly desired: readonly DesiredResource[];
  readonly problems: readonly Problem[];
}

/**
 * Draining lasts as long as an idle connection may: AWS's default idle timeout of a classic load
 * balancer ("Configure the idle connection timeout").
 */
const IDLE_TIMEOUT_SECONDS = 60;

/** Compiles the stack file and the facts into the desired resources. Pure. */
export function compile(stack: Stack, facts: Facts): Compiled {
  const image = compileImage(stack, facts);
  const desired = [
    ...(stack.keyPair === undefined ? [] : [compileKeyPair(stack, stack.keyPair, facts)]),
    image.resource,
    ...stack.securityGroups.map((group) => compileSecurityGroup(stack, group, facts.vpcId)),
    compileLaunchTemplate(stack, facts),
    ...(stack.loadBalancer === undefined
      ? []
      : [compileLoadBalancer(stack, stack.loadBalancer, facts)]),
    compileGroup(stack, facts),
  ];
  return { desired, problems: image.problems };
}

function compileKeyPair(stack: Stack, keyPair: KeyPair, facts: Facts): DesiredResource {
  const fields: Desired<KeyPairFields> = {
    publicKey: facts.files.publicKey ?? "generated",
    privateKeyFile: keyPair.source.kind === "generate" ? keyPair.source.file : null,
    tags: stack.tags,
  };
  return { address: `key-pair/${stack.stack}`, fields, ...physicalName(keyPair) };
}

function compileImage(
  stack: Stack,
  facts: Facts,
): { resource: DesiredResource; problems: readonly Problem[] } {
  const address: Address = `image/${stack.stack}`;
  const recipe = toRecipe(stack, facts.baseImage.release, facts.files);
  const { script } = renderBuildScript(recipe);
  const packed = renderUserData(script);
  const texts = contentTexts(recipe);
  const fields: Desired<ImageFields> = {
    ...texts,
    family: recipe.family,
    base: facts.baseImage.id,
    release: recipe.release,
    updates: recipe.updates,
    ipv6: recipe.ipv6,
    openFiles: String(recipe.openFiles),
    script,
    userData: Buffer.from(packed.userData).toString("base64"),
    builder: {
      instanceType: stack.image.builder.instanceType,
      vpcId: facts.vpcId,
      subnetId: firstSubnet(facts),
      rootDeviceName: facts.baseImage.rootDeviceName,
      timeout: stack.image.builder.timeout,
    },
    contents: contentsOf(recipe),
    texts,
    tags: stack.tags,
  };
  return {
    resource: { address, fields, keep: stack.image.keep, ...physicalName(stack.image) },
    problems: userDataProblem(address, packed),
  };
}

function compileLaunchTemplate(stack: Stack, facts: Facts): DesiredResource {
  const ofKeyPair = (output: keyof KeyPairOutputs) =>
    stack.keyPair === undefined ? null : { ref: `key-pair/${stack.stack}` as const, output };
  const fields: Desired<LaunchTemplateFields> = {
    imageId: { ref: `image/${stack.stack}`, output: "id" },
    instanceType: stack.scaling.instanceType,
    keyName: ofKeyPair("name"),
    keyPairId: ofKeyPair("id"),
    securityGroupIds: stack.scaling.securityGroups.map(groupId),
    rootDeviceName: facts.baseImage.rootDeviceName,
    // One hop, so that containers and proxies on the server cannot reach the metadata service.
    metadata: { tokens: "required", hopLimit: 1 },
    tags: stack.tags,
  };
  return { address: `launch-template/${stack.stack}`, fields };
}

function compileLoadBalancer(
  stack: Stack,
  loadBalancer: LoadBalancer,
  facts: Facts,
): DesiredResource {
  const { healthCheck } = loadBalancer;
  const groups = loadBalancer.securityGroups.map(groupId);
  const standIn = facts.defaultSecurityGroupId;
  const fields: Desired<LoadBalancerFields> = {
    vpcId: facts.vpcId,
    scheme: "internet-facing",
    subnets: facts.subnets.map(({ id }) => id),
    // AWS gives a load balancer without groups the VPC's default group. Naming it makes it comparable.
    securityGroupIds: groups.length > 0 || standIn === undefined ? groups : [standIn],
    listeners: loadBalancer.listeners.map(({ port, protocol, to }) => ({
      port,
      protocol: protocol === "http" ? ("HTTP" as const) : ("TCP" as const),
      instancePort: to,
      instanceProtocol: protocol === "http" ? ("HTTP" as const) : ("TCP" as const),
      certificate: null,
    })),
    healthCheck: {
      target: healthCheck.target,
      interval: healthCheck.interval,
      timeout: healthCheck.timeout,
      healthyThreshold: healthCheck.healthy,
      unhealthyThreshold: healthCheck.unhealthy,
    },
    crossZone: true,
    connectionDraining: IDLE_TIMEOUT_SECONDS,
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    tags: stack.tags,
  };
  return { address: `load-balancer/${stack.stack}`, fields, ...physicalName(loadBalancer) };
}

function compileGroup(stack: Stack, facts: Facts): DesiredResource {
  const { scaling } = stack;
  const template: Address = `launch-template/${stack.stack}`;
  const fields: Desired<AutoScalingGroupFields> = {
    min: scaling.min,
    max: scaling.max,
    desired: scaling.desired ?? null,
    cooldown: scaling.cooldown,
    healthCheckType: scaling.healthCheck.type === "load-balancer" ? "ELB" : "EC2",
    healthCheckGrace: scaling.healthCheck.grace,
    subnets: facts.subnets.map(({ id }) => id),
    loadBalancers:
      stack.loadBalancer === undefined
        ? []
        : [{ ref: `load-balancer/${stack.stack}`, output: "name" }],
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
  return { address: `auto-scaling-group/${stack.stack}`, fields, ...physicalName(scaling) };
}

function groupId(group: GroupReference): string | Ref {
  return group.kind === "group"
    ? { ref: `security-group/${group.value}`, output: "id" }
    : group.value;
}

function firstSubnet(facts: Facts): string {
  const [subnet] = facts.subnets;
  if (subnet === undefined) throw new Error("the facts name no subnet");
  return subnet.id;
}

function physicalName(section: { readonly name?: string }): { physicalName?: string } {
  return section.name === undefined ? {} : { physicalName: section.name };
}
