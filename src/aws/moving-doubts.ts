import {
  isAvailable,
  type KnownSubnet,
  kindByRoutes,
  listedSubnets,
  type Placement,
  type Suitability,
  sameIds,
  subnetIdsOf,
} from "./known-subnets.ts";
import type { Doubt } from "./subnet-doubts.ts";

/**
 * Why a stack does not keep its subnets.
 *
 * @param exposing The words about servers that the internet will reach.
 */
export function doubtsAboutMoving(
  placement: Placement,
  known: readonly KnownSubnet[],
  chosen: readonly KnownSubnet[],
  exposing: readonly Doubt[] = [],
): readonly Doubt[] {
  const { loadBalancer, servers } = placement;
  const stays = sameIds(loadBalancer, subnetIdsOf(chosen));
  return [
    ...doubtsAboutLost([...loadBalancer, ...servers], known, chosen),
    // It says that the servers move, too.
    ...(stays && exposing.length > 0 ? [] : doubtsAboutBeingApart(placement, chosen)),
    ...exposing,
  ];
}

/** A load balancer and servers in different places. */
function doubtsAboutBeingApart(
  { loadBalancer, servers }: Placement,
  chosen: readonly KnownSubnet[],
): readonly Doubt[] {
  if (loadBalancer.length === 0 || servers.length === 0 || sameIds(loadBalancer, servers)) {
    return [];
  }
  const ids = subnetIdsOf(chosen);
  const who = [
    ...(sameIds(loadBalancer, ids) ? [] : ["the load balancer"]),
    ...(sameIds(servers, ids) ? [] : ["the servers"]),
  ];
  return [
    {
      summary: `the load balancer is in ${listedSubnets(loadBalancer)}, and its servers are in ${listedSubnets(servers)}; ${who.length > 1 ? "both" : who.join()} will move to ${listedSubnets(ids)}`,
      remedy:
        "Public subnets come first, then the load balancer's subnets. To use others, name them in network.subnets.",
    },
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
      summary: `${id}, a subnet of this stack, ${what}; the stack will move to ${listedSubnets(subnetIdsOf(instead.length === 0 ? chosen : instead))}`,
      remedy: "To use other subnets, name them in network.subnets.",
    },
  ];
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
      summary: `the load balancer is in ${listedSubnets(closed)}, which the internet cannot reach; it will move to ${listedSubnets(subnetIdsOf(chosen))}`,
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
      summary: `${who.join(" and ")} ${verb} in ${listedSubnets(reached)}, which the internet can reach; ${pronoun} will move to ${listedSubnets(subnetIdsOf(chosen))}`,
      remedy: "To let the internet reach the servers' subnets, write servers: public in network.",
    },
  ];
}

/** Servers that the internet cannot reach so far, while the stack file defines public ones. */
export function doubtsAboutExposing(
  { servers }: Placement,
  own: readonly KnownSubnet[],
  chosen: readonly KnownSubnet[],
  { routes }: Suitability,
): readonly Doubt[] {
  const ids = subnetIdsOf(chosen);
  const isReached = (id: string) => kindByRoutes(id, routes) === "public";
  const hidden = subnetIdsOf(own).filter(
    (id) => servers.includes(id) && !ids.includes(id) && !isReached(id),
  );
  const open = chosen.filter(({ id }) => !servers.includes(id) && isReached(id));
  if (hidden.length === 0 || open.length === 0) return [];
  const lacking = open.filter(({ hasPublicAddresses }) => !hasPublicAddresses);
  return [
    {
      summary: `the servers are in ${listedSubnets(hidden)}, which the internet cannot reach; they will move to ${listedSubnets(subnetIdsOf(open))}, which it can. ${
        lacking.length === 0
          ? REACHED_WORDS
          : `Servers in ${listedSubnets(subnetIdsOf(lacking))} get no public address, and reach nothing on the internet`
      }`,
      remedy: "To leave the servers where they are, write servers: private in network.",
    },
  ];
}

/** What it means for servers to be in public subnets. */
export const REACHED_WORDS =
  "They get public addresses there, and the internet reaches them as far as their security groups let it";
