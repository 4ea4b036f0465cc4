import type { Clients } from "./clients.ts";
import { FactError } from "./fact-error.ts";
import {
  type Choosing,
  isAvailable,
  type KnownSubnet,
  type Placement,
  type Suitability,
  sameIds,
} from "./known-subnets.ts";
import { doubtsAboutExposing, doubtsAboutMoving } from "./moving-doubts.ts";
import { namedSubnets, requireOnePerZone } from "./named-subnets.ts";
import { lookUpOfferings } from "./offerings.ts";
import { type Chosen, choosePrivate, type Looks, privateAsNamed } from "./private-network.ts";
import { lookUpRoutes } from "./routes.ts";
import { choose, stay } from "./subnet-choice.ts";
import {
  type Doubt,
  doubtsAboutServing,
  doubtsAboutSpace,
  doubtsAboutZones,
} from "./subnet-doubts.ts";
import { sweepSubnets } from "./subnets.ts";

export interface NetworkChoice {
  /** The load balancer's: one subnet per zone. The region's own zones come first, ordered by name. */
  readonly loadBalancerSubnets: readonly Place[];
  /**
   * Those of the servers and of the builder, which uses the first: one per zone, in the same order. They are the load
   * balancer's, unless the servers are private and the internet reaches the load balancer.
   */
  readonly subnets: readonly Place[];
  /** Warnings about the choice. */
  readonly doubts: readonly Doubt[];
}

interface Place {
  readonly id: string;
  readonly zone: string;
}

/** A VPC (`default` or an id) and the number or the names of its zones, or the subnets themselves. */
export type WantedNetwork = { readonly vpc: string } & (
  | { readonly zones: number | readonly string[] }
  | { readonly subnets: readonly string[] }
);

/** What the subnets are for. */
export interface Purpose {
  /** Whether the stack has an internet-facing load balancer. */
  readonly internetFacing: boolean;
  /** The type of the stack's load balancer, if it has one. */
  readonly loadBalancer?: "classic" | "application" | undefined;
  /** Whether the internet may reach the subnets of the servers and of the builder. Default: public. */
  readonly servers?: "public" | "private";
  /** The instance types of the servers, in order of preference. A server can start with any of them. */
  readonly instanceTypes: readonly string[];
  /** Whether the servers have other types so far. Default: no. */
  readonly hasNewTypes?: boolean;
}

/** The VPC and all its candidate subnets. */
export interface Vpc {
  readonly vpcId: string;
  readonly subnets: readonly KnownSubnet[];
}

/**
 * Looks up the subnets. The same call also tells the VPC.
 *
 * @throws FactError when the VPC or a subnet does not exist.
 */
export async function lookUpVpc(clients: Clients, wanted: WantedNetwork): Promise<Vpc> {
  if ("subnets" in wanted) {
    const found = await sweepSubnets(clients, { Name: "subnet-id", Values: [...wanted.subnets] });
    return namedSubnets(found, wanted, await clients.region());
  }
  const found = await sweepSubnets(
    clients,
    wanted.vpc === "default"
      ? { Name: "default-for-az", Values: ["true"] }
      : { Name: "vpc-id", Values: [wanted.vpc] },
  );
  const [first] = found.filter(isAvailable);
  if (first === undefined) throw await noSubnets(clients, wanted.vpc);
  return { vpcId: first.vpcId, subnets: found };
}

/**
 * Chooses the subnets of a stack. An existing stack keeps its subnets as long as they match the stack
 * file, without further lookups. Only a new choice looks up routes and instance type offerings.
 *
 * @throws FactError when the VPC has too few usable subnets, or too many to choose from.
 */
export async function chooseSubnets(
  clients: Clients,
  vpc: Vpc,
  wanted: WantedNetwork,
  purpose: Purpose,
  placement: Placement,
): Promise<NetworkChoice> {
  const looks: Looks = {
    suitability: () => lookUpSuitability(clients, vpc, purpose),
    known: () => withOwn(clients, vpc, placement),
    doubtsAboutTypes: (subnets) => doubtsAboutSomeTypes(clients, subnets, purpose),
  };
  const { loadBalancer, servers, doubts } =
    "subnets" in wanted
      ? await (purpose.servers === "private" ? privateAsNamed : asNamed)(
          vpc,
          purpose,
          placement,
          looks,
        )
      : await chooseIn(await choosingFrom(vpc, wanted.zones, placement, looks), purpose, looks);
  return {
    loadBalancerSubnets: loadBalancer.map(toPlace),
    subnets: servers.map(toPlace),
    doubts: [
      ...doubts,
      ...(purpose.loadBalancer === "application" ? doubtsAboutSpace(loadBalancer, placement) : []),
    ],
  };
}

/** Adds what a choice depends on to what is wanted. What the stack has in another VPC has no say in it. */
async function choosingFrom(
  vpc: Vpc,
  zones: Choosing["zones"],
  everywhere: Placement,
  looks: Looks,
): Promise<Choosing & { readonly known: readonly KnownSubnet[] }> {
  const known = await looks.known();
  const placement = placementIn(vpc, everywhere, known);
  return {
    vpcId: vpc.vpcId,
    zones,
    candidates: vpc.subnets.filter(isAvailable),
    own: known.filter((subnet) => isOwn(subnet, vpc, placement)),
    placement,
    known,
  };
}

