import { physicalName } from "../../engine/physical-name.ts";
import type { NameLimits } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";

/** "CreateRole", IAM API Reference. Roles belong to the account, not to a region. */
export const naming: NameLimits = { maxLength: 64, overRegions: true };

/** Of everything in IAM that belongs to a stack. Policies name it, so that they allow what is below it alone. */
export function rolePath(stack: string): string {
  return `/reconcile/${stack}/`;
}

/** The name of the stack's role in this region. IAM's lists have no tags, so the name alone tells the regions apart. */
export async function roleName({ stack, clients }: ResourceContext): Promise<string> {
  const region = await clients.region();
  return physicalName({
    stack,
    address: `role/${stack}`,
    region,
    generation: undefined,
    ...naming,
  });
}
