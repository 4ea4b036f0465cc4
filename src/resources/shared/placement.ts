import type { Placement } from "../../aws/known-subnets.ts";
import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { applicationLoadBalancer } from "../application-load-balancer/index.ts";
import { autoScalingGroup } from "../auto-scaling-group/index.ts";
import { loadBalancer } from "../load-balancer/index.ts";

/**
 * The subnets of a stack's live resources. Ignores resources that are being deleted. For an internet-facing load
 * balancer, ignores the subnets of an internal one, which need no route from the internet.
 */
export function placementOf(
  live: readonly Live[],
  { internetFacing = true }: { readonly internetFacing?: boolean } = {},
): Placement {
  const isOther = ({ fields }: Live) => internetFacing && fieldOf(fields, "scheme") === "internal";
  const subnetsOf = (...types: readonly { readonly name: string }[]) => [
    ...new Set(
      live
        .filter(({ address, status }) => {
          return types.some(({ name }) => typeOf(address) === name) && stays.has(status);
        })
        .filter((each) => !isOther(each))
        .flatMap(({ fields }) => texts(fieldOf(fields, "subnets"))),
    ),
  ];
  return {
    loadBalancer: subnetsOf(loadBalancer, applicationLoadBalancer),
    servers: subnetsOf(autoScalingGroup),
    applicationLoadBalancer: subnetsOf(applicationLoadBalancer),
  };
}

const stays: ReadonlySet<Live["status"]> = new Set(["ready", "settling", "partial"]);

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((each) => typeof each === "string");
}
