import type { Foreign, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignInWaf } from "../shared/foreign-in-waf.ts";
import { listIpSets } from "./live.ts";

/** IP sets with one of these names that do not belong to the stack. */
export async function foreignIpSets(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  return foreignInWaf(context, sought, await listIpSets(context), "an IP set");
}
