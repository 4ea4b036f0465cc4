import type { RolloutStatus, StatusDocument } from "../../engine/status-format.ts";

/** The result of a status. */
export interface StatusVerdict {
  readonly healthy: boolean;
  /** Known only if the status was compared with the stack file. */
  readonly differs: boolean;
}

/**
 * Whether the tier is healthy, and whether it matches the stack file. A rollout in progress counts as a
 * difference, because it will change the servers.
 */
export function verdictOf({ health, differences = [], rollouts }: StatusDocument): StatusVerdict {
  return {
    healthy: health.healthy,
    differs: differences.length > 0 || rollouts.some(isUnderWay),
  };
}

/** Whether the rollout is still in progress. */
export function isUnderWay({ endedAt }: RolloutStatus): boolean {
  return endedAt === undefined;
}
