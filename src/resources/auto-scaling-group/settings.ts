import {
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import type { AutoScalingGroupFields, GroupUpdate, LiveGroup } from "./live.ts";

/** The fields that are parameters of the group, by the same names in its create and update calls. */
type Setting =
  | "min"
  | "max"
  | "desired"
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

/** Updates the changed settings, and no others, in one call. */
export async function updateSettings(
  { context, live, fields }: GroupUpdate,
  changed: readonly Setting[],
): Promise<LiveGroup> {
  const parameters = parametersOf(fields, changed);
  if (Object.keys(parameters).length === 0) return live;
  await retry(
    () =>
      context.clients.autoScaling.send(
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName: live.physicalName,
          ...parameters,
        }),
      ),
    {
      while: ["in-progress"],
      reason: "a scaling activity of the group is still in progress",
      deadline: consistencyDeadline,
      context,
    },
  );
  return live;
}
