import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";

/** The VPC of the stack's own. Undefined while there is none. */
export function ownVpcIn(live: readonly Live[]): string | undefined {
  return live.find(({ address }) => typeOf(address) === "vpc")?.id;
}
