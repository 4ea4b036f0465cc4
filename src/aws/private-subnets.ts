import { FactError } from "./fact-error.ts";
import {
  availabilityZoneOf,
  type Choosing,
  type KnownSubnet,
  kindByRoutes,
  type Suitability,
} from "./known-subnets.ts";
import { sharedZones } from "./named-subnets.ts";
import { choose, chooseEach, stay } from "./subnet-choice.ts";
import { listed } from "./subnet-refusals.ts";

/** The subnets of a stack whose servers are private: one of each kind per zone, in the order of the zones. */
export interface Divided {
  readonly loadBalancer: readonly KnownSubnet[];
  readonly servers: readonly KnownSubnet[];
}

/**
 * The stack's own subnets, where the load balancer's and the servers' have nothing in common and match the stack file.
 * Such a stack has been divided before, so its routes need no look.
 */
export function stayDivided(choosing: Choosing): Divided | undefined {
  const { loadBalancer, servers } = choosing.placement;
  if (servers.some((id) => loadBalancer.includes(id))) return undefined;
  const [front, back] = [loadBalancer, servers].map((ids) =>
    stay({ ...ownOnly(choosing, ids), placement: { loadBalancer: [], servers: ids } }),
  );
  if (front === undefined || back === undefined) return undefined;
  const isAlike = front.every(({ zone }, index) => back[index]?.zone === zone);
  return isAlike ? { loadBalancer: front, servers: back } : undefined;
}

/**
 * Chooses private subnets for the servers. An internet-facing load balancer gets public ones in the same zones, any
 * other one is where the servers are. Each part keeps its own subnets.
 *
 * @throws FactError when a zone has no usable subnet of a kind, or more than one.
 */
export function chooseDivided(choosing: Choosing, suitability: Suitability): Divided {
  const behind = { ...suitability, internetFacing: false, kind: "private" } as const;
  if (!suitability.internetFacing) {
    const chosen = choose(choosing, behind);
    return { loadBalancer: chosen, servers: chosen };
  }
  const [front = [], back = []] = chooseEach(choosing, [
    { choosing, suitability: { ...suitability, kind: "public" } },
    { choosing: ownOnly(choosing, choosing.placement.servers), suitability: behind },
  ]);
  return { loadBalancer: front, servers: back };
}

function ownOnly(choosing: Choosing, ids: readonly string[]): Choosing {
  return { ...choosing, own: choosing.own.filter(({ id }) => ids.includes(id)) };
}

/**
 * Divides the subnets that a stack file names by their routes.
 *
 * @throws FactError when a zone lacks one of a kind, or has several of one.
 */
export function divideNamed(
  named: readonly KnownSubnet[],
  { internetFacing, ...rest }: Suitability,
): Divided {
  const { routes } = rest;
  const isPublic = ({ id }: KnownSubnet) => kindByRoutes(id, routes) === "public";
  const [front, back] = [named.filter(isPublic), named.filter((subnet) => !isPublic(subnet))];
  const list = listed(named, [{ internetFacing, ...rest }]);
  if (!internetFacing && front.length > 0) {
    throw new FactError(
      `nothing of the stack can be in ${front.map(({ id }) => id).join(", ")}, because its servers are private and it has no internet-facing load balancer`,
      [
        "Name private subnets alone in network.subnets. The route table of a private subnet has no route to an internet gateway. The subnets are:",
        ...list,
      ].join("\n"),
    );
  }
  const several = [...severalOf("public", front), ...severalOf("private", back)];
  const lacking = [
    ...(internetFacing ? lackingOf("public", front, named) : []),
    ...lackingOf("private", back, named),
  ];
  if (several.length + lacking.length > 0) {
    throw new FactError(
      [...lacking, ...several].join("; "),
      [
        `Name ${internetFacing ? "a public subnet for the load balancer and a private one for the servers" : "one private subnet"} in each zone (network.subnets). The route table of a public subnet has a route to an internet gateway. The subnets are:`,
        ...list,
      ].join("\n"),
    );
  }
  return { loadBalancer: internetFacing ? front : back, servers: back };
}

function severalOf(kind: string, subnets: readonly KnownSubnet[]): readonly string[] {
  return sharedZones(subnets).map(
    ([zone, ids]) => `${ids.join(", ")} are all ${kind} subnets of ${zone}`,
  );
}

function lackingOf(
  kind: string,
  subnets: readonly KnownSubnet[],
  named: readonly KnownSubnet[],
): readonly string[] {
  const zones = [...new Set(named.map(availabilityZoneOf))].filter(
    (zone) => !subnets.some((subnet) => subnet.zone === zone),
  );
  return zones.length === 0
    ? []
    : [`network.subnets names no ${kind} subnet in ${zones.join(", ")}`];
}
