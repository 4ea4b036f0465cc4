import {
  availabilityZoneOf,
  byZone,
  type Choosing,
  countOf,
  isAvailable,
  isUsable,
  type KnownSubnet,
  leads,
  type Suitability,
  sameIds,
} from "./known-subnets.ts";
import { compareText } from "./order.ts";
import { severalSubnets, tooFewUsableZones } from "./subnet-refusals.ts";
import { compareZones, isOwnZone } from "./zones.ts";

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
  if (new Set(there.map(availabilityZoneOf)).size < there.length) return undefined;
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
  const [chosen = []] = chooseEach(choosing, [{ choosing, suitability }]);
  return chosen;
}

/** What one part of a stack may be in. */
export interface PlacedPart {
  /** Its own subnets and its candidates. */
  readonly choosing: Choosing;
  readonly suitability: Suitability;
}

/** Chooses for each part of a stack, in the same zones. */
export function chooseEach(
  choosing: Choosing,
  parts: readonly PlacedPart[],
): readonly (readonly KnownSubnet[])[] {
  const usable = parts.map(usableFor);
  const known = usable
    .map(({ zones }) => zones)
    .reduce((some, others) => some.filter((zone) => others.includes(zone)))
    .toSorted(compareZones);
  const wanted = wantedZones(choosing, usable, known);
  const missing = wanted.filter((zone) => usable.some(({ zones }) => !zones.includes(zone)));
  if (missing.length > 0 || wanted.length < countOf(choosing.zones)) {
    throw tooFewUsableZones(
      choosing,
      parts.map(({ suitability }) => suitability),
      missing,
      known,
    );
  }
  const doubtful = usable.map((each) => each.doubtful(wanted));
  if (doubtful.some((zones) => zones.length > 0)) {
    throw severalSubnets(
      choosing.vpcId,
      parts.map(({ suitability }, index) => ({
        suitability,
        doubtful: doubtful[index] ?? [],
        candidates: usable[index]?.candidates(wanted, parts.length > 1) ?? [],
      })),
    );
  }
  return usable.map(({ pick }) => wanted.flatMap(pick));
}

/** The zones of a choice: by name, or as many of those that every part can use as the stack file says. */
function wantedZones(
  choosing: Choosing,
  usable: readonly Usable[],
  known: readonly string[],
): readonly string[] {
  const { zones } = choosing;
  if (typeof zones !== "number") return [...zones].sort(compareZones);
  const rank = (zone: string) => usable.reduce((sum, each) => sum + each.rank(zone), 0);
  const presence = presenceIn(choosing);
  return known
    .filter(isOwnZone)
    .sort(
      (one, other) =>
        rank(other) - rank(one) || presence(other) - presence(one) || compareZones(one, other),
    )
    .slice(0, zones)
    .sort(compareZones);
}

/** What a part can use, by zone. */
interface Usable {
  readonly zones: readonly string[];
  readonly rank: (zone: string) => number;
  readonly pick: (zone: string) => readonly KnownSubnet[];
  /** The zones that have several, and none of the stack's own. */
  readonly doubtful: (zones: readonly string[]) => readonly string[];
  /** All that a person can name for these zones. Without the stack's own, those of the other zones alone. */
  readonly candidates: (zones: readonly string[], withOwn: boolean) => readonly KnownSubnet[];
}

function usableFor({ choosing, suitability }: PlacedPart): Usable {
  const own = ownByZone(choosing, suitability);
  const fresh = freshByZone(choosing, suitability);
  const freshIn = (zone: string) => fresh.get(zone) ?? [];
  const pick = (zone: string) => {
    const ours = own.get(zone);
    return ours === undefined ? freshIn(zone) : [ours.subnet];
  };
  const isServed = (zone: string) => freshIn(zone).some((subnet) => leads(subnet, suitability));
  return {
    zones: [...new Set([...own.keys(), ...fresh.keys()])],
    rank: (zone) => own.get(zone)?.rank ?? (isServed(zone) ? 0 : -1),
    pick,
    doubtful: (zones) => zones.filter((zone) => pick(zone).length > 1),
    candidates: (zones, withOwn) => zones.filter((zone) => withOwn || !own.has(zone)).flatMap(pick),
  };
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
    if (suitability.kind !== undefined && !isUsable(subnet, suitability)) return [];
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
    new Set(own.filter(({ id }) => ids.includes(id)).map(availabilityZoneOf));
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
  const usable = [...Map.groupBy(offered, availabilityZoneOf)].map(([zone, all]) => {
    const subnets = all.filter((subnet) => isUsable(subnet, suitability));
    const suited = subnets.filter((subnet) => leads(subnet, suitability));
    // Without a load balancer, a route to the internet is optional: an image may need nothing from outside.
    return [zone, preferred(suited.length > 0 ? suited : subnets, suitability)] as const;
  });
  return new Map(usable.filter(([, subnets]) => subnets.length > 0));
}

/**
 * The subnets whose instances get a public address, if there are any. Otherwise all. Private ones are the other way
 * round: an address that nobody reaches means that the subnet was made for something else.
 */
function preferred(subnets: readonly KnownSubnet[], { kind }: Suitability): readonly KnownSubnet[] {
  const fitting = subnets.filter(
    ({ hasPublicAddresses }) => hasPublicAddresses !== (kind === "private"),
  );
  return fitting.length > 0 ? fitting : subnets;
}
