import {
  type DeregisterEndPointsInput,
  DeregisterInstancesFromLoadBalancer$,
  type DescribeEndPointStateInput,
  DescribeInstanceHealth$,
  type Instance,
  type RegisterEndPointsInput,
  RegisterInstancesWithLoadBalancer$,
} from "@aws-sdk/client-elastic-load-balancing";
import { instanceState, instances } from "../ec2/instances/tables.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { durations } from "./durations.ts";
import { checksBegin, describeHealth } from "./health.ts";
import { type LoadBalancer, requireLoadBalancer } from "./load-balancer.ts";

export const registerInstances = operation<RegisterEndPointsInput>(
  RegisterInstancesWithLoadBalancer$,
  ["LoadBalancerName", "Instances"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const ids = idsOf(input.Instances);
    for (const id of ids) requireRegistrable(region, balancer, id);
    for (const id of ids) register(region, balancer, id);
    return { Instances: registered(balancer) };
  },
);

export const deregisterInstances = operation<DeregisterEndPointsInput>(
  DeregisterInstancesFromLoadBalancer$,
  ["LoadBalancerName", "Instances"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const ids = idsOf(input.Instances);
    for (const id of ids) requireInstance(region, id);
    for (const id of ids) deregister(region, balancer, id);
    return { Instances: registered(balancer) };
  },
);

export const describeInstanceHealth = operation<DescribeEndPointStateInput>(
  DescribeInstanceHealth$,
  ["LoadBalancerName", "Instances"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const wanted = idsOf(input.Instances);
    for (const id of wanted) requireInstance(region, id);
    const ids =
      wanted.length > 0 ? wanted : balancer.registrations.map(({ instanceId }) => instanceId);
    return {
      InstanceStates: ids
        // "The state of terminated instances is not returned."
        .filter((id) => !isGone(region, id))
        .map((id) => ({ InstanceId: id, ...healthOf(region, balancer, id) })),
    };
  },
);

function healthOf(region: Region, balancer: LoadBalancer, instanceId: string) {
  const registration = balancer.registrations.find(
    (candidate) => candidate.instanceId === instanceId,
  );
  return registration === undefined
    ? {
        State: "OutOfService",
        ReasonCode: "Instance",
        Description: "Instance is not currently registered with the LoadBalancer.",
      }
    : describeHealth(region, balancer, registration);
}

/** Registers an instance. A registered instance stays unchanged. */
export function register(region: Region, balancer: LoadBalancer, instanceId: string): void {
  if (balancer.registrations.some((candidate) => candidate.instanceId === instanceId)) return;
  balancer.registrations.push({
    instanceId,
    registeredAt: region.now,
    passes: undefined,
    since: region.now,
    inService: false,
    failed: false,
  });
  region.schedule(checksBegin, durations.loadBalancerRegistration * 1000, {
    balancer: balancer.name,
  });
}

/**
 * Deregisters an instance.
 *
 * @returns the milliseconds until it is drained.
 */
export function deregister(region: Region, balancer: LoadBalancer, instanceId: string): number {
  const registration = balancer.registrations.find(
    (candidate) => candidate.instanceId === instanceId,
  );
  if (registration === undefined) return 0;
  balancer.registrations = balancer.registrations.filter((other) => other !== registration);
  region.signal(instanceChanged, instanceId);
  const { draining } = balancer.attributes;
  // An instance that was not in service has no connections.
  if (!draining.enabled || !registration.inService) return 0;
  return Math.min(draining.timeout, durations.connectionDraining) * 1000;
}

/** A terminated instance is deregistered automatically. */
export function forgetTerminated(region: Region, balancer: LoadBalancer): void {
  balancer.registrations = balancer.registrations.filter(
    ({ instanceId }) => !isGone(region, instanceId),
  );
}

function isGone(region: Region, instanceId: string): boolean {
  const state = instanceState(region, instanceId);
  return state === "terminated" || state === "shutting-down";
}

function requireRegistrable(region: Region, balancer: LoadBalancer, instanceId: string): void {
  const instance = requireInstance(region, instanceId);
  if (instance.vpcId !== balancer.vpcId) {
    throw invalidInstance(`EC2 instance ${instanceId} is not in the same VPC as ELB.`);
  }
  if (isGone(region, instanceId)) {
    throw invalidInstance(`EC2 instance ${instanceId} is not in a valid state.`);
  }
}

function requireInstance(region: Region, instanceId: string) {
  const instance = region.table(instances).use(instanceId);
  if (instance === undefined) {
    throw invalidInstance(`Could not find EC2 instance ${instanceId}.`);
  }
  return instance;
}

function invalidInstance(message: string): AwsError {
  return new AwsError("InvalidInstance", message);
}

function idsOf(list: readonly Instance[] | undefined): string[] {
  return [...new Set((list ?? []).flatMap(({ InstanceId }) => InstanceId ?? []))];
}

function registered(balancer: LoadBalancer): Instance[] {
  return balancer.registrations.map(({ instanceId }) => ({ InstanceId: instanceId }));
}
