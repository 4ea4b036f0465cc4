import {
  availabilityZoneOf,
  type Choosing,
  type KnownSubnet,
  type Placement,
  type Suitability,
  sameIds,
} from "./known-subnets.ts";
import { doubtsAboutHiding, doubtsAboutLost, doubtsAboutOpening } from "./moving-doubts.ts";
import { chooseDivided, type Divided, divideNamed, stayDivided } from "./private-subnets.ts";
import { type Doubt, doubtsAboutPrivateServers, doubtsAboutZones } from "./subnet-doubts.ts";

/** The subnets of a stack's parts, and what is doubtful about them. */
export type Chosen = Divided & { readonly doubts: readonly Doubt[] };

/** What only some choices need to ask AWS. */
export interface Looks {
  readonly suitability: () => Promise<Suitability>;
  /** The candidates, and the subnets that the stack uses besides, in whatever VPC. */
  readonly known: () => Promise<readonly KnownSubnet[]>;
  readonly doubtsAboutTypes: (subnets: readonly KnownSubnet[]) => Promise<readonly Doubt[]>;
}

interface Wanted {
  readonly internetFacing: boolean;
  /** Whether the servers have other instance types so far. */
  readonly hasNewTypes?: boolean;
}

/**
 * The subnets of a stack with private servers. Only a stack that is divided already tells by its subnets which of them
 * are private. So every plan of one that has no internet-facing load balancer looks up the routes.
 */
export async function choosePrivate(
  choosing: Choosing,
  { internetFacing, hasNewTypes = false }: Wanted,
  known: readonly KnownSubnet[],
  looks: Looks,
): Promise<Chosen> {
  const { placement } = choosing;
  const kept = internetFacing ? stayDivided(choosing) : undefined;
  if (kept !== undefined) return staying(kept, looks);
  const suitability = await looks.suitability();
  const chosen = chooseDivided(choosing, suitability);
  const others = placement.servers.filter((id) => !placement.loadBalancer.includes(id));
  return {
    ...chosen,
    doubts: [
      ...doubtsAboutLost(placement.loadBalancer, known, chosen.loadBalancer),
      ...doubtsAboutLost(others, known, chosen.servers),
      ...doubtsAboutDivided(chosen, suitability, placement, hasNewTypes),
    ],
  };
}

/** The stack file's own choice, divided by the subnets' routes. */
export async function privateAsNamed(
  { vpcId, subnets }: { readonly vpcId: string; readonly subnets: readonly KnownSubnet[] },
  { internetFacing, hasNewTypes = false }: Wanted,
  placement: Placement,
  looks: Looks,
): Promise<Chosen> {
  const zones = [...new Set(subnets.map(availabilityZoneOf))];
  const isThere = isIn([...placement.loadBalancer, ...placement.servers], subnets);
  const kept =
    internetFacing && isThere
      ? stayDivided({ vpcId, zones, candidates: subnets, own: subnets, placement })
      : undefined;
  if (kept !== undefined) return staying(kept, looks);
  const suitability = await looks.suitability();
  const named = divideNamed(subnets, suitability);
  return { ...named, doubts: doubtsAboutDivided(named, suitability, placement, hasNewTypes) };
}

async function staying(kept: Divided, looks: Looks): Promise<Chosen> {
  return { ...kept, doubts: await looks.doubtsAboutTypes(kept.servers) };
}

/** Nothing about servers that stay where they are and what they are. */
function doubtsAboutDivided(
  { loadBalancer, servers }: Divided,
  suitability: Suitability,
  placement: Placement,
  hasNewTypes: boolean,
): readonly Doubt[] {
  const ofTypes = hasNewTypes ? doubtsAboutZones(servers, suitability) : [];
  return [
    ...doubtsAboutOpening(placement, loadBalancer, suitability),
    ...doubtsAboutHiding(placement, servers, suitability),
    ...(isIn(placement.servers, servers)
      ? ofTypes
      : doubtsAboutPrivateServers(servers, suitability)),
  ];
}

function isIn(pieces: readonly string[], subnets: readonly KnownSubnet[]): boolean {
  return sameIds(
    pieces,
    subnets.map(({ id }) => id),
  );
}
