import type { SectionName } from "../spec/sections.ts";
import type { Stack } from "../spec/stack.ts";
import { alarmResources } from "./alarms.ts";
import { artifactResources } from "./artifacts.ts";
import type { DefinedResource, SectionCompiler } from "./defined-resource.ts";
import { domainResources } from "./domain.ts";
import type { Facts } from "./facts.ts";
import { firewallResources } from "./firewall.ts";
import { imageResources } from "./image.ts";
import { keyPairResources } from "./key-pair.ts";
import { loadBalancerResources } from "./load-balancer.ts";
import { networkResources } from "./network.ts";
import { notifyResources } from "./notify.ts";
import { roleResources } from "./role.ts";
import { launchTemplateResources, scalingResources } from "./scaling.ts";
import { securityGroupResources } from "./security-groups.ts";

/** For a section that only determines what other sections' resources look like. */
const noResources: SectionCompiler = () => [];

/**
 * What each section of the stack file becomes. A resource comes after those that it refers to; only security
 * groups may refer to each other. So the launch template, which is of `scaling`, has a place of its own.
 */
const compilers: Readonly<Record<SectionName | "launchTemplate", SectionCompiler>> = {
  network: networkResources,
  keyPair: keyPairResources,
  application: noResources,
  artifacts: artifactResources,
  role: roleResources,
  access: noResources,
  image: imageResources,
  securityGroups: securityGroupResources,
  launchTemplate: launchTemplateResources,
  domain: domainResources,
  firewall: firewallResources,
  loadBalancer: loadBalancerResources,
  notify: notifyResources,
  scaling: scalingResources,
  alarms: alarmResources,
};

/** Every resource that a stack file defines, and those that only the facts show, if they are known. */
export function definedResources(
  stack: Stack,
  facts?: Pick<Facts, "network">,
): readonly DefinedResource[] {
  return Object.values(compilers).flatMap((compiler) => compiler(stack, facts));
}
