import type { Placement } from "../../aws/subnet-choice.ts";
import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { autoScalingGroup } from "../auto-scaling-group/index.ts";
import { loadBalancer } from "../load-balancer/index.ts";

/** The subnets of a stack's live resources. Ignores resources that are being deleted. */
export function placementOf(live: readonly Live[]): Placement {
  const subnetsOf = (type: { readonly name: string }) => [
    ...new Set(
      live
        .filter(({ address, status }) => typeOf(address) === type.name && stays.has(status))
        .flatMap(({ fields }) => texts(fieldOf(fields, "subnets"))),
    ),
  ];
  return { loadBalancer: subnetsOf(loadBalancer), servers: subnetsOf(autoScalingGroup) };
}

const stays: ReadonlySet<Live["status"]> = new Set(["ready", "settling", "partial"]);

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((each) => typeof each === "string");
}
