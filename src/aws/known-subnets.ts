import type { SubnetRoutes } from "./routes.ts";
import { compareZones } from "./zones.ts";

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
  /** How many of its IPv4 addresses nobody uses. */
  readonly freeAddresses?: number;
}

/** The current subnets of each part of the stack. Empty for a part that does not exist. */
export interface Placement {
  readonly loadBalancer: readonly string[];
  readonly servers: readonly string[];
  /** Those of an application load balancer alone, which are also among the load balancer's. */
  readonly applicationLoadBalancer?: readonly string[];
}

/** The facts for a choice, and its purpose. */
export interface Suitability {
  /** Whether the subnets are for an internet-facing load balancer. */
  readonly internetFacing: boolean;
  /**
   * Which subnets a stack with private servers needs here: whether the internet reaches them. The stack's own must be so,
   * too. Omitted: only new subnets of an internet-facing load balancer must be public.
   */
  readonly kind?: "public" | "private";
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

/** Whether the subnet can be used. */
export function isAvailable({ state }: KnownSubnet): boolean {
  return state === "available";
}

export function countOf(zones: Choosing["zones"]): number {
  return typeof zones === "number" ? zones : zones.length;
}

export function availabilityZoneOf({ zone }: KnownSubnet): string {
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

/** Whether the internet can, or cannot, reach the subnet, where one of the two is needed. */
export function isUsable(
  { id }: KnownSubnet,
  { internetFacing, kind, routes }: Suitability,
): boolean {
  const needed = kind ?? (internetFacing ? "public" : undefined);
  return needed === undefined || needed === kindByRoutes(id, routes);
}

/** "A public subnet" has a route to an internet gateway ("Subnets for your VPC", Amazon VPC User Guide). */
export function kindByRoutes(id: string, routes: Suitability["routes"]): "public" | "private" {
  return routes(id).internetGateway === undefined ? "private" : "public";
}

/** Whether the subnet is as a part of the stack would have it. */
export function leads(subnet: KnownSubnet, suitability: Suitability): boolean {
  return isUsable(subnet, suitability) && suitability.routes(subnet.id).wayOut !== undefined;
}

export function subnetIdsOf(subnets: readonly KnownSubnet[]): readonly string[] {
  return subnets.map(({ id }) => id);
}

export function listedSubnets(ids: readonly string[]): string {
  return ids.toSorted().join(", ");
}
