import { FactError } from "./fact-error.ts";
import {
  availabilityZoneOf,
  byZone,
  type Choosing,
  isUsable,
  type KnownSubnet,
  type Suitability,
} from "./known-subnets.ts";
import { compareText } from "./order.ts";
import type { SubnetRoutes } from "./routes.ts";
import { compareZones, isOwnZone } from "./zones.ts";

/** Too few zones have a subnet for each part of the stack. */
export function tooFewUsableZones(
  { vpcId, zones, candidates }: Choosing,
  parts: readonly Suitability[],
  missing: readonly string[],
  known: readonly string[],
): FactError {
  const available = [...new Set(candidates.map(availabilityZoneOf))].sort(compareZones);
  const counted = available.filter(isOwnZone);
  const absent = missing.filter((zone) => !available.includes(zone));
  const isLacking = typeof zones === "number" ? counted.length < zones : absent.length > 0;
  if (isLacking) {
    return new FactError(
      absent.length > 0
        ? `${vpcId} has no subnet in ${absent.join(", ")}`
        : `${vpcId} has subnets in ${listedSubnets(counted)}, not in ${zones}`,
      `Set network.zones to zones that exist: ${available.join(", ")}.`,
    );
  }
  const concerned = typeof zones === "number" ? counted : missing;
  const { reasons, needs } = whyNot(candidates, parts, concerned);
  const serving = known.length === 0 ? "" : ` (${known.join(", ")})`;
  return new FactError(
    missing.length > 0
      ? `${vpcId} has no usable subnet in ${missing.join(", ")}: ${reasons}`
      : `${vpcId} has usable subnets in ${listedSubnets(known.filter(isOwnZone))}, not in ${zones}: ${reasons}`,
    [
      ...needs,
      `Set network.zones to usable zones${serving}, or name the subnets in network.subnets. The subnets are:`,
      ...listed(candidates, parts),
    ].join("\n"),
  );
}

/** What the zones lack, and what needs it. */
function whyNot(
  candidates: readonly KnownSubnet[],
  parts: readonly Suitability[],
  zones: readonly string[],
): { readonly reasons: string; readonly needs: readonly string[] } {
  const closed = parts
    .map((part) => ({
      kind: neededKind(part),
      zones: zones.filter(
        (zone) => !candidates.some((each) => each.zone === zone && isUsable(each, part)),
      ),
    }))
    .filter((each) => each.zones.length > 0);
  const [{ instanceType, offering } = { instanceType: "", offering: new Set<string>() }] = parts;
  const lacking = zones.filter((zone) => !offering.has(zone));
  return {
    reasons: [
      ...closed.map((each) => `no ${each.kind} subnet in ${each.zones.join(", ")}`),
      ...(lacking.length > 0 ? [`no ${instanceType} in ${lacking.join(", ")}`] : []),
    ].join(", "),
    needs: [
      ...closed.map(({ kind }) => (kind === "private" ? PRIVATE_NEEDED : PUBLIC_NEEDED)),
      ...(lacking.length > 0
        ? ["Servers need a zone that offers their instance type (scaling.instanceType)."]
        : []),
    ],
  };
}

const PUBLIC_NEEDED =
  "An internet-facing load balancer needs a public subnet in each zone. The route table of a public subnet has a route to an internet gateway.";
const PRIVATE_NEEDED =
  "Private servers need a private subnet in each zone. The route table of a private subnet has no route to an internet gateway.";

function neededKind({ internetFacing, kind }: Suitability): "public" | "private" | "usable" {
  return kind ?? (internetFacing ? "public" : "usable");
}

function listedSubnets({ length }: readonly string[]): string {
  return `${length} availability zone${length === 1 ? "" : "s"}`;
}

/** Zones that have several subnets for a part of the stack. */
export function severalSubnets(
  vpcId: string,
  parts: readonly {
    readonly suitability: Suitability;
    readonly candidates: readonly KnownSubnet[];
    /** The zones with several. */
    readonly doubtful: readonly string[];
  }[],
): FactError {
  const isDivided = parts.length > 1;
  const told = parts
    .filter(({ doubtful }) => doubtful.length > 0)
    .map(
      ({ suitability, doubtful }) =>
        `several ${isDivided ? neededKind(suitability) : "usable"} subnets in ${doubtful.join(", ")}`,
    );
  return new FactError(
    `${vpcId} has ${told.join(", and ")}`,
    [
      `Name ${isDivided ? "a public and a private one" : "one"} for each zone in network.subnets, instead of network.zones. The subnets are:`,
      ...listed(
        parts.flatMap(({ candidates }) => candidates),
        parts.map(({ suitability }) => suitability),
      ),
    ].join("\n"),
  );
}

/** Each subnet in a line, with what a person needs to choose. */
export function listed(
  subnets: readonly KnownSubnet[],
  [part]: readonly Suitability[],
): readonly string[] {
  const routes = (id: string): SubnetRoutes =>
    part?.routes(id) ?? { internetGateway: undefined, wayOut: undefined };
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
