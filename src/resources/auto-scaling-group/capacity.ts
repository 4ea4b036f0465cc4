import { typeOf } from "../../engine/address.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { AutoScalingGroupFields } from "./fields.ts";
import { sweepAutoScalingGroups } from "./look-ups.ts";

/**
 * A group that replaces another one starts with as many servers as that one has now, so that it can take over all
 * requests. A policy may have changed the number since the plan.
 */
export async function capacityFor(
  context: ResourceContext,
  { min, max }: Pick<AutoScalingGroupFields, "min" | "max">,
): Promise<number> {
  const replaces = (context.found ?? []).some(
    ({ address }) => typeOf(address) === "auto-scaling-group",
  );
  const groups = replaces ? await sweepAutoScalingGroups(context) : [];
  const before = groups.map(({ DesiredCapacity = 0 }) => DesiredCapacity);
  return Math.min(max, Math.max(min, ...before));
}
