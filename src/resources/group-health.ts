import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../engine/errors.ts";
import { type Probe, waitFor } from "../engine/wait.ts";
import type { ResourceContext } from "./context.ts";
import {
  activityLines,
  type InstanceHealth,
  instanceHealth,
  registrations,
  scalingActivities,
} from "./instance-health.ts";

/**
 * From launch to in service takes two or three minutes; a quarter of an hour beyond the grace
 * period leaves room for instances that are replaced on the way.
 */
const healthyDeadline = 15 * 60_000;

/** An instance that fails to launch thrice in a row will fail again: the group itself never gives up. */
const failuresInARow = 3;

/** Waits until the group has as many healthy instances as it wants, and none it does not want. */
export async function waitUntilHealthy(
  context: ResourceContext,
  name: string,
  graceSeconds: number,
  look: () => Promise<AutoScalingGroup | undefined>,
): Promise<AutoScalingGroup> {
  const stopIfHopeless = watchLaunches(context, name);
  let instances: readonly InstanceHealth[] = [];
  try {
    return await waitFor({
      what: `every instance of ${name} to be in service`,
      deadline: healthyDeadline + graceSeconds * 1000,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<AutoScalingGroup>> => {
        const group = await look();
        if (group === undefined) return { pending: "the group is not visible yet" };
        instances = instanceHealth(group, await registrations(context, group));
        const total = group.DesiredCapacity ?? 0;
        const done = instances.filter(({ healthy }) => healthy).length;
        if (done >= total && instances.length === done) return { done: group };
        if (instances.length < total) await stopIfHopeless();
        return { pending: waitingWords(instances, total), progress: { done, total } };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    const states = instances.map((each) => `\n  ${each.id}: ${each.reason || "in service"}`);
    const activities = activityLines(await scalingActivities(context, name));
    throw new OutsideError(`${error.message}${states.join("")}${activities}`, {
      remedy:
        "Look at the application's log on an instance (or its console output), correct the image or the rules, and apply again.",
      cause: error,
    });
  }
}

function waitingWords(instances: readonly InstanceHealth[], total: number): string {
  const [first] = instances.filter(({ healthy }) => !healthy);
  if (first !== undefined) return `${first.id} ${first.reason}`;
  return `${instances.length} of ${total} instances launched`;
}

/**
 * Tells when the group's launches fail again and again. Failures of before the first look do not
 * count: their reason may have gone, and the group is only backing off.
 */
function watchLaunches(context: ResourceContext, name: string): () => Promise<void> {
  let earlier: ReadonlySet<string> | undefined;
  return async () => {
    const activities = await scalingActivities(context, name);
    earlier ??= new Set(activities.map(({ id }) => id));
    const recent = activities.filter(({ id }) => !earlier?.has(id));
    const failed = recent.slice(0, failuresInARow).filter(({ status }) => status === "Failed");
    if (failed.length < failuresInARow) return;
    throw new OutsideError(
      `the group ${name} cannot launch instances: ${failed[0]?.words}${activityLines(recent)}`,
      {
        code: "ScalingActivityFailed",
        operation: "autoscaling:DescribeScalingActivities",
        remedy:
          "Do what AWS's words ask for: another instance type or other zones (no capacity), a higher quota, or an image that exists. The group goes on trying meanwhile.",
      },
    );
  };
}
