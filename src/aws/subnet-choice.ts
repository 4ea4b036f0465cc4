import { FactError } from "./fact-error.ts";
import { compareText } from "./order.ts";
import type { SubnetRoutes } from "./routes.ts";
import { compareZones, isOwnZone } from "./zones.ts";

/** The properties of a subnet that matter for a choice. */
export interface KnownSubnet {
  readonly id: string;
  readonly vpcId: string;
  /** The availability zone that it is in. */
  readonly zone: string;
  /** `available`, or why not. */
  readonly state: string;
  /** A subnet with only IPv6 has none. */
  readonly cidr: string | undefined;
  /** Whether instances in it get a public address. */
  readonly hasPublicAddresses: boolean;
  /** Its tag `Name`. */
  readonly name: string | undefined;
}

/** The current subnets of each part of the stack. Empty for a part that does not exist. */
export interface Placement {
  readonly loadBalancer: readonly string[];
  readonly servers: readonly string[];
}

/** The facts for a choice, and its purpose. */
export interface Suitability {
  /** Whether the subnets are for an internet-facing load balancer. */
  readonly internetFacing: boolean;
  readonly routes: (subnetId: string) => SubnetRoutes;
  /** One, or several in words. */
  readonly instanceType: string;
  /** Zones that offer an instance type of the servers. */
  readonly offering: ReadonlySet<string>;
  /** Zones by instance type. Omitted: there is one type. */
  readonly offerings?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The subnets of one VPC, and those that the stack uses. */
export interface Choosing {
  readonly vpcId: string;
  /** The number of zones, or their names. */
  readonly zones: number | readonly string[];
  /** The subnets that a new choice may select. */
  readonly candidates: readonly KnownSubnet[];
  /** The subnets that the stack uses, including those that are no longer available. */
  readonly own: readonly KnownSubnet[];
  readonly placement: Placement;
}

/**
 * The stack's own subnets, if they match the stack file: one per zone, in the order of the zones. So changes
 * elsewhere in the VPC do not move the stack. Undefined when a choice is necessary.
 */
export function stay({ zones, own, placement }: Choosing): readonly KnownSubnet[] | undefined {
  const { loadBalancer, servers } = placement;
  const isDivided =
    loadBalancer.length > 0 && servers.length > 0 && !sameIds(loadBalancer, servers);
  if (isDivided) return undefined;
  const there = own.filter(isAvailable).sort(byZone);
  if (new Set(there.map(zoneOf)).size < there.length) return undefined;
  const kept =
    typeof zones === "number"
      ? there.filter(({ zone }) => isOwnZone(zone)).slice(0, zones)
      : there.filter(({ zone }) => zones.includes(zone));
  return kept.length === countOf(zones) ? kept : undefined;
}

/**
 * Chooses one subnet per zone, in the order of the zones. The stack's own subnets come first, starting
 * with the load balancer's: the servers can follow it one by one, and its address stays the same. Then come
 * zones with exactly one usable subnet. With several candidates there is no choice, because a rule could
 * select another subnet after somebody adds one.
 *
 * @throws FactError when a zone has no usable subnet, or more than one.
 */
export function choose(choosing: Choosing, suitability: Suitability): readonly KnownSubnet[] {
  const { zones, vpcId } = choosing;
  const own = ownByZone(choosing, suitability);
  const fresh = freshByZone(choosing, suitability);
  const freshIn = (zone: string) => fresh.get(zone) ?? [];
  const isServed = (zone: string) => freshIn(zone).some((subnet) => leads(subnet, suitability));
  const known = [...new Set([...own.keys(), ...fresh.keys()])].sort(compareZones);
  const rank = (zone: string) => own.get(zone)?.rank ?? (isServed(zone) ? 0 : -1);
  const presence = presenceIn(choosing);
  const wanted =
    typeof zones === "number"
      ? known
          .filter(isOwnZone)
          .sort(
            (one, other) =>
              rank(other) - rank(one) ||
              presence(other) - presence(one) ||
              compareZones(one, other),
          )
          .slice(0, zones)
          .sort(compareZones)
      : [...zones].sort(compareZones);
  const sought = wanted.filter((zone) => !own.has(zone));
  const missing = sought.filter((zone) => freshIn(zone).length === 0);
  if (missing.length > 0 || wanted.length < countOf(zones)) {
    throw tooFewZones(choosing, suitability, missing, known);
  }
  const doubtful = sought.filter((zone) => freshIn(zone).length > 1);
  if (doubtful.length > 0) {
    throw severalSubnets(vpcId, sought.flatMap(freshIn), doubtful, suitability);
  }
  return wanted.flatMap((zone) => own.get(zone)?.subnet ?? freshIn(zone));
}

interface Own {
  readonly subnet: KnownSubnet;
  readonly rank: number;
}

/** The best of the stack's own subnets in each zone. */
function ownByZone(
  { own, placement }: Choosing,
  suitability: Suitability,
): ReadonlyMap<string, Own> {
  const { loadBalancer, servers } = placement;
  const ranked = own.filter(isAvailable).flatMap((subnet): readonly Own[] => {
    const hasLoadBalancer = loadBalancer.includes(subnet.id);
    const isSuited = leads(subnet, suitability);
    // A stack with only servers may use subnets where the internet cannot reach a load balancer.
    if (!hasLoadBalancer && !isSuited && suitability.internetFacing) return [];
    const rank =
      (isSuited ? 4 : 0) + (hasLoadBalancer ? 2 : 0) + (servers.includes(subnet.id) ? 1 : 0);
    return [{ subnet, rank }];
  });
  ranked.sort((one, other) => one.rank - other.rank || compareText(other.subnet.id, one.subnet.id));
  // The map keeps the last subnet of each zone.
  return new Map(ranked.map((each) => [each.subnet.zone, each]));
}

/** How many parts of the stack are in a zone, even in a subnet that can no longer be used. */
function presenceIn({ own, placement }: Choosing): (zone: string) => number {
  const zonesOf = (ids: readonly string[]) =>
    new Set(own.filter(({ id }) => ids.includes(id)).map(zoneOf));
  const loadBalancer = zonesOf(placement.loadBalancer);
  const servers = zonesOf(placement.servers);
  return (zone) => (loadBalancer.has(zone) ? 2 : 0) + (servers.has(zone) ? 1 : 0);
}

/** The usable subnets by zone. Not needed for a zone that has one of the stack's own subnets. */
function freshByZone(
  { candidates }: Choosing,
  suitability: Suitability,
): ReadonlyMap<string, readonly KnownSubnet[]> {
  const offered = candidates.filter(({ zone }) => suitability.offering.has(zone));
  const usable = [...Map.groupBy(offered, zoneOf)].map(([zone, subnets]) => {
    const suited = subnets.filter((subnet) => leads(subnet, suitability));
    // Without a load balancer, a route to the internet is optional: an image may need nothing from outside.
    return [
      zone,
      preferred(suitability.internetFacing || suited.length > 0 ? suited : subnets),
    ] as const;
  });
  return new Map(usable.filter(([, subnets]) => subnets.length > 0));
}

function leads({ id }: KnownSubnet, { internetFacing, routes }: Suitability): boolean {
  const { internetGateway, wayOut } = routes(id);
  return (internetFacing ? internetGateway : wayOut) !== undefined;
}

/** The subnets whose instances get a public address, if there are any. Otherwise all. */
function preferred(subnets: readonly KnownSubnet[]): readonly KnownSubnet[] {
  const withPublicAddresses = subnets.filter(({ hasPublicAddresses }) => hasPublicAddresses);
  return withPublicAddresses.length > 0 ? withPublicAddresses : subnets;
}

function tooFewZones(
  { vpcId, zones, candidates }: Choosing,
  suitability: Suitability,
  missing: readonly string[],
  known: readonly string[],
): FactError {
  const available = [...new Set(candidates.map(zoneOf))].sort(compareZones);
  const counted = available.filter(isOwnZone);
  const absent = missing.filter((zone) => !available.includes(zone));
  const isLacking = typeof zones === "number" ? counted.length < zones : absent.length > 0;
  if (isLacking) {
    return new FactError(
      absent.length > 0
        ? `${vpcId} has no subnet in ${absent.join(", ")}`
        : `${vpcId} has subnets in ${inWords(counted)}, not in ${zones}`,
      `Set network.zones to zones that exist: ${available.join(", ")}.`,
    );
  }
  const { internetFacing, instanceType, offering } = suitability;
  const concerned = typeof zones === "number" ? counted : missing;
  const closed = concerned.filter(
    (zone) => !candidates.some((each) => each.zone === zone && leads(each, suitability)),
  );
  const lacking = concerned.filter((zone) => !offering.has(zone));
  const reasons = [
    ...(internetFacing && closed.length > 0 ? [`no public subnet in ${closed.join(", ")}`] : []),
    ...(lacking.length > 0 ? [`no ${instanceType} in ${lacking.join(", ")}`] : []),
  ].join(", ");
  const serving = known.length === 0 ? "" : ` (${known.join(", ")})`;
  return new FactError(
    missing.length > 0
      ? `${vpcId} has no usable subnet in ${missing.join(", ")}: ${reasons}`
      : `${vpcId} has usable subnets in ${inWords(known.filter(isOwnZone))}, not in ${zones}: ${reasons}`,
    [
      ...(internetFacing && closed.length > 0
        ? [
            "An internet-facing load balancer needs a public subnet in each zone. The route table of a public subnet has a route to an internet gateway.",
          ]
        : []),
      ...(lacking.length > 0
        ? ["Servers need a zone that offers their instance type (scaling.instanceType)."]
        : []),
      `Set network.zones to usable zones${serving}, or name the subnets in network.subnets. The subnets are:`,
      ...listed(candidates, suitability),
    ].join("\n"),
  );
}

function inWords({ length }: readonly string[]): string {
  return `${length} availability zone${length === 1 ? "" : "s"}`;
}

function severalSubnets(
  vpcId: string,
  candidates: readonly KnownSubnet[],
  doubtful: readonly string[],
  suitability: Suitability,
): FactError {
  return new FactError(
    `${vpcId} has several usable subnets in ${doubtful.join(", ")}`,
    [
      "Name one for each zone in network.subnets, instead of network.zones. The subnets are:",
      ...listed(candidates, suitability),
    ].join("\n"),
  );
}

function listed(subnets: readonly KnownSubnet[], { routes }: Suitability): readonly string[] {
  return subnets
    .toSorted((one, other) => byZone(one, other) || compareText(one.id, other.id))
    .map((subnet) => `  ${describe(subnet, routes(subnet.id))}`);
}

function describe(
  { id, zone, cidr, hasPublicAddresses, name }: KnownSubnet,
  { wayOut }: SubnetRoutes,
): string {
  return [
    id,
    zone,
    ...(cidr === undefined ? [] : [cidr]),
    wayOut === undefined ? "no route to the internet" : `route to ${wayOut}`,
    hasPublicAddresses ? "public addresses" : "no public addresses",
    name === undefined || name === "" ? "no name" : JSON.stringify(name),
  ].join("  ");
}

/** Whether the subnet can be used. */
export function isAvailable({ state }: KnownSubnet): boolean {
  return state === "available";
}

function countOf(zones: Choosing["zones"]): number {
  return typeof zones === "number" ? zones : zones.length;
}

function zoneOf({ zone }: KnownSubnet): string {
  return zone;
}

/** In the order of their zones. */
export function byZone(one: KnownSubnet, other: KnownSubnet): number {
  return compareZones(one.zone, other.zone);
}

/** Whether both contain the same names, in any order. */
export function sameIds(one: readonly string[], other: readonly string[]): boolean {
  const ids = new Set(one);
  return ids.size === new Set(other).size && other.every((id) => ids.has(id));
}
