import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignAmong, loadBalancingV2Tags } from "../shared/foreign.ts";
import { describeTags } from "../shared/load-balancing-v2-tags.ts";
import { describeTargetGroups } from "./live.ts";

/** Target groups with one of these names that do not belong to the stack. */
export async function foreignTargetGroups(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  const names = new Set(sought.map(({ physicalName }) => physicalName));
  const found = (await describeTargetGroups(context)).filter(({ TargetGroupName = "" }) =>
    names.has(TargetGroupName),
  );
  const arns = found.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
  const tags = await describeTags(context, arns);
  const holders = found
    // One that has no list of tags, not even an empty one, was just deleted.
    .filter(({ TargetGroupArn }) => tags.has(TargetGroupArn))
    .map(({ TargetGroupArn: id = "", TargetGroupName: physicalName = "" }) => ({
      id,
      physicalName,
      what: `a target group named ${physicalName} (${id})`,
      tags: tags.get(id),
    }));
  return foreignAmong(context, sought, holders, loadBalancingV2Tags);
}
