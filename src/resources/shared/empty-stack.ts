import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { autoScalingGroup } from "../auto-scaling-group/index.ts";

/** Whether the stack has no servers, and wants none: then nobody misses what moves to another VPC. */
export function isEmptyStack(live: readonly Live[]): boolean {
  return live
    .filter(({ address }) => typeOf(address) === autoScalingGroup.name)
    .every(({ fields }) => fieldOf(fields, "desired") === 0);
}
