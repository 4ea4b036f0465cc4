import type { ResourceContext } from "../shared/context.ts";

/** Of everything in IAM that belongs to a stack. Policies name it, so that they allow what is below it alone. */
export function rolePath(stack: string): string {
  return `/reconcile/${stack}/`;
}

/** Names of roles are unique in an account, over all regions, and the stack may exist in several. */
export function roleNameIn(stack: string, region: string): string {
  return `${stack}-${region}`;
}

export async function roleName({ stack, clients }: ResourceContext): Promise<string> {
  return roleNameIn(stack, await clients.region());
}
