import type { Subnet } from "@aws-sdk/client-ec2";
import { FactError } from "./facts.ts";
import type { SubnetRoutes } from "./routes.ts";
import { compareText, compareZones, isOwnZone } from "./zones.ts";

/** The subnets that a stack's own pieces are in now; none of a piece that is not there. */
export interface Placement {
  readonly loadBalancer: readonly string[];
  readonly servers: readonly string[];
}

/** What was looked up for a choice, and what it is for. */
export interface Suitability {
  /** Whether the subnets are for a load balancer that the internet is to reach. */
  readonly internetFacing: boolean;
  readonly routes: (subnetId: string) => SubnetRoutes;
  readonly instanceType: string;
  /** Zones that have the instance type. */
  readonly offering: ReadonlySet<string>;
}

/** The subnets of one VPC, and which of them the stack is in. */
export interface Choosing {
  readonly vpcId: string;
  /** How many zones, or which. */
  readonly zones: number | readonly string[];
  /** Those that a new choice may fall on. */
  readonly candidates: readonly Subnet[];
  /** Those that the stack is in, also such as are not available any more. */
  readonly own: readonly Subnet[];
  readonly placement: Placement;
}

/**
 * The stack's own subnets where they are all that is wanted, one a zone, in the order of the zones:
 * whatever others do elsewhere in the VPC, it stays. Undefined where there is something to choose.
 */
export function stay({ zones, own, placement }: Choosing): readonly Subnet[] | undefined {
  const { loadBalancer, servers } = placement;
  const isDivided =
    loadBalancer.length > 0 && servers.length > 0 && !sameIds(loadBalancer, servers);
  if (isDivided) return undefined;
  const byZone = Map.groupBy(own.filter(isAvailable), zoneOf);
  if ([...byZone.values()].some((subnets) => subnets.length > 1)) return undefined;
  const there = [...byZone.keys()].sort(compareZones);
  const kept =
    typeof zones === "number"
      ? there.filter(isOwnZone).slice(0, zones)
      : [...zones].sort(compareZones).filter((zone) => byZone.has(zone));
  const wanted = typeof zones === "number" ? zones : zones.length;
  return kept.length === wanted ? kept.flatMap((zone) => byZone.get(zone) ?? []) : undefined;
}

/**
 * One subnet a zone, in the order of the zones. The stack's own come first, and of these the load
 * balancer's: its servers can follow it one by one, and what visitors reach stays. Then others, where
 * exactly one of a zone would do: whatever decided between several could decide otherwise after
 * somebody adds one.
 *
 * @throws FactError where there is none, or more than one.
 */
export function choose(choosing: Choosing, suitability: Suitability): readonly Subnet[] {
  const { zones, vpcId } = choosing;
  const own = ownByZone(choosing, suitability);
  const fresh = freshByZone(choosing, suitability);
  const canServe = (subnets: readonly Subnet[] = []) =>
    subnets.some((subnet) => leads(subnet, suitability));
  const known = [...new Set([...own.keys(), ...fresh.keys()])].sort(compareZones);
  const rank = (zone: string) => own.get(zone)?.rank ?? (canServe(fresh.get(zone)) ? 0 : -1);
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
  const missing = wanted.filter((zone) => !own.has(zone) && !fresh.has(zone));
  if (missing.length > 0 || (typeof zones === "number" && wanted.length < zones)) {
    throw tooFewZones(choosing, suitability, missing, known);
  }
  const sought = wanted.filter((zone) => !own.has(zone));
  const doubtful = sought.filter((zone) => (fresh.get(zone) ?? []).length > 1);
  if (doubtful.length > 0) {
    throw severalSubnets(
      vpcId,
      sought.flatMap((zone) => fresh.get(zone) ?? []),
      doubtful,
      suitability,
    );
  }
  return wanted.flatMap((zone) => own.get(zone)?.subnet ?? fresh.get(zone) ?? []);
}

interface Own {
  readonly subnet: Subnet;
  readonly rank: number;
}

/** The best of the stack's own subnets in each zone. */
function ownByZone(
  { own, placement }: Choosing,
  suitability: Suitability,
): ReadonlyMap<string, Own> {
  const { loadBalancer, servers } = placement;
  const ranked = own.filter(isAvailable).flatMap((subnet): readonly Own[] => {
    const id = subnet.SubnetId ?? "";
    const hasLoadBalancer = loadBalancer.includes(id);
    const isSuited = leads(subnet, suitability);
    // Servers alone may have been where no load balancer can be reached.
    if (!hasLoadBalancer && !isSuited && suitability.internetFacing) return [];
    const rank = (isSuited ? 4 : 0) + (hasLoadBalancer ? 2 : 0) + (servers.includes(id) ? 1 : 0);
    return [{ subnet, rank }];
  });
  ranked.sort(
    (one, other) =>
      other.rank - one.rank || compareText(one.subnet.SubnetId, other.subnet.SubnetId),
  );
  return new Map(ranked.reverse().map((each) => [zoneOf(each.subnet), each]));
}

/** How much of the stack is in a zone, be it in a subnet that cannot be kept. */
function presenceIn({ own, placement }: Choosing): (zone: string) => number {
  const zonesOf = (ids: readonly string[]) =>
    new Set(own.filter(({ SubnetId = "" }) => ids.includes(SubnetId)).map(zoneOf));
  const loadBalancer = zonesOf(placement.loadBalancer);
  const servers = zonesOf(placement.servers);
  return (zone) => (loadBalancer.has(zone) ? 2 : 0) + (servers.has(zone) ? 1 : 0);
}

