import {
  DeregisterTargets$,
  type DeregisterTargetsInput,
  DescribeTargetHealth$,
  type DescribeTargetHealthInput,
  RegisterTargets$,
  type RegisterTargetsInput,
  type TargetDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { instanceState, instances } from "../ec2/instances/tables.ts";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { describeHealth, healthCheckPort } from "./health.ts";
import { requireTargetGroup } from "./named.ts";
import { deregisterTarget, registerTarget, type TargetKey } from "./registration.ts";
import type { TargetGroup } from "./tables.ts";

/** "Targets per target group per Region (instances or IP addresses): 1,000." */
const MAX_TARGETS = 1000;

export const registerTargets = operation<RegisterTargetsInput>(
  RegisterTargets$,
  ["TargetGroupArn", "Targets.Id", "Targets.Port"],
  (region, input) => {
    const group = requireTargetGroup(region, input.TargetGroupArn);
    const keys = keysOf(group, input.Targets);
    for (const key of keys) requireRegistrable(region, group, key.instanceId);
    const added = keys.filter((key) => find(group, key) === undefined);
    if (group.targets.length + added.length > MAX_TARGETS) {
      throw new AwsError(
        "TooManyTargets",
        `The maximum number of targets of a target group has been reached: ${MAX_TARGETS}`,
      );
    }
    for (const key of keys) registerTarget(region, group.arn, key);
    return {};
  },
);

/** "If the specified target does not exist, the action returns successfully." */
export const deregisterTargets = operation<DeregisterTargetsInput>(
  DeregisterTargets$,
  ["TargetGroupArn", "Targets.Id", "Targets.Port"],
  (region, input) => {
    const group = requireTargetGroup(region, input.TargetGroupArn);
    for (const key of keysOf(group, input.Targets)) deregisterTarget(region, group.arn, key);
    return {};
  },
);

export const describeTargetHealth = operation<DescribeTargetHealthInput>(
  DescribeTargetHealth$,
  ["TargetGroupArn", "Targets.Id", "Targets.Port"],
  (region, input) => {
    const group = requireTargetGroup(region, input.TargetGroupArn);
    const keys = input.Targets?.length ? keysOf(group, input.Targets) : group.targets;
    return {
      TargetHealthDescriptions: keys.map((key) => {
        const target = find(group, key);
        return {
          Target: { Id: key.instanceId, Port: key.port },
          HealthCheckPort: String(healthCheckPort(group.healthCheck, key)),
          TargetHealth:
            target === undefined ? notRegistered : describeHealth(region, group, target),
        };
      }),
    };
  },
);

const notRegistered = {
  State: "unused",
  Reason: "Target.NotRegistered",
  Description: "Target is not registered to the target group",
} as const;

function find({ targets }: TargetGroup, { instanceId, port }: TargetKey) {
  return targets.find((target) => target.instanceId === instanceId && target.port === port);
}

/** Without a port, a target is that of the target group's port. */
function keysOf(group: TargetGroup, inputs: readonly TargetDescription[] = []): TargetKey[] {
  if (inputs.length === 0) throw validationError("A target must be specified");
  return inputs.map(({ Id: instanceId = "", Port: port = group.port }) => {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw validationError(`Port '${port}' must be between '1' and '65535' inclusive`);
    }
    return { instanceId, port };
  });
}

/** "The instance must be in the running state when you register it." */
function requireRegistrable(region: Region, group: TargetGroup, id: string): void {
  const instance = region.table(instances).use(id);
  if (instance === undefined) {
    throw new AwsError("InvalidTarget", `The following targets are not valid instances: '${id}'`);
  }
  if (instance.vpcId !== group.vpcId) {
    throw new AwsError(
      "InvalidTarget",
      `The following targets are not in the target group VPC '${group.vpcId}': '${id}'`,
    );
  }
  if (instanceState(region, id) !== "running") {
    throw new AwsError(
      "InvalidTarget",
      `The following targets are not in a running state and cannot be registered: '${id}'`,
    );
  }
}
