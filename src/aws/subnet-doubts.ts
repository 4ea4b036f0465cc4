import {
  isAvailable,
  type KnownSubnet,
  type Placement,
  type Suitability,
  sameIds,
} from "./subnet-choice.ts";

/** A warning about a choice of subnets. */
export interface Doubt {
  readonly summary: string;
  readonly remedy: string;
}

/** Why a stack does not keep its subnets. */
export function doubtsAboutMoving(
  { loadBalancer, servers }: Placement,
  known: readonly KnownSubnet[],
  chosen: readonly KnownSubnet[],
): readonly Doubt[] {
  return [
    ...[...new Set([...loadBalancer, ...servers])].flatMap((id) => lost(id, known, chosen)),
    ...(loadBalancer.length > 0 && servers.length > 0 && !sameIds(loadBalancer, servers)
      ? [
          {
            summary: `the load balancer is in ${words(loadBalancer)}, its servers are in ${words(servers)}: both will be in ${words(idsOf(chosen))}`,
            remedy:
              "Where the two differ, public subnets go first, then those of the load balancer. For others, name them in network.subnets.",
          },
        ]
      : []),
  ];
}

/** A subnet that the stack uses and that is no longer usable. */
function lost(
  id: string,
  known: readonly KnownSubnet[],
  chosen: readonly KnownSubnet[],
): readonly Doubt[] {
  const subnet = known.find((each) => each.id === id);
  if (subnet !== undefined && isAvailable(subnet)) return [];
  const instead = chosen.filter(({ zone }) => zone === subnet?.zone);
  const what =
    subnet === undefined
      ? "is gone, or shared with this account no more"
      : `is not available (${subnet.state})`;
  return [
    {
      summary: `${id}, which the stack is in, ${what}: it will be in ${words(idsOf(instead.length === 0 ? chosen : instead))}`,
      remedy: "To have it in other subnets, name them in network.subnets.",
    },
  ];
}

/** What may not work in these subnets, judged by their routes and zones. */
export function doubtsAboutServing(
  chosen: readonly KnownSubnet[],
  { internetFacing, routes, instanceType, offering }: Suitability,
): readonly Doubt[] {
  const closed = chosen.filter(
    ({ id }) => internetFacing && routes(id).internetGateway === undefined,
  );
  // The first is the builder's.
  const offline = chosen.slice(0, 1).filter(({ id }) => routes(id).wayOut === undefined);
  const lacking = chosen.filter(({ zone }) => !offering.has(zone));
  return [
    ...(closed.length === 0
      ? []
      : [
          {
            summary: `${words(idsOf(closed))} ${closed.length === 1 ? "has" : "have"} no route to an internet gateway: the internet does not reach a load balancer there`,
            remedy:
              "Name public subnets in network.subnets, or give their route tables such a route. In a VPC without an internet gateway AWS refuses the load balancer.",
          },
        ]),
    ...(offline.length === 0
      ? []
      : [
          {
            summary: `${words(idsOf(offline))} has no route to the internet: an image that is built there gets only packages from inside the VPC`,
            remedy:
              "Give its route table a route to an internet or NAT gateway, or name another subnet first in network.subnets.",
          },
        ]),
    ...(lacking.length === 0
      ? []
      : [
          {
            summary: `${lacking.map(({ zone }) => zone).join(", ")} ${lacking.length === 1 ? "does" : "do"} not offer ${instanceType}: no server is launched there`,
            remedy: "Name subnets of other zones, or choose another scaling.instanceType.",
          },
        ]),
  ];
}

function idsOf(subnets: readonly KnownSubnet[]): readonly string[] {
  return subnets.map(({ id }) => id);
}

function words(ids: readonly string[]): string {
  return ids.toSorted().join(", ");
}
