import { answeredStatus } from "../ec2/instances/answered-status.ts";
import { instanceState, instances, listensOn } from "../ec2/instances/tables.ts";
import { networkInterfaces } from "../ec2/network/tables.ts";
import { admits } from "../ec2/security-groups/access.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { defineEvent, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import { readTarget } from "./health-check-target.ts";
import { findLoadBalancer, type LoadBalancer, type Registration } from "./load-balancer.ts";

/**
 * Evaluates the health checks of a load balancer's instances. Called whenever something that they depend
 * on may have changed, so that the sandbox does not have to simulate each check. `reconfigured` means
 * that the interval of the checks may also have changed.
 */
export function examine(region: Region, balancer: LoadBalancer, reconfigured = false): void {
  for (const registration of balancer.registrations) {
    if (region.now < registration.registeredAt + durations.loadBalancerRegistration * 1000)
      continue;
    const passes = answers(region, balancer, registration.instanceId);
    const changed = passes !== registration.passes;
    if (changed) {
      registration.passes = passes;
      registration.since = region.now;
    }
    if (changed || reconfigured) expectVerdict(region, balancer, registration);
  }
}

function expectVerdict(region: Region, balancer: LoadBalancer, registration: Registration): void {
  const delay = verdictAt(balancer, registration) - region.now;
  region.schedule(verdict, delay, {
    balancer: balancer.name,
    instance: registration.instanceId,
    since: registration.since,
  });
}

/** The time at which enough consecutive checks have had the same result. */
function verdictAt(balancer: LoadBalancer, registration: Registration): number {
  const { interval, healthyThreshold, unhealthyThreshold } = balancer.healthCheck;
  const threshold = registration.passes ? healthyThreshold : unhealthyThreshold;
  return registration.since + threshold * interval * 1000;
}

/** Enough consecutive checks have had the same result by now. */
export const verdict = defineEvent<{ balancer: string; instance: string; since: number }>(
  "load-balancing.verdict",
  (region, data) => {
    const balancer = findLoadBalancer(region, data.balancer);
    const registration = balancer?.registrations.find(
      (candidate) => candidate.instanceId === data.instance,
    );
    // The result changed in the meantime, or the health check has a longer interval.
    if (balancer === undefined || registration?.since !== data.since) return;
    if (region.now < verdictAt(balancer, registration)) return;
    const inService = registration.passes === true;
    if (registration.inService === inService && registration.failed !== inService) return;
    registration.inService = inService;
    registration.failed = !inService;
    region.signal(instanceChanged, registration.instanceId);
  },
);

/** The registration is complete and health checks begin. */
export const checksBegin = defineEvent<{ balancer: string }>(
  "load-balancing.checks-begin",
  (region, data) => {
    const balancer = findLoadBalancer(region, data.balancer);
    if (balancer !== undefined) examine(region, balancer);
  },
);

/** Whether a health check would succeed now. */
function answers(region: Region, balancer: LoadBalancer, instanceId: string): boolean {
  const target = readTarget(balancer.healthCheck.target);
  const instance = region.table(instances).latest(instanceId);
  if (target === undefined || instance === undefined) return false;
  if (!balancer.subnets.some((subnet) => subnet.zone === instance.zone)) return false;
  const service = listensOn(region, instanceId, target.port);
  // Guests do not speak TLS, so TLS checks fail. A TCP check only needs an open port.
  const speaks = target.protocol === "TCP" ? service !== undefined : service === "http";
  if (!speaks || target.protocol === "HTTPS" || target.protocol === "SSL") return false;
  const { path, port } = target;
  // "Any answer other than 200 OK is unhealthy" (HealthCheck, API reference).
  if (path !== undefined && answeredStatus(region, instanceId, port, path) !== 200) return false;
  const to = { groupIds: instance.groupIds, address: instance.privateAddress };
  return balancer.subnets.some((subnet) => {
    const node = region.table(networkInterfaces).latest(subnet.networkInterfaceId);
    if (node === undefined) return false;
    const from = { groupIds: balancer.securityGroups, address: node.privateAddress };
    return admits(region, from, to, target.port);
  });
}

/** The state of a registered instance, with the messages of the API reference of InstanceState. */
export function describeHealth(
  region: Region,
  balancer: LoadBalancer,
  registration: Registration,
): { readonly State: string; readonly ReasonCode: string; readonly Description: string } {
  const outOfService = (ReasonCode: string, Description: string) => ({
    State: "OutOfService",
    ReasonCode,
    Description,
  });
  const state = instanceState(region, registration.instanceId);
  const instance = region.table(instances).latest(registration.instanceId);
  if (state === "pending") return outOfService("Instance", "Instance is in pending state.");
  if (state === "stopped" || state === "stopping") {
    return outOfService("Instance", "Instance is in stopped state.");
  }
  if (!balancer.subnets.some((subnet) => subnet.zone === instance?.zone)) {
    return outOfService(
      "ELB",
      "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured to route traffic to.",
    );
  }
  if (registration.inService) {
    return { State: "InService", ReasonCode: "N/A", Description: "N/A" };
  }
  if (registration.failed) {
    return registration.passes
      ? outOfService(
          "Instance",
          "Instance has not passed the configured HealthyThreshold number of health checks consecutively.",
        )
      : outOfService(
          "Instance",
          "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.",
        );
  }
  return outOfService("ELB", "Instance registration is still in progress.");
}
