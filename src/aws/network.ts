import type { Clients } from "./clients.ts";
import { FactError } from "./fact-error.ts";
import { namedSubnets } from "./named-subnets.ts";
import { lookUpOfferings } from "./offerings.ts";
import { lookUpRoutes } from "./routes.ts";
import {
  type Choosing,
  choose,
  isAvailable,
  type KnownSubnet,
  type Placement,
  type Suitability,
  sameIds,
  stay,
} from "./subnet-choice.ts";
import {
  type Doubt,
  doubtsAboutMoving,
  doubtsAboutServing,
  doubtsAboutTypes,
} from "./subnet-doubts.ts";
import { sweepSubnets } from "./subnets.ts";

export interface NetworkChoice {
  /** One subnet per zone. The region's own zones come first, ordered by name. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
  /** Warnings about the choice. */
  readonly doubts: readonly Doubt[];
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
  /** The instance types of the servers, in order of preference. A server can start with any of them. */
  readonly instanceTypes: readonly string[];
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
  if ("subnets" in wanted) return asNamed(clients, vpc, purpose, placement);
  const known = await withOwn(clients, vpc, placement);
  const choosing: Choosing = {
    vpcId: vpc.vpcId,
    zones: wanted.zones,
    candidates: vpc.subnets.filter(isAvailable),
    own: known.filter((subnet) => isOwn(subnet, vpc, placement)),
    placement,
  };
  const isMakingBalancer = purpose.internetFacing && placement.loadBalancer.length === 0;
  const kept = isMakingBalancer ? undefined : stay(choosing);
  if (kept !== undefined) {
    return {
      subnets: kept.map(toPlace),
      doubts: await doubtsAboutSomeTypes(clients, kept, purpose),
    };
  }
  const suitability = await lookUpSuitability(clients, vpc, purpose);
  const chosen = choose(choosing, suitability);
  return {
    subnets: chosen.map(toPlace),
    doubts: [
      ...doubtsAboutMoving(placement, known, chosen),
      ...doubtsAboutServing(chosen, suitability),
    ],
  };
}

/** The stack file's own choice. Warnings about it are shown until it is applied. */
async function asNamed(
  clients: Clients,
  vpc: Vpc,
  purpose: Purpose,
  { loadBalancer, servers }: Placement,
): Promise<NetworkChoice> {
  const ids = vpc.subnets.map(({ id }) => id);
  const places = vpc.subnets.map(toPlace);
  const isThere = (pieces: readonly string[]) => sameIds(pieces, ids);
  if (isThere(servers) && (!purpose.internetFacing || isThere(loadBalancer))) {
    return {
      subnets: places,
      doubts: await doubtsAboutSomeTypes(clients, vpc.subnets, purpose),
    };
  }
  const suitability = await lookUpSuitability(clients, vpc, purpose);
  return { subnets: places, doubts: doubtsAboutServing(vpc.subnets, suitability) };
}

async function lookUpSuitability(
  clients: Clients,
  { vpcId }: Vpc,
  { internetFacing, instanceTypes }: Purpose,
): Promise<Suitability> {
  const [routes, offerings] = await Promise.all([
    lookUpRoutes(clients, vpcId),
    lookUpOfferings(clients, instanceTypes),
  ]);
  return {
    internetFacing,
    routes,
    instanceType: instanceTypes.join(", "),
    offering: new Set([...offerings.values()].flatMap((zones) => [...zones])),
    offerings,
  };
}

/** The zones of a stack that stays where it is may lack one of several types, which a stack file has just named. */
async function doubtsAboutSomeTypes(
  clients: Clients,
  subnets: readonly KnownSubnet[],
  { instanceTypes }: Purpose,
): Promise<readonly Doubt[]> {
  if (instanceTypes.length === 1) return [];
  return doubtsAboutTypes(subnets, await lookUpOfferings(clients, instanceTypes));
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

function toPlace({ id, zone }: KnownSubnet): NetworkChoice["subnets"][number] {
  return { id, zone };
}

async function noSubnets(clients: Clients, vpc: string): Promise<FactError> {
  const region = await clients.region();
  return vpc === "default"
    ? new FactError(
        `${region} has no default VPC with default subnets in this account`,
        `Name a VPC (network.vpc), create a default VPC ("aws ec2 create-default-vpc --region ${region}"), or choose another region.`,
      )
    : new FactError(
        `${region} has no VPC ${vpc} with subnets in this account`,
        "Check network.vpc, the region and the account: VPC ids belong to one region of one account.",
      );
}
