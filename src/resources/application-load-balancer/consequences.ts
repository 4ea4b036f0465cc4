import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { loadBalancerConsequences } from "../shared/load-balancer-consequences.ts";

/** What becomes of its URL. */
export function consequences(
  change: Change,
  plan: PlanDocument,
  _wanted: unknown,
  live?: readonly Live[],
): readonly Consequence[] {
  return loadBalancerConsequences(change, plan, live, "load-balancer");
}
