import type { Subnet } from "@aws-sdk/client-ec2";
import { type Placement, type Suitability, sameIds, zoneOf } from "./subnet-choice.ts";

/** Something that a choice of subnets has to say. */
export interface Doubt {
  readonly summary: string;
  readonly remedy: string;
}

/** Why a stack does not simply stay in the subnets that it is in. */
export function doubtsAboutMoving(
  { loadBalancer, servers }: Placement,
  known: readonly Subnet[],
  chosen: readonly Subnet[],
): readonly Doubt[] {
  const ids = chosen.map(({ SubnetId = "" }) => SubnetId);
  return [
    ...[...new Set([...loadBalancer, ...servers])].flatMap((id) => lost(id, known, chosen)),
    ...(loadBalancer.length > 0 && servers.length > 0 && !sameIds(loadBalancer, servers)
      ? [
          {
            summary: `the load balancer is in ${words(loadBalancer)}, its servers are in ${words(servers)}: both will be in ${words(ids)}`,
            remedy:
              "Where the two differ, public subnets go first, then those of the load balancer. For others, name them in network.subnets.",
          },
        ]
      : []),
  ];
}

/** A subnet that the stack is in and that is of no use any more. */
function lost(id: string, known: readonly Subnet[], chosen: readonly Subnet[]): readonly Doubt[] {
  const subnet = known.find(({ SubnetId }) => SubnetId === id);
  if (subnet?.State === "available") return [];
  const instead = chosen.find((each) => subnet !== undefined && zoneOf(each) === zoneOf(subnet));
  const what =
    subnet === undefined
      ? "is gone, or shared with this account no more"
      : `is not available (${subnet.State ?? "in no known state"})`;
  return [
    {
      summary: `${id}, which the stack is in, ${what}: it will be in ${words((instead === undefined ? chosen : [instead]).map(({ SubnetId = "" }) => SubnetId))}`,
      remedy: "To have it in other subnets, name them in network.subnets.",
    },
  ];
}

/** What may not work in these subnets, as far as their routes and zones tell. */
export function doubtsAboutServing(
  chosen: readonly Subnet[],
  { internetFacing, routes, instanceType, offering }: Suitability,
): readonly Doubt[] {
  const ids = (subnets: readonly Subnet[]) => words(subnets.map(({ SubnetId = "" }) => SubnetId));
  const closed = internetFacing
    ? chosen.filter(({ SubnetId = "" }) => routes(SubnetId).internetGateway === undefined)
    : [];
  // The first is the builder's.
  const [builders] = chosen;
  const isOnline = builders === undefined || routes(builders.SubnetId ?? "").wayOut !== undefined;
  const lacking = chosen.filter((subnet) => !offering.has(zoneOf(subnet)));
  return [
    ...(closed.length === 0
      ? []
      : [
          {
            summary: `${ids(closed)} ${closed.length === 1 ? "has" : "have"} no route to an internet gateway: the internet does not reach a load balancer there`,
            remedy:
              "Name public subnets in network.subnets, or give their route tables such a route. In a VPC without an internet gateway AWS refuses the load balancer.",
          },
        ]),
    ...(isOnline
      ? []
      : [
          {
            summary: `${ids([builders])} has no route to the internet: an image that is built there gets only packages from inside the VPC`,
            remedy:
              "Give its route table a route to an internet or NAT gateway, or name another subnet first in network.subnets.",
          },
        ]),
    ...(lacking.length === 0
      ? []
      : [
          {
            summary: `${lacking.map(zoneOf).join(", ")} ${lacking.length === 1 ? "does" : "do"} not offer ${instanceType}: no server is launched there`,
            remedy: "Name subnets of other zones, or choose another scaling.instanceType.",
          },
        ]),
  ];
}

function words(ids: readonly string[]): string {
  return ids.toSorted().join(", ");
}
