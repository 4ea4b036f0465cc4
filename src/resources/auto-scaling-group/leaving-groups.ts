import { typeOf } from "../../engine/address.ts";
import type { ResourceContext } from "../shared/context.ts";
import { lookAtGroup } from "./look-ups.ts";
import { type Sources, sourcesOf } from "./sources.ts";
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
    groups.map(async ({ physicalName }) => {
      const group = await lookAtGroup(context, physicalName);
      // A destroy has deleted it before.
      if (group === undefined) return;
      // One that is still attached must be deleted before the group leaves it, because it keeps its name.
      const attached = sourcesOf(group);
      await untilDetached(context, physicalName, {
        loadBalancers: leaving(sources.loadBalancers, attached.loadBalancers),
        targetGroups: leaving(sources.targetGroups, attached.targetGroups),
      });
    }),
  );
}

function leaving(ids: readonly string[] = [], attached: readonly string[]): readonly string[] {
  return ids.filter((id) => !attached.includes(id));
}
