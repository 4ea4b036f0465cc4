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
            summary: `the load balancer is in ${words(loadBalancer)}, and its servers are in ${words(servers)}; both will move to ${words(idsOf(chosen))}`,
            remedy:
              "Public subnets come first, then the load balancer's subnets. To use others, name them in network.subnets.",
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
      ? "was deleted or is no longer shared with this account"
      : `is not available (${subnet.state})`;
  return [
    {
      summary: `${id}, a subnet of this stack, ${what}; the stack will move to ${words(idsOf(instead.length === 0 ? chosen : instead))}`,
      remedy: "To use other subnets, name them in network.subnets.",
    },
  ];
}

/** What may not work in these subnets, judged by their routes and zones. */
export function doubtsAboutServing(
  chosen: readonly KnownSubnet[],
  { internetFacing, routes, instanceType, offering, offerings = new Map() }: Suitability,
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
            summary: `${words(idsOf(closed))} ${closed.length === 1 ? "has" : "have"} no route to an internet gateway: a load balancer there is not reachable from the internet`,
            remedy:
              "Name public subnets in network.subnets, or add a route to an internet gateway to their route tables. In a VPC without an internet gateway, AWS refuses the load balancer.",
          },
        ]),
    ...(offline.length === 0
      ? []
      : [
          {
            summary: `${words(idsOf(offline))} has no route to the internet: a build there can install packages only from inside the VPC`,
            remedy:
              "Add a route to an internet gateway or NAT gateway to its route table, or name another subnet first in network.subnets.",
          },
        ]),
    ...(lacking.length === 0
      ? []
      : [
          {
            summary: `${lacking.map(({ zone }) => zone).join(", ")} ${lacking.length === 1 ? "does" : "do"} not offer ${instanceType}: no servers start there`,
            remedy: "Name subnets of other zones, or choose another scaling.instanceType.",
          },
        ]),
    ...doubtsAboutTypes(
      chosen.filter(({ zone }) => offering.has(zone)),
      offerings,
    ),
  ];
}

/** Zones that offer some of several instance types, and not all. */
export function doubtsAboutTypes(
  chosen: readonly KnownSubnet[],
  offerings: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Doubt[] {
  if (offerings.size < 2) return [];
  const zones = [...new Set(chosen.map(({ zone }) => zone))].sort();
  return zones.flatMap((zone) => {
    const lacking = [...offerings]
      .filter(([, offering]) => !offering.has(zone))
      .map(([type]) => type);
    if (lacking.length === 0) return [];
    const others =
      lacking.length === offerings.size
        ? "no servers start there"
        : "servers there have the other types";
    return [
      {
        summary: `${zone} does not offer ${lacking.join(", ")}: ${others}`,
        remedy:
          "If that leaves too few types, name subnets of other zones, or other types in scaling.instanceTypes.",
      },
    ];
  });
}

function idsOf(subnets: readonly KnownSubnet[]): readonly string[] {
  return subnets.map(({ id }) => id);
}

function words(ids: readonly string[]): string {
  return ids.toSorted().join(", ");
}
