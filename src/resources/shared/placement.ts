import type { Placement } from "../../aws/known-subnets.ts";
import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { applicationLoadBalancer } from "../application-load-balancer/index.ts";
import { autoScalingGroup } from "../auto-scaling-group/index.ts";
import { loadBalancer } from "../load-balancer/index.ts";

/**
 * The subnets of a stack's live resources. Ignores resources that are being deleted. For an internet-facing load
 * balancer, ignores the subnets of an internal one, which need no route from the internet. One of the other type than
 * the stack file's is ignored once there is one of that type: it stays where it is, or goes.
 */
export function placementOf(
  live: readonly Live[],
  {
    internetFacing = true,
    loadBalancer: wanted,
  }: {
    readonly internetFacing?: boolean;
    readonly loadBalancer?: "classic" | "application";
  } = {},
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
  const byType = {
    classic: subnetsOf(loadBalancer),
    application: subnetsOf(applicationLoadBalancer),
  };
  const ofWanted = wanted === undefined ? [] : byType[wanted];
  return {
    loadBalancer: ofWanted.length > 0 ? ofWanted : subnetsOf(loadBalancer, applicationLoadBalancer),
    servers: subnetsOf(autoScalingGroup),
    applicationLoadBalancer: byType.application,
  };
}

/** Whether servers of the stack are in private subnets of its own network. */
export function hasPrivateServers(live: readonly Live[]): boolean {
  const { servers } = placementOf(live);
  return live.some(
    ({ address, id }) => address.startsWith(PRIVATE_SUBNETS) && servers.includes(id),
  );
}

const PRIVATE_SUBNETS = "subnet/private-";

const stays: ReadonlySet<Live["status"]> = new Set(["ready", "settling", "partial"]);

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((each) => typeof each === "string");
}
