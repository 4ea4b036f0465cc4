import type { Address, Live } from "../engine/resource.ts";
import { typeOf } from "../engine/values.ts";
import type { StatusHealth } from "../ui/view.ts";
import { type BalancerHealth, isInService, type ServerGroup } from "./servers.ts";

/** The facts that decide the health of a stack. */
export interface HealthFacts {
  readonly live: readonly Live[];
  readonly groups: readonly ServerGroup[];
  readonly balancers: readonly BalancerHealth[];
  /** Addresses that the stack file defines and that do not exist. */
  readonly missing: readonly Address[];
  /** The stack file's `scaling.min`. */
  readonly min: number;
}

/** Without these types, no server runs or no request reaches one. */
const SERVING: ReadonlySet<string> = new Set(["auto-scaling-group", "load-balancer"]);

/**
 * Whether the tier serves requests as it should. Resources that are not needed for that right now (a key, a
 * rule, an image) do not count: `status --check` reports a difference there.
 */
export function healthOf({ live, groups, balancers, missing, min }: HealthFacts): StatusHealth {
  const standing = groups.filter(({ isDeleting }) => !isDeleting);
  const inService = sum(standing.map(({ instances }) => instances.filter(isInService).length));
  const capacity = sum(standing.map(({ desired }) => desired));
  const desired = Math.max(capacity, min);
  const reasons = [
    ...(live.length === 0 ? ["No resources of this stack exist."] : missingReasons(missing)),
    ...groups
      .filter(({ isDeleting }) => isDeleting)
      .map(({ name }) => `AWS is deleting the Auto Scaling group ${name}.`),
    ...(standing.length > 0 && capacity < min ? [capacityReason(standing, capacity, min)] : []),
    ...balancers
      .filter((balancer) => balancer.inService === 0 && desired > 0)
      .map(({ name }) => `The load balancer ${name} has no server in service.`),
  ];
  return { healthy: reasons.length === 0 && inService >= desired, inService, desired, reasons };
}

function missingReasons(missing: readonly Address[]): readonly string[] {
  return missing
    .filter((address) => SERVING.has(typeOf(address)))
    .map((address) => `${address} does not exist.`);
}

function capacityReason(groups: readonly ServerGroup[], capacity: number, min: number): string {
  const names = groups.map(({ name }) => name).join(" and ");
  return `The desired capacity of the Auto Scaling group ${names} is ${capacity}, and the stack file's minimum is ${min}.`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
