import { typeOf } from "../../engine/address.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { Sources } from "./sources.ts";
import { untilDetached } from "./traffic-sources.ts";

/**
 * Waits until the groups of the stack have left these load balancers and target groups. An apply that ended while
 * they were being detached leaves requests in flight, and the group lists a source no longer as soon as that begins.
 */
export async function untilGroupsLeft(
  context: ResourceContext,
  sources: Partial<Sources>,
): Promise<void> {
  const groups = (context.found ?? []).filter(
    ({ address, status }) => typeOf(address) === "auto-scaling-group" && status !== "deleting",
  );
  await Promise.all(
    groups.map(({ physicalName }) =>
      untilDetached(context, physicalName, { loadBalancers: [], targetGroups: [], ...sources }),
    ),
  );
}
