import {
  DeregisterInstancesFromLoadBalancerCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../../aws/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import { registrations } from "./instance-health.ts";
import { instancesInService } from "./live.ts";
import { lookAtGroup } from "./look-ups.ts";
import { blocking } from "./scaling-processes.ts";
import { isTargetGroup } from "./sources.ts";

/**
 * The group registers an instance at its launch only. An instance that somebody deregistered would get
 * no requests for the rest of its life.
 */
export async function registerMissing(context: ResourceContext, name: string): Promise<void> {
  const group = await lookAtGroup(context, name);
  // Somebody suspended the registration of servers on purpose.
  if (group === undefined || blocking(group, "register").length > 0) return;
  const inService = instancesInService(group);
  for (const { id, what, instances, isGone } of await registrations(context, group)) {
    if (isGone) continue;
    const there = new Set(instances.map(({ instanceId }) => instanceId));
    const missing = inService.filter((one) => !there.has(one));
    if (missing.length === 0) continue;
    context.report.progress(`registering ${missing.join(" and ")} with the ${what} again`);
    await registerEach(context, id, missing);
  }
}

/**
 * The group lists a dead instance until it notices. One dead instance makes AWS reject the whole call.
 * Then each instance is registered by itself, and the group replaces those that cannot be.
 */
async function registerEach(context: ResourceContext, id: string, instances: readonly string[]) {
  try {
    await registerServers(context, id, instances);
  } catch (error) {
    const isDead = isAwsError(error) && /^Invalid(Instance|Target)/.test(error.code);
    if (!isDead) throw error;
    if (instances.length > 1) for (const one of instances) await registerEach(context, id, [one]);
    else
      context.report.progress(
        `cannot register ${instances[0]}; the Auto Scaling group has to replace it: ${error.message}`,
      );
  }
}

/** Registers instances with a classic load balancer, by its name, or with a target group, by its ARN. */
export async function registerServers(
  { clients }: ResourceContext,
  id: string,
  instances: readonly string[],
): Promise<void> {
  if (isTargetGroup(id)) {
    const { registerTargets } = await import("../target-group/targets.ts");
    await registerTargets(clients, id, instances);
    return;
  }
  await clients.loadBalancing.send(
    new RegisterInstancesWithLoadBalancerCommand({
      LoadBalancerName: id,
      Instances: instances.map((InstanceId) => ({ InstanceId })),
    }),
  );
}

/** The opposite. An instance that is not registered is no error. */
export async function deregisterServers(
  { clients }: ResourceContext,
  id: string,
  instances: readonly string[],
): Promise<void> {
  if (isTargetGroup(id)) {
    const { deregisterTargets } = await import("../target-group/targets.ts");
    await deregisterTargets(clients, id, instances);
    return;
  }
  await clients.loadBalancing.send(
    new DeregisterInstancesFromLoadBalancerCommand({
      LoadBalancerName: id,
      Instances: instances.map((InstanceId) => ({ InstanceId })),
    }),
  );
}
