import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignByArn } from "../shared/foreign-by-arn.ts";
import { describeTargetGroups } from "./live.ts";

/** Target groups with one of these names that do not belong to the stack. */
export async function foreignTargetGroups(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  const found = await describeTargetGroups(context);
  return foreignByArn(
    context,
    sought,
    found.map(({ TargetGroupArn: arn, TargetGroupName: name }) => ({
      arn,
      name,
      what: `a target group named ${name} (${arn})`,
    })),
  );
}
