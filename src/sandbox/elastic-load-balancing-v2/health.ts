import { answeredStatus } from "../ec2/instances/answered-status.ts";
import { instances, listensOn } from "../ec2/instances/tables.ts";
import { networkInterfaces } from "../ec2/network/tables.ts";
import { admits } from "../ec2/security-groups/access.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { defineEvent, type Region } from "../region.ts";
import { balancersOfGroup } from "./associations.ts";
import { durations } from "./durations.ts";
import { admitsStatus } from "./matcher.ts";
import {
  type ApplicationLoadBalancer,
  type CheckFailure,
  type Target,
  type TargetGroup,
  targetGroups,
} from "./tables.ts";

/**
 * Evaluates the health checks of a target group's targets. Called whenever something that they depend on
 * may have changed, so that the sandbox does not have to simulate each check. `reconfigured` means that
 * the settings of the checks may also have changed.
 */
export function examine(region: Region, arn: string, reconfigured = false): void {
  const group = region.table(targetGroups).latest(arn);
  if (group === undefined) return;
  const balancers = balancersOfGroup(region, arn);
  for (const target of group.targets) {
    if (target.drainedAt !== undefined) continue;
    if (unusedReason(region, balancers, target) !== undefined) forgetChecks(region, target);
    else if (balancers.some(({ state }) => state === "active")) {
      check(region, group, balancers, target, reconfigured);
    }
  }
}

/** An unused target is not checked. Its checks start again when it is used. */
function forgetChecks(region: Region, target: Target): void {
  if (target.checksFrom === undefined) return;
  const wasKnown = target.health !== "initial";
  target.checksFrom = undefined;
  target.passes = undefined;
  target.health = "initial";
  target.failure = undefined;
  if (wasKnown) region.signal(instanceChanged, target.instanceId);
}

function check(
  region: Region,
  group: TargetGroup,
  balancers: readonly ApplicationLoadBalancer[],
  target: Target,
  reconfigured: boolean,
): void {
  if (target.checksFrom === undefined) {
    target.checksFrom = region.now + durations.targetRegistration * 1000;
    region.schedule(checksBegin, durations.targetRegistration * 1000, { group: group.arn });
  }
  if (region.now < target.checksFrom) return;
  const failure = failureOf(region, group, balancers, target);
  const passes = failure === undefined;
  if (failure !== undefined) target.failure = failure;
  const changed = passes !== target.passes;
  if (changed) {
    target.passes = passes;
    target.since = region.now;
  }
  if (changed || reconfigured) {
    region.schedule(verdict, verdictAt(group, target) - region.now, {
      group: group.arn,
      instance: target.instanceId,
      port: target.port,
      since: target.since,
    });
  }
}

/**
 * The time at which enough consecutive checks have had the same result. "After your target is registered,
 * it must pass one health check to be considered healthy." (User Guide, "Health checks for Application
 * Load Balancer target groups")
 */
function verdictAt({ healthCheck }: TargetGroup, target: Target): number {
  const { healthyThreshold, unhealthyThreshold } = healthCheck;
  const interval = healthCheck.interval * 1000;
  const begin = target.checksFrom ?? target.since;
  const first = begin + Math.ceil((target.since - begin) / interval) * interval;
  const needed = target.health === "initial" ? 1 : healthyThreshold;
  return first + ((target.passes ? needed : unhealthyThreshold) - 1) * interval;
}

/** Enough consecutive checks have had the same result by now. */
export const verdict = defineEvent<{
  group: string;
  instance: string;
  port: number;
  since: number;
}>("elastic-load-balancing-v2.verdict", (region, data) => {
  const group = region.table(targetGroups).latest(data.group);
  const target = group?.targets.find(
    ({ instanceId, port }) => instanceId === data.instance && port === data.port,
  );
  // The result changed in the meantime, or the health check has a longer interval.
  if (group === undefined || target?.since !== data.since || target.passes === undefined) return;
  if (target.drainedAt !== undefined || region.now < verdictAt(group, target)) return;
  const health = target.passes ? "healthy" : "unhealthy";
  if (target.health === health) return;
  target.health = health;
  region.signal(instanceChanged, target.instanceId);
});

/** The registration is complete and health checks begin. */
export const checksBegin = defineEvent<{ group: string }>(
  "elastic-load-balancing-v2.checks-begin",
  (region, { group }) => examine(region, group),
);

