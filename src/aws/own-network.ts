import { DescribeAvailabilityZonesCommand, paginateDescribeVpcs } from "@aws-sdk/client-ec2";
import { prefixLength, rangesIn, rangesOverlap } from "./address-range.ts";
import type { Clients } from "./clients.ts";
import { FactError } from "./fact-error.ts";
import { REACHED_WORDS } from "./moving-doubts.ts";
import { lookUpOfferings } from "./offerings.ts";
import { compareText } from "./order.ts";
import { everyPage } from "./paging.ts";
import { type Doubt, doubtsAboutTypes } from "./subnet-doubts.ts";
import { sweepSubnets } from "./subnets.ts";
import { isOwnZone } from "./zones.ts";

/** What the stack file says of a network of the stack's own. */
export interface OwnNetworkWish {
  /** Undefined: the range of the network that exists, or else the usual one. */
  readonly cidr: string | undefined;
  readonly usual: string;
  readonly zones: number | readonly string[];
  readonly instanceTypes: readonly string[];
  /** Whether the servers have other types so far. */
  readonly hasNewTypes: boolean;
  /** Whether servers that the internet cannot reach yet will be public. */
  readonly exposes: boolean;
}

/** What of it exists. */
export interface OwnNetworkParts {
  readonly vpc: { readonly id: string; readonly cidr: string } | undefined;
  readonly subnets: readonly {
    readonly zone: string;
    readonly side: "public" | "private";
    readonly cidr: string;
  }[];
  /** The zones that have a NAT gateway of their own, then those that only have its address. */
  readonly natZones: readonly string[];
}

export interface OwnNetworkChoice {
  readonly cidr: string;
  readonly zones: readonly {
    readonly zone: string;
    readonly publicRange: string;
    readonly privateRange: string;
  }[];
  readonly natZone: string;
  readonly doubts: readonly Doubt[];
}

/**
 * Chooses the zones and address ranges of a network. What exists stays: a zone that AWS adds, or another order of the
 * zones, changes nothing. Only a new zone, a new network or what new servers are of is looked up.
 *
 * @throws FactError if the region has too few zones, or the network too few free addresses.
 */
export async function chooseOwnNetwork(
  clients: Clients,
  wish: OwnNetworkWish,
  found: OwnNetworkParts,
): Promise<OwnNetworkChoice> {
  // Another range is another VPC, in the same zones. No subnet of the present one has a place in it.
  const isMoving =
    wish.cidr !== undefined && found.vpc !== undefined && found.vpc.cidr !== wish.cidr;
  const parts = isMoving ? { ...found, vpc: undefined, subnets: [] } : found;
  const cidr = parts.vpc?.cidr ?? wish.cidr ?? wish.usual;
  const [{ zones, doubts }, overlaps] = await Promise.all([
    chooseZones(clients, wish, found),
    parts.vpc === undefined ? overlapDoubts(clients, cidr, found.vpc?.id) : [],
  ]);
  const ranges = await chooseRanges(clients, cidr, zones, parts);
  const natZone = parts.natZones.find((zone) => zones.includes(zone)) ?? zones[0] ?? "";
  return {
    // Another one than what exists is refused with the way that works, unless the stack is empty.
    cidr,
    zones: ranges,
    natZone,
    doubts: [...overlaps, ...(wish.exposes ? [exposing] : []), ...doubts],
  };
}

const exposing: Doubt = {
  summary: `the servers are in private subnets, which the internet cannot reach; they will move to the network's public subnets, which it can. ${REACHED_WORDS}`,
  remedy: "To leave the servers where they are, write servers: private in network.",
};

async function chooseZones(
  clients: Clients,
  { zones: wanted, instanceTypes, hasNewTypes }: OwnNetworkWish,
  { subnets }: OwnNetworkParts,
): Promise<{ readonly zones: readonly string[]; readonly doubts: readonly Doubt[] }> {
  const there = [...new Set(subnets.map(({ zone }) => zone))].sort(compareText);
  const isCount = typeof wanted === "number";
  const asked = isCount ? [] : [...wanted].sort(compareText);
  const isThere = isCount ? there.length >= wanted : asked.every((zone) => there.includes(zone));
  if (isThere) {
    const zones = isCount ? there.slice(0, wanted) : asked;
    const offerings = hasNewTypes ? await lookUpOfferings(clients, instanceTypes) : undefined;
    return { zones, doubts: offerings === undefined ? [] : typeDoubts(zones, offerings) };
  }
  const [known, offerings] = await Promise.all([
    availableZones(clients),
    lookUpOfferings(clients, instanceTypes),
  ]);
  const offering = new Set([...offerings.values()].flatMap((zones) => [...zones]));
  if (isCount) {
    const fresh = known.filter((zone) => !there.includes(zone) && offering.has(zone));
    const zones = [...there, ...fresh.slice(0, wanted - there.length)].sort(compareText);
    if (zones.length < wanted)
      throw await tooFewZones(clients, wanted, { zones, known }, instanceTypes);
    return { zones, doubts: typeDoubts(zones, offerings) };
  }
  const unknown = asked.filter((zone) => !known.includes(zone) && !there.includes(zone));
  if (unknown.length > 0) {
    throw new FactError(
      `${await clients.region()} has no availability zone ${unknown.join(", ")} that this account can use`,
      `Set network.zones to zones that exist: ${known.join(", ")}.`,
    );
  }
  return { zones: asked, doubts: typeDoubts(asked, offerings) };
}

