import {
  type KnownSubnet,
  listedSubnets,
  type Placement,
  type Suitability,
  subnetIdsOf,
} from "./known-subnets.ts";

/** A warning about a choice of subnets. */
export interface Doubt {
  readonly summary: string;
  readonly remedy: string;
}

/** What may not work in these subnets, judged by their routes and zones. */
export function doubtsAboutServing(
  chosen: readonly KnownSubnet[],
  suitability: Suitability,
): readonly Doubt[] {
  // The first is the builder's.
  const offline = chosen.slice(0, 1).filter(({ id }) => isOffline(id, suitability));
  return [
    ...doubtsAboutBeingReached(chosen, suitability),
    ...(offline.length === 0
      ? []
      : [
          {
            summary: `${listedSubnets(subnetIdsOf(offline))} has no route to the internet: a build there can install packages only from inside the VPC`,
            remedy:
              "Add a route to an internet gateway or NAT gateway to its route table, or name another subnet first in network.subnets.",
          },
        ]),
    ...doubtsAboutZones(chosen, suitability),
  ];
}

/** Subnets in which the internet would not reach an internet-facing load balancer. */
function doubtsAboutBeingReached(
  chosen: readonly KnownSubnet[],
  { internetFacing, routes }: Suitability,
): readonly Doubt[] {
  const closed = chosen.filter(
    ({ id }) => internetFacing && routes(id).internetGateway === undefined,
  );
  if (closed.length === 0) return [];
  return [
    {
      summary: `${listedSubnets(subnetIdsOf(closed))} ${closed.length === 1 ? "has" : "have"} no route to an internet gateway: a load balancer there is not reachable from the internet`,
      remedy:
        "Name public subnets in network.subnets, or add a route to an internet gateway to their route tables. In a VPC without an internet gateway, AWS refuses the load balancer.",
    },
  ];
}

/** Zones that lack the instance types. */
export function doubtsAboutZones(
  chosen: readonly KnownSubnet[],
  {
    instanceType,
    offering,
    offerings = new Map(),
  }: Pick<Suitability, "instanceType" | "offering" | "offerings">,
): readonly Doubt[] {
  const lacking = chosen.filter(({ zone }) => !offering.has(zone));
  return [
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

/** Private subnets that lead nowhere. */
export function doubtsAboutPrivateServers(
  servers: readonly KnownSubnet[],
  suitability: Suitability,
): readonly Doubt[] {
  const offline = servers.filter(({ id }) => isOffline(id, suitability));
  const hasBuilder = offline.some(({ id }) => id === servers[0]?.id);
  return [
    ...(offline.length === 0
      ? []
      : [
          {
            summary: `${listedSubnets(subnetIdsOf(offline))} ${offline.length === 1 ? "has" : "have"} no route to the internet: servers there reach only what is inside the VPC${hasBuilder ? ", and a build can install packages only from there" : ""}`,
            remedy:
              "Add a route to a NAT gateway to the route tables of these subnets, or endpoints for what the servers need to the VPC, or name other subnets in network.subnets.",
          },
        ]),
    ...doubtsAboutZones(servers, suitability),
  ];
}

function isOffline(id: string, { routes }: Suitability): boolean {
  return routes(id).wayOut === undefined;
}

/**
 * "Subnets for your load balancer", User Guide for Application Load Balancers. AWS refuses to create one where fewer
 * addresses are free, whatever the size of the subnet.
 */
const SMALLEST = 27;
const FEWEST = 8;

/** Subnets with too little space for a new application load balancer. */
export function doubtsAboutSpace(
  chosen: readonly KnownSubnet[],
  { applicationLoadBalancer, loadBalancer }: Placement,
): readonly Doubt[] {
  const there = applicationLoadBalancer ?? loadBalancer;
  return chosen.filter(({ id }) => !there.includes(id)).flatMap(doubtsAboutSpaceIn);
}

function doubtsAboutSpaceIn(subnet: KnownSubnet): readonly Doubt[] {
  const { id, cidr, freeAddresses = FEWEST } = subnet;
  if (freeAddresses < FEWEST) {
    return [
      {
        summary: `${id} has ${freeAddresses} free address${freeAddresses === 1 ? "" : "es"}: AWS refuses an application load balancer where fewer than ${FEWEST} are free`,
        remedy:
          "Name other subnets in network.subnets, or delete what uses the addresses of this one.",
      },
    ];
  }
  if (!isSmall(subnet)) return [];
  return [
    {
      summary: `${id} (${cidr}) is smaller than /${SMALLEST}: an application load balancer may not get enough addresses there when its traffic grows`,
      remedy: "Name larger subnets in network.subnets.",
    },
  ];
}

function isSmall({ cidr }: KnownSubnet): boolean {
  return cidr !== undefined && Number(cidr.split("/")[1]) > SMALLEST;
}

/** Zones that offer some of several instance types, and not all. */
export function doubtsAboutTypes(
  chosen: readonly Pick<KnownSubnet, "zone">[],
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
