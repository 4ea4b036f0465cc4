import { typeOf } from "../engine/address.ts";
import type { Address, Live } from "../engine/resource.ts";
import type { StatusHealth, StatusPart } from "../engine/status-format.ts";
import { resourceTypes } from "../resources/all.ts";

/** The facts that decide the health of a stack. */
export interface HealthFacts {
  readonly live: readonly Live[];
  /** What the resource types say of it. */
  readonly parts: readonly StatusPart[];
  /** Addresses that the stack file defines and that do not exist. */
  readonly missing: readonly Address[];
  /** The stack file's `scaling.min`. */
  readonly min: number;
}

const SERVING: ReadonlySet<string> = new Set(
  resourceTypes.filter(({ serving }) => serving).map(({ name }) => name),
);

/**
 * Whether the tier serves requests as it should. Resources that are not needed for that right now (a key, a
 * rule, an image) do not count: `status --check` reports a difference there.
 */
export function healthOf({ live, parts, missing, min }: HealthFacts): StatusHealth {
  const servers = parts.flatMap((part) => part.servers ?? []);
  const inService = sum(servers.map((each) => each.inService));
  const desired = Math.max(sum(servers.map((each) => each.desired)), min);
  const reasons = [
    ...(live.length === 0 ? ["No resources of this stack exist."] : missingReasons(missing)),
    ...parts.flatMap((part) => part.reasons?.({ min, desired }) ?? []),
  ];
  return { healthy: reasons.length === 0 && inService >= desired, inService, desired, reasons };
}

function missingReasons(missing: readonly Address[]): readonly string[] {
  return missing
    .filter((address) => SERVING.has(typeOf(address)))
    .map((address) => `${address} does not exist.`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