function typeDoubts(
  zones: readonly string[],
  offerings: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Doubt[] {
  const [[type, offering] = ["", new Set<string>()], ...others] = offerings;
  if (others.length > 0) {
    const places = zones.map((zone) => ({ zone }));
    return doubtsAboutTypes(places, offerings).map(({ summary }) => ({
      summary,
      remedy:
        "If that leaves too few types, name other zones in network.zones, or other types in scaling.instanceTypes.",
    }));
  }
  return zones
    .filter((zone) => !offering.has(zone))
    .map((zone) => ({
      summary: `${zone} does not offer ${type}: no servers start there`,
      remedy: "Name other zones in network.zones, or choose another scaling.instanceType.",
    }));
}

/** The region's own zones that the account can use, in the order of their names. */
async function availableZones({ ec2 }: Clients): Promise<readonly string[]> {
  const { AvailabilityZones = [] } = await ec2.send(
    new DescribeAvailabilityZonesCommand({
      Filters: [
        { Name: "zone-type", Values: ["availability-zone"] },
        { Name: "state", Values: ["available"] },
        { Name: "opt-in-status", Values: ["opt-in-not-required"] },
      ],
    }),
  );
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
    .filter(isOwnZone)
    .sort(compareText);
}

async function tooFewZones(
  clients: Clients,
  wanted: number,
  { zones, known }: { readonly zones: readonly string[]; readonly known: readonly string[] },
  instanceTypes: readonly string[],
): Promise<FactError> {
  const region = await clients.region();
  if (known.length < wanted && zones.length === known.length) {
    return new FactError(
      `${region} has ${known.length} availability zones that this account can use, but network.zones is ${wanted}`,
      `Set network.zones to ${known.length}.`,
    );
  }
  const offered = zones.length === 0 ? "no zone" : `only ${zones.join(", ")}`;
  return new FactError(
    `${offered} of ${region} can have servers of the type ${instanceTypes.join(" or ")}, but network.zones is ${wanted}`,
    zones.length === 0
      ? "Choose another scaling.instanceType."
      : `Set network.zones to ${zones.length}, or choose another scaling.instanceType.`,
  );
}

/** Two networks with common addresses can never be connected, and AWS cannot change the range later. */
async function overlapDoubts(
  { ec2 }: Clients,
  cidr: string,
  own: string | undefined,
): Promise<readonly Doubt[]> {
  const found = await everyPage(
    paginateDescribeVpcs({ client: ec2 }, { MaxResults: 1000 }),
    (page) => page.Vpcs,
  );
  const others = found.filter(({ VpcId }) => VpcId !== own);
  const overlapping = others.filter(({ CidrBlock, CidrBlockAssociationSet = [] }) =>
    [CidrBlock, ...CidrBlockAssociationSet.map(({ CidrBlock: block }) => block)].some(
      (block) => block !== undefined && rangesOverlap(block, cidr),
    ),
  );
  return overlapping.map(({ VpcId, CidrBlock }) => ({
    summary: `${VpcId} of this account has addresses of ${cidr}, too (${CidrBlock}): the two networks can never be connected, by peering or a transit gateway`,
    remedy:
      "If they may have to be, set network.cidr to a range that nothing else has. It cannot be changed while the stack has servers.",
  }));
}

/**
 * A private range is an eighth of the network, a public one a thirty-second: 8192 and 2048 addresses of a /16, 128 and
 * 32 of a /22. An application load balancer needs 32. So six zones have room beside one another.
 */
const sizes = { private: 3, public: 5 } as const;

/** The first blocks that nothing has. What a zone has stays. */
async function chooseRanges(
  clients: Clients,
  cidr: string,
  zones: readonly string[],
  { vpc, subnets }: OwnNetworkParts,
): Promise<OwnNetworkChoice["zones"]> {
  const known = (zone: string, side: "public" | "private") =>
    subnets.find((subnet) => subnet.zone === zone && subnet.side === side)?.cidr;
  const isNew = zones.some(
    (zone) => known(zone, "public") === undefined || known(zone, "private") === undefined,
  );
  // Others may have put subnets into the network.
  const inVpc =
    vpc === undefined || !isNew
      ? []
      : await sweepSubnets(clients, { Name: "vpc-id", Values: [vpc.id] });
  const taken = [
    ...subnets.map((subnet) => subnet.cidr),
    ...inVpc.flatMap((subnet) => subnet.cidr ?? []),
  ];
  const take = (side: "public" | "private", zone: string): string => {
    const own = known(zone, side);
    if (own !== undefined) return own;
    const all = rangesIn(cidr, prefixLength(cidr) + sizes[side]);
    // Public ranges are at the end, private ones at the start.
    const candidates = side === "public" ? all.slice((all.length * 6) / 8) : all.slice(0, 6);
    const free = [...candidates, ...all].find(
      (range) => !taken.some((other) => rangesOverlap(range, other)),
    );
    if (free === undefined) {
      throw new FactError(
        `${vpc?.id ?? "the network"} (${cidr}) has no room for a ${side} subnet in ${zone}`,
        "Lower network.zones, or delete subnets of others in the network.",
      );
    }
    taken.push(free);
    return free;
  };
  return zones.map((zone) => ({
    zone,
    privateRange: take("private", zone),
    publicRange: take("public", zone),
  }));
}
