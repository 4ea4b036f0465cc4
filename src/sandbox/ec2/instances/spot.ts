import { defineEvent, type Region } from "../../region.ts";
import { durations } from "../durations.ts";
import { spotInterruptionNoticed, spotRebalanceRecommended } from "../signals.ts";
import { terminateInstance } from "./life.ts";
import { type InstanceRecord, instances } from "./tables.ts";

interface Reclaim {
  readonly id: string;
}

/** Whether EC2 can begin to take the instance back: a Spot Instance that runs and has no such message yet. */
export function isReclaimable({ spot, state }: InstanceRecord): boolean {
  return spot !== undefined && spot.recommendedAt === undefined && state === "running";
}

/**
 * EC2 takes a Spot Instance back: "Amazon EC2 always gives both an EC2 instance rebalance recommendation and a
 * Spot two-minute instance interruption notice" (Auto Scaling User Guide, "Capacity Rebalancing").
 */
export function reclaim(region: Region, { id }: InstanceRecord): void {
  const { spot } = region.table(instances).latest(id) ?? {};
  if (spot === undefined) return;
  spot.recommendedAt = region.now;
  region.schedule(spotNotice, durations.spotNotice * 1000, { id });
  region.signal(spotRebalanceRecommended, id);
}

const spotNotice = defineEvent<Reclaim>("ec2.spot-interruption-notice", (region, { id }) => {
  const { spot, state } = region.table(instances).latest(id) ?? {};
  if (spot === undefined || state === "shutting-down" || state === "terminated") return;
  spot.noticedAt = region.now;
  region.schedule(spotInterruption, durations.spotInterruption * 1000, { id });
  region.signal(spotInterruptionNoticed, id);
});

const spotInterruption = defineEvent<Reclaim>("ec2.spot-interruption", (region, { id }) =>
  // Protection from termination does not keep it.
  terminateInstance(region, id, "spotInterruption"),
);

export const spotEvents = [spotNotice, spotInterruption];
