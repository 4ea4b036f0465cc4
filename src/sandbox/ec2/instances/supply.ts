import { AwsError, invalidValue } from "../../error.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import { zonesOf } from "../network/tables.ts";
import { isInstanceType } from "./types.ts";

/**
 * A zone's capacity of an instance type: `none` is temporary, `not-offered` means that the zone
 * lacks the type.
 */
export type Supply = "plenty" | "none" | "not-offered";

/** A shortage in a zone. Types without a record have plenty of capacity. */
interface ShortageRecord {
  readonly zone: string;
  /** Undefined: every type. */
  readonly instanceType?: string;
  supply: Exclude<Supply, "plenty">;
}

export const shortages = defineTable<ShortageRecord>("shortage", ({ supply }, id) => ({
  id,
  state: supply,
  tags: {},
}));

/**
 * Sets the capacity of a zone for one instance type, or for every type.
 *
 * @throws AwsError for a zone or a type that does not exist.
 */
export function setSupply(
  region: Region,
  zone: string,
  supply: Supply,
  instanceType: string | undefined,
): void {
  if (!zonesOf(region.name).some(({ name }) => name === zone)) {
    throw invalidValue(`Invalid availability zone: [${zone}]`);
  }
  if (instanceType !== undefined && !isInstanceType(instanceType)) {
    throw invalidValue(`Invalid value '${instanceType}' for InstanceType.`);
  }
  const table = region.table(shortages);
  for (const [key, shortage] of table.entries()) {
    const isReplaced = instanceType === undefined || shortage.instanceType === instanceType;
    if (shortage.zone === zone && isReplaced) table.remove(key, { immediate: true });
  }
  if (supply === "plenty") return;
  const record = { zone, supply, ...(instanceType === undefined ? {} : { instanceType }) };
  table.add(`${zone} ${instanceType ?? "*"}`, record, { immediate: true });
}

function supplyOf(region: Region, instanceType: string, zone: string): Supply {
  const table = region.table(shortages);
  const found = table.latest(`${zone} ${instanceType}`) ?? table.latest(`${zone} *`);
  return found?.supply ?? "plenty";
}

/** Whether a zone offers the type. */
export function isOffered(region: Region, instanceType: string, zone: string): boolean {
  return supplyOf(region, instanceType, zone) !== "not-offered";
}

/** Whether a zone that offers the type has capacity now. */
export function hasCapacity(region: Region, instanceType: string, zone: string): boolean {
  return supplyOf(region, instanceType, zone) !== "none";
}

/** @throws AwsError like a launch in a zone that does not offer the type. */
export function requireOffer(region: Region, instanceType: string, zone: string): void {
  if (isOffered(region, instanceType, zone)) return;
  const others = zonesOf(region.name)
    .map(({ name }) => name)
    .filter((name) => isOffered(region, instanceType, name));
  throw new AwsError(
    "Unsupported",
    `Your requested instance type (${instanceType}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${others.join(", ")}.`,
  );
}

/** EC2 has no capacity for the type in the zone. */
export function insufficientCapacity(type: string, zone: string): AwsError {
  return new AwsError(
    "InsufficientInstanceCapacity",
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity. You can currently get ${type} capacity by not specifying an Availability Zone in your request or choosing another one.`,
    500,
  );
}