/** Others, by zone: those that can serve. */
function freshByZone(
  { candidates, own }: Choosing,
  suitability: Suitability,
): ReadonlyMap<string, readonly Subnet[]> {
  const ids = new Set(own.map(({ SubnetId }) => SubnetId));
  const offered = candidates.filter(
    (subnet) => suitability.offering.has(zoneOf(subnet)) && !ids.has(subnet.SubnetId),
  );
  const byZone = [...Map.groupBy(offered, zoneOf)].map(([zone, subnets]) => {
    const suited = subnets.filter((subnet) => leads(subnet, suitability));
    // Without a load balancer a way out is no must: an image may need nothing from outside.
    const usable = suitability.internetFacing || suited.length > 0 ? suited : subnets;
    return [zone, preferred(usable)] as const;
  });
  return new Map(byZone.filter(([, subnets]) => subnets.length > 0));
}

function leads({ SubnetId = "" }: Subnet, { internetFacing, routes }: Suitability): boolean {
  const { internetGateway, wayOut } = routes(SubnetId);
  return (internetFacing ? internetGateway : wayOut) !== undefined;
}

/** Those whose instances get a public address, where there are such. */
function preferred(subnets: readonly Subnet[]): readonly Subnet[] {
  const withPublicAddresses = subnets.filter((subnet) => subnet.MapPublicIpOnLaunch === true);
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
  const isThere =
    typeof zones === "number"
      ? counted.length >= zones
      : missing.every((zone) => available.includes(zone));
  if (!isThere) {
    return new FactError(
      missing.length > 0
        ? `${vpcId} has no subnet in ${missing.join(", ")}`
        : `${vpcId} has subnets in ${counted.length} availability zones, not in ${zones}`,
      `Set network.zones to what there is: ${available.join(", ")}.`,
    );
  }
  const { internetFacing, instanceType, offering } = suitability;
  const concerned = typeof zones === "number" ? counted : missing;
  const closed = concerned.filter(
    (zone) => !candidates.some((each) => zoneOf(each) === zone && leads(each, suitability)),
  );
  const lacking = concerned.filter((zone) => !offering.has(zone));
  const reasons = [
    ...(internetFacing && closed.length > 0 ? [`no public subnet in ${closed.join(", ")}`] : []),
    ...(lacking.length > 0 ? [`no ${instanceType} in ${lacking.join(", ")}`] : []),
  ].join(", ");
  const serving = known.length === 0 ? "" : ` (${known.join(", ")})`;
  return new FactError(
    missing.length > 0
      ? `${vpcId} has no subnet that can serve in ${missing.join(", ")}: ${reasons}`
      : `${vpcId} has subnets that can serve in ${known.filter(isOwnZone).length} availability zones, not in ${zones}: ${reasons}`,
    [
      ...(internetFacing && closed.length > 0
        ? [
            "A load balancer that faces the internet needs a public subnet in each zone, one whose route table has a route to an internet gateway.",
          ]
        : []),
      ...(lacking.length > 0
        ? ["Servers need a zone that offers their type (scaling.instanceType)."]
        : []),
      `Set network.zones to what can serve${serving}, or name the subnets in network.subnets. There are:`,
      ...listed(candidates, suitability),
    ].join("\n"),
  );
}

function severalSubnets(
  vpcId: string,
  candidates: readonly Subnet[],
  doubtful: readonly string[],
  suitability: Suitability,
): FactError {
  return new FactError(
    `${vpcId} has more than one subnet to choose from in ${doubtful.join(", ")}`,
    [
      "Name one for each zone in network.subnets, instead of network.zones. There are:",
      ...listed(candidates, suitability),
    ].join("\n"),
  );
}

function listed(subnets: readonly Subnet[], { routes }: Suitability): readonly string[] {
  return subnets
    .toSorted(
      (one, other) =>
        compareZones(zoneOf(one), zoneOf(other)) || compareText(one.SubnetId, other.SubnetId),
    )
    .map((subnet) => `  ${describe(subnet, routes(subnet.SubnetId ?? ""))}`);
}

function describe(subnet: Subnet, { wayOut }: SubnetRoutes): string {
  const name = subnet.Tags?.find(({ Key }) => Key === "Name")?.Value;
  return [
    subnet.SubnetId,
    zoneOf(subnet),
    ...(subnet.CidrBlock === undefined ? [] : [subnet.CidrBlock]),
    wayOut === undefined ? "no route to the internet" : `route to ${wayOut}`,
    subnet.MapPublicIpOnLaunch === true ? "public addresses" : "no public addresses",
    name === undefined || name === "" ? "no name" : JSON.stringify(name),
  ].join("  ");
}

export function isAvailable({ State }: Subnet): boolean {
  return State === "available";
}

/** The availability zone that a subnet is in. */
export function zoneOf({ AvailabilityZone = "" }: Subnet): string {
  return AvailabilityZone;
}

/** Whether both name the same, in whatever order. */
export function sameIds(one: readonly string[], other: readonly string[]): boolean {
  const ids = new Set(one);
  return ids.size === new Set(other).size && other.every((id) => ids.has(id));
}
