import type { Rollout, StatusDocument } from "../view.ts";

/** What a status comes to. */
export interface Verdict {
  readonly healthy: boolean;
  /** Known only where the status was compared with the stack file. */
  readonly differs: boolean;
}

/**
 * Whether the tier serves, and whether it is as the stack file says. A rollout that is under way counts as
 * a difference: it is about to change the servers.
 */
export function verdictOf({ health, differences = [], rollouts }: StatusDocument): Verdict {
  return {
    healthy: health.healthy,
    differs: differences.length > 0 || rollouts.some(isUnderWay),
  };
}

/** Whether AWS is still at it. */
export function isUnderWay({ endedAt }: Rollout): boolean {
  return endedAt === undefined;
}