function placementIn(
  { vpcId }: Vpc,
  placement: Placement,
  known: readonly KnownSubnet[],
): Placement {
  const elsewhere = new Set(known.filter((subnet) => subnet.vpcId !== vpcId).map(({ id }) => id));
  const within = (ids: readonly string[]) => ids.filter((id) => !elsewhere.has(id));
  return {
    ...placement,
    loadBalancer: within(placement.loadBalancer),
    servers: within(placement.servers),
  };
}

async function chooseIn(
  { known, ...choosing }: Choosing & { readonly known: readonly KnownSubnet[] },
  purpose: Purpose,
  looks: Looks,
): Promise<Chosen> {
  if (purpose.servers === "private") return choosePrivate(choosing, purpose, known, looks);
  const { placement } = choosing;
  const isMakingBalancer = purpose.internetFacing && placement.loadBalancer.length === 0;
  const kept = isMakingBalancer ? undefined : stay(choosing);
  if (kept !== undefined) return together(kept, await looks.doubtsAboutTypes(kept));
  const suitability = await looks.suitability();
  const chosen = choose(choosing, suitability);
  const exposing = doubtsAboutExposing(placement, choosing.own, chosen, suitability);
  return together(chosen, [
    ...doubtsAboutMoving(placement, known, chosen, exposing),
    ...doubtsAboutServing(chosen, suitability),
  ]);
}

/** The stack file's own choice. Warnings about it are shown until it is applied. */
async function asNamed(
  vpc: Vpc,
  { internetFacing }: Purpose,
  placement: Placement,
  looks: Looks,
): Promise<Chosen> {
  const { subnets } = vpc;
  const { loadBalancer, servers } = placement;
  requireOnePerZone(subnets);
  const ids = subnets.map(({ id }) => id);
  const isThere = (pieces: readonly string[]) => sameIds(pieces, ids);
  if (isThere(servers) && (!internetFacing || isThere(loadBalancer))) {
    return together(subnets, await looks.doubtsAboutTypes(subnets));
  }
  const [suitability, known] = await Promise.all([looks.suitability(), looks.known()]);
  const own = known.filter((subnet) => isOwn(subnet, vpc, placement));
  return together(subnets, [
    ...doubtsAboutExposing(placement, own, subnets, suitability),
    ...doubtsAboutServing(subnets, suitability),
  ]);
}

/** One place for all of the stack. */
function together(subnets: readonly KnownSubnet[], doubts: readonly Doubt[]): Chosen {
  return { loadBalancer: subnets, servers: subnets, doubts };
}

async function lookUpSuitability(
  clients: Clients,
  { vpcId }: Vpc,
  { internetFacing, instanceTypes }: Purpose,
): Promise<Suitability> {
  const [routes, offered] = await Promise.all([
    lookUpRoutes(clients, vpcId),
    lookUpOffered(clients, instanceTypes),
  ]);
  return { internetFacing, routes, ...offered };
}

async function lookUpOffered(clients: Clients, instanceTypes: readonly string[]) {
  const offerings = await lookUpOfferings(clients, instanceTypes);
  return {
    instanceType: instanceTypes.join(", "),
    offering: new Set([...offerings.values()].flatMap((zones) => [...zones])),
    offerings,
  };
}

/** The zones of a stack that stays where it is may lack a type that a stack file has just named, or one of several. */
async function doubtsAboutSomeTypes(
  clients: Clients,
  subnets: readonly KnownSubnet[],
  { instanceTypes, hasNewTypes = false }: Purpose,
): Promise<readonly Doubt[]> {
  if (instanceTypes.length === 1 && !hasNewTypes) return [];
  return doubtsAboutZones(subnets, await lookUpOffered(clients, instanceTypes));
}

/**
 * Adds the stack's own subnets that a new choice could not select: those that are not default
 * subnets.
 */
async function withOwn(
  clients: Clients,
  { subnets }: Vpc,
  { loadBalancer, servers }: Placement,
): Promise<readonly KnownSubnet[]> {
  const ids = new Set(subnets.map(({ id }) => id));
  const unseen = [...new Set([...loadBalancer, ...servers])].filter((id) => !ids.has(id));
  if (unseen.length === 0) return subnets;
  return [...subnets, ...(await sweepSubnets(clients, { Name: "subnet-id", Values: unseen }))];
}

function isOwn(subnet: KnownSubnet, { vpcId }: Vpc, { loadBalancer, servers }: Placement): boolean {
  return (
    subnet.vpcId === vpcId && (loadBalancer.includes(subnet.id) || servers.includes(subnet.id))
  );
}

function toPlace({ id, zone }: KnownSubnet): Place {
  return { id, zone };
}

async function noSubnets(clients: Clients, vpc: string): Promise<FactError> {
  const region = await clients.region();
  return vpc === "default"
    ? new FactError(
        `${region} has no default VPC with default subnets in this account`,
        `For a network of the stack's own, write vpc: own in network. Or name a VPC (network.vpc), create a default VPC ("aws ec2 create-default-vpc --region ${region}"), or choose another region.`,
      )
    : new FactError(
        `${region} has no VPC ${vpc} with subnets in this account`,
        "Check network.vpc, the region and the account: VPC ids belong to one region of one account.",
      );
}
