import {
  isAvailable,
  type KnownSubnet,
  kindByRoutes,
  type Placement,
  type Suitability,
  sameIds,
} from "./known-subnets.ts";

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
    ...doubtsAboutLost([...loadBalancer, ...servers], known, chosen),
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

/** Of the subnets that the stack uses: those that are no longer usable. */
export function doubtsAboutLost(
  ids: readonly string[],
  known: readonly KnownSubnet[],
  chosen: readonly KnownSubnet[],
): readonly Doubt[] {
  return [...new Set(ids)].flatMap((id) => lost(id, known, chosen));
}

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
            summary: `${words(idsOf(offline))} has no route to the internet: a build there can install packages only from inside the VPC`,
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
      summary: `${words(idsOf(closed))} ${closed.length === 1 ? "has" : "have"} no route to an internet gateway: a load balancer there is not reachable from the internet`,
      remedy:
        "Name public subnets in network.subnets, or add a route to an internet gateway to their route tables. In a VPC without an internet gateway, AWS refuses the load balancer.",
    },
  ];
}

/** Zones that lack the instance types. */
function doubtsAboutZones(
  chosen: readonly KnownSubnet[],
  { instanceType, offering, offerings = new Map() }: Suitability,
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
            summary: `${words(idsOf(offline))} ${offline.length === 1 ? "has" : "have"} no route to the internet: servers there reach only what is inside the VPC${hasBuilder ? ", and a build can install packages only from there" : ""}`,
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

/** An internet-facing load balancer that is where the servers of a divided stack belong. */
export function doubtsAboutOpening(
  { loadBalancer }: Placement,
  chosen: readonly KnownSubnet[],
  { internetFacing, routes }: Suitability,
): readonly Doubt[] {
  const closed = loadBalancer.filter(
    (id) => internetFacing && kindByRoutes(id, routes) === "private",
  );
  if (closed.length === 0) return [];
  return [
    {
      summary: `the load balancer is in ${words(closed)}, which the internet cannot reach; it will move to ${words(idsOf(chosen))}`,
      remedy: "To use other public subnets, name them in network.subnets.",
    },
  ];
}

/** A stack whose servers the internet can reach, while the stack file defines private ones. */
export function doubtsAboutHiding(
  { loadBalancer, servers }: Placement,
  chosen: readonly KnownSubnet[],
  { internetFacing, routes }: Suitability,
): readonly Doubt[] {
  const isReached = (id: string) => kindByRoutes(id, routes) === "public";
  // An internet-facing one is where it has to be.
  const balancers = internetFacing ? [] : loadBalancer.filter(isReached);
  const reached = [...new Set([...balancers, ...servers.filter(isReached)])];
  if (reached.length === 0) return [];
  const who = [
    ...(balancers.length > 0 ? ["the load balancer"] : []),
    ...(servers.some(isReached) ? ["the servers"] : []),
  ];
  const [verb, pronoun] = who.length === 1 && balancers.length > 0 ? ["is", "it"] : ["are", "they"];
  return [
    {
      summary: `${who.join(" and ")} ${verb} in ${words(reached)}, which the internet can reach; ${pronoun} will move to ${words(idsOf(chosen))}`,
      remedy: "To let the internet reach the servers' subnets, write servers: public in network.",
    },
  ];
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

function idsOf(subnets: readonly KnownSubnet[]): readonly string[] {
  return subnets.map(({ id }) => id);
}

function words(ids: readonly string[]): string {
  return ids.toSorted().join(", ");
}
