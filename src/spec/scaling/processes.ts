import { z } from "zod";

/**
 * The processes of a group that can be suspended, as AWS spells them ("Suspend and resume Amazon EC2 Auto Scaling
 * processes", Amazon EC2 Auto Scaling User Guide).
 */
const PROCESSES = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
] as const;

export type ScalingProcess = (typeof PROCESSES)[number];

/** The processes that the group does not run. */
export const suspendedSchema = z
  .array(z.enum(PROCESSES))
  .prefault([])
  .meta({
    description:
      "The processes of the group that are suspended, by AWS's names for them. A process that is not in the list is resumed if somebody suspended it by hand.",
    examples: [["AZRebalance"]],
  });
