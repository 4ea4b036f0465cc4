import {
  type DeletionProtection,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { sizesAt } from "../../schedule/scheduled-sizes.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { AutoScalingGroupFields, GroupUpdate, LiveGroup } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";

/** The fields that are parameters of the group, by the same names in its create and update calls. */
type Setting =
  | "min"
  | "max"
  | "desired"
  | "instanceWarmup"
  | "deletionProtection"
  | "capacityRebalance"
  | "cooldown"
  | "healthCheckType"
  | "healthCheckGrace"
  | "subnets";

type Parameters = Omit<UpdateAutoScalingGroupCommandInput, "AutoScalingGroupName">;

const settings: {
  readonly [Name in Setting]: (value: AutoScalingGroupFields[Name]) => Parameters;
} = {
  min: (MinSize) => ({ MinSize }),
  max: (MaxSize) => ({ MaxSize }),
  desired: (DesiredCapacity) => (DesiredCapacity === null ? {} : { DesiredCapacity }),
  instanceWarmup: (DefaultInstanceWarmup) =>
    DefaultInstanceWarmup === null ? {} : { DefaultInstanceWarmup },
  capacityRebalance: (CapacityRebalance) =>
    CapacityRebalance === null ? {} : { CapacityRebalance },
  deletionProtection: (level) =>
    level === null ? {} : { DeletionProtection: level as DeletionProtection },
  cooldown: (DefaultCooldown) => ({ DefaultCooldown }),
  healthCheckType: (HealthCheckType) => ({ HealthCheckType }),
  healthCheckGrace: (HealthCheckGracePeriod) => ({ HealthCheckGracePeriod }),
  subnets: (subnets) => ({ VPCZoneIdentifier: subnets.join(",") }),
};

/** These settings as parameters; all settings, if none are named. */
export function parametersOf(
  fields: AutoScalingGroupFields,
  names: readonly Setting[] = Object.keys(settings) as Setting[],
): Parameters {
  const parameters: Parameters = {};
  const write = <Name extends Setting>(name: Name) => settings[name](fields[name]);
  for (const name of names) Object.assign(parameters, write(name));
  return parameters;
}

/**
 * The fields with the sizes of this moment. Those of the plan no longer hold if a scheduled action has run since: the
 * person who was asked may have thought for an hour, and a build takes a quarter of one.
 */
export function withSizesNow(
  { clock }: Pick<ResourceContext, "clock">,
  fields: AutoScalingGroupFields,
): AutoScalingGroupFields {
  const { scheduledSizes, schedule } = fields;
  if (scheduledSizes === null) return fields;
  const { min, max } = sizesAt(scheduledSizes, schedule, clock.now());
  return { ...fields, min, max };
}

/** Sets sizes that the schedule no longer has, because a scheduled action would have run before it was put. */
export async function correctSizes(
  context: ResourceContext,
  group: string,
  { scheduledSizes, schedule }: AutoScalingGroupFields,
): Promise<void> {
  if (scheduledSizes === null) return;
  const found = await lookAtGroup(context, group);
  if (found === undefined) return;
  const now = context.clock.now();
  const { min, max } = sizesAt(scheduledSizes, schedule, now);
  // By AWS's clock, the next action may have run already. An action that was put after its time did not run.
  const next = sizesAt(scheduledSizes, schedule, now + 60_000);
  const { MinSize = min, MaxSize = max } = found;
  if ([min, next.min].includes(MinSize) && [max, next.max].includes(MaxSize)) return;
  const command = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: group,
    MinSize: min,
    MaxSize: max,
  });
  await patiently(context, () => context.clients.autoScaling.send(command));
}

/** Updates the changed settings, and no others, in one call. */
export async function updateSettings(
  input: GroupUpdate,
  changed: readonly Setting[],
): Promise<LiveGroup> {
  const { context, live } = input;
  const { fields } = input;
  const isSized = changed.some((name) => name === "min" || name === "max");
  // AWS refuses a new minimum above the old maximum, which a scheduled action may have set a moment ago.
  const named =
    fields.scheduledSizes !== null && isSized
      ? [...new Set<Setting>([...changed, "min", "max"])]
      : changed;
  const parameters = parametersOf(withSizesNow(context, fields), named);
  if (Object.keys(parameters).length === 0) return live;
  const command = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: live.physicalName,
    ...parameters,
  });
  await patiently(context, () => context.clients.autoScaling.send(command));
  return live;
}

async function patiently(context: ResourceContext, call: () => Promise<unknown>): Promise<void> {
  await retry(call, {
    while: ["in-progress"],
    reason: "a scaling activity of the group is still in progress",
    deadline: consistencyDeadline,
    context,
  });
}
