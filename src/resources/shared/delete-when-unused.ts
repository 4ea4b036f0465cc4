import { type AwsError, isAwsError } from "../../aws/errors.ts";
import { retry } from "../../aws/retry.ts";
import type { ResourceContext } from "./context.ts";

/**
 * A load balancer's network interfaces outlive it by minutes; Terraform's provider waits up to 35 minutes for them
 * (`waitForALBNetworkInterfacesToDetach`).
 */
const interfacesDeadline = 35 * 60_000;

/**
 * Deletes what AWS refuses to delete while something uses it. Everything of the stack that does is deleted before, so
 * only what AWS removes late is left, or something of others.
 *
 * @param stopIfHeld Called once, at the first refusal: throws if waiting does not help.
 * @param deadline In milliseconds.
 */
export async function deleteWhenUnused(
  context: ResourceContext,
  reason: string,
  remove: () => Promise<unknown>,
  stopIfHeld: (cause: AwsError) => Promise<void> = async () => {},
  deadline = interfacesDeadline,
): Promise<void> {
  let isChecked = false;
  await retry(
    async () => {
      try {
        await remove();
      } catch (error) {
        if (isAwsError(error, "not-found")) return;
        if (isAwsError(error, "in-use") && !isChecked) {
          isChecked = true;
          await stopIfHeld(error);
        }
        throw error;
      }
    },
    {
      while: ["in-use"],
      reason,
      deadline,
      pace: 2_000,
      maxPace: 10_000,
      context,
    },
  );
}