/** Why a health check would fail now. Undefined when it would succeed. */
function failureOf(
  region: Region,
  { healthCheck }: TargetGroup,
  balancers: readonly ApplicationLoadBalancer[],
  target: Target,
): CheckFailure | undefined {
  const instance = region.table(instances).latest(target.instanceId);
  if (instance === undefined || instance.guest.impaired) return "Target.Timeout";
  const port = healthCheckPort(healthCheck, target);
  const to = { groupIds: instance.groupIds, address: instance.privateAddress };
  const isReached = balancers.some((balancer) =>
    balancer.subnets.some((subnet) => {
      const node = region.table(networkInterfaces).latest(subnet.networkInterfaceId);
      if (node === undefined) return false;
      const from = { groupIds: balancer.securityGroups, address: node.privateAddress };
      return admits(region, from, to, port);
    }),
  );
  if (!isReached) return "Target.Timeout";
  // Guests do not speak TLS.
  const isHttp = listensOn(region, target.instanceId, port) === "http";
  if (!isHttp || healthCheck.protocol === "HTTPS") return "Target.FailedHealthChecks";
  const status = answeredStatus(region, target.instanceId, port, healthCheck.path);
  return admitsStatus(healthCheck.matcher, status) ? undefined : "Target.ResponseCodeMismatch";
}

/** The port of a target that its health checks use. */
export function healthCheckPort(
  { port }: TargetGroup["healthCheck"],
  target: Pick<Target, "port">,
) {
  return port === "traffic-port" ? target.port : port;
}

interface TargetHealth {
  readonly State: "initial" | "healthy" | "unhealthy" | "unused" | "draining";
  readonly Reason?: string;
  readonly Description?: string;
}

/** Why a target gets no requests and no health checks. */
function unusedReason(
  region: Region,
  balancers: readonly ApplicationLoadBalancer[],
  { instanceId }: Target,
): { readonly Reason: string; readonly Description: string } | undefined {
  const instance = region.table(instances).latest(instanceId);
  const state = instance?.state ?? "terminated";
  if (state === "stopped" || state === "stopping") {
    return { Reason: "Target.InvalidState", Description: "Target is in the stopped state" };
  }
  if (state === "terminated" || state === "shutting-down") {
    return { Reason: "Target.InvalidState", Description: "Target is in the terminated state" };
  }
  if (balancers.length === 0) {
    return {
      Reason: "Target.NotInUse",
      Description: "Target group is not configured to receive traffic from the load balancer",
    };
  }
  const isEnabled = balancers.some(({ subnets }) =>
    subnets.some(({ zone }) => zone === instance?.zone),
  );
  if (isEnabled) return undefined;
  return {
    Reason: "Target.NotInUse",
    Description: "Target is in an Availability Zone that is not enabled for the load balancer",
  };
}

/** Whether a load balancer uses the target, now or once it is active. */
export function isUsed(region: Region, { arn }: TargetGroup, target: Target): boolean {
  return unusedReason(region, balancersOfGroup(region, arn), target) === undefined;
}

/** The descriptions are those of "Health check reason codes", User Guide. */
export function describeHealth(region: Region, group: TargetGroup, target: Target): TargetHealth {
  if (target.drainedAt !== undefined) {
    return {
      State: "draining",
      Reason: "Target.DeregistrationInProgress",
      Description: "Target deregistration is in progress",
    };
  }
  const unused = unusedReason(region, balancersOfGroup(region, group.arn), target);
  if (unused !== undefined) return { State: "unused", ...unused };
  if (target.health === "healthy") return { State: "healthy" };
  if (target.health === "unhealthy") {
    const Reason = target.failure ?? "Target.FailedHealthChecks";
    return { State: "unhealthy", Reason, Description: failureWords(region, group, target, Reason) };
  }
  if (target.checksFrom === undefined || region.now < target.checksFrom) {
    return {
      State: "initial",
      Reason: "Elb.RegistrationInProgress",
      Description: "Target registration is in progress",
    };
  }
  return {
    State: "initial",
    Reason: "Elb.InitialHealthChecking",
    Description: "Initial health checks in progress",
  };
}

function failureWords(
  region: Region,
  { healthCheck }: TargetGroup,
  target: Target,
  failure: CheckFailure,
): string {
  switch (failure) {
    case "Target.ResponseCodeMismatch": {
      const port = healthCheckPort(healthCheck, target);
      const code = answeredStatus(region, target.instanceId, port, healthCheck.path);
      return `Health checks failed with these codes: [${code}]`;
    }
    case "Target.Timeout":
      return "Request timed out";
    case "Target.FailedHealthChecks":
      return "Health checks failed";
  }
}
