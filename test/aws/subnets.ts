import {
  type Choosing,
  isAvailable,
  type KnownSubnet,
  type Placement,
  type Suitability,
} from "../../src/aws/known-subnets.ts";

/**
 * A VPC's subnets as text, `a1 b1:nat:private`: zone and number, and what is unlike a subnet that an
 * internet gateway leads to. `nat`: only a NAT gateway does; `closed`: nothing does; `public`: it
 * gives public addresses; `pending`: not available; `v6`: no IPv4; `unnamed`, `nameless`: no name, or
 * an empty one; `28`: a range of that size, and not of 24; `free7`: as many free addresses. Zone `l` is a local one.
 */
export interface Situation {
  readonly there: string;
  readonly zones?: number | string;
  /** Those that the stack's load balancer is in. */
  readonly balancer?: string;
  readonly servers?: string;
  /** Whether there is to be a load balancer that the internet reaches. Default: true. */
  readonly facing?: boolean;
  /** Zones that lack the servers' type. */
  readonly lacking?: string;
}

const separate = (text: string) => text.split(" ").filter((word) => word !== "");

export function zone(letter: string): string {
  return letter === "l" ? "us-east-1-bos-1a" : `us-east-1${letter}`;
}

/** `a1 b1` of their ids. */
export function shortened(subnets: readonly { readonly id: string }[] | undefined) {
  return subnets?.map(({ id }) => id.replace("subnet-", "")).join(" ");
}

/** The ids of `a1 b1`. */
export function idsOf(text: string): readonly string[] {
  return separate(text).map((name) => `subnet-${name}`);
}

function subnetOf(word: string): {
  readonly subnet: KnownSubnet;
  readonly flags: readonly string[];
} {
  const [name = "", ...flags] = word.split(":");
  const has = (flag: string) => flags.includes(flag);
  const numberAfter = (word: string) => {
    const found = flags.find((flag) => new RegExp(`^${word}\\d+$`).test(flag));
    return found === undefined ? undefined : Number(found.slice(word.length));
  };
  const freeAddresses = numberAfter("free");
  const subnet = {
    id: `subnet-${name}`,
    vpcId: "vpc-1",
    zone: zone(name.charAt(0)),
    state: has("pending") ? "pending" : "available",
    cidr: has("v6") ? undefined : `10.0.${name.slice(1)}.0/${numberAfter("") ?? 24}`,
    hasPublicAddresses: has("public"),
    name: has("unnamed") ? undefined : has("nameless") ? "" : `name "${name}"`,
    ...(freeAddresses !== undefined && { freeAddresses }),
  };
  return { subnet, flags };
}

export function subnetsOf(there: string): readonly KnownSubnet[] {
  return separate(there).map((word) => subnetOf(word).subnet);
}

/** What a look-up would find of it. */
export function situationOf({
  there,
  zones = 2,
  balancer = "",
  servers = "",
  facing = true,
  lacking = "",
}: Situation): {
  readonly choosing: Choosing;
  readonly suitability: Suitability;
  readonly placement: Placement;
} {
  const all = separate(there).map(subnetOf);
  const subnets = all.map(({ subnet }) => subnet);
  const placement = { loadBalancer: idsOf(balancer), servers: idsOf(servers) };
  const isOwn = ({ id }: KnownSubnet) =>
    placement.loadBalancer.includes(id) || placement.servers.includes(id);
  const choosing = {
    vpcId: "vpc-1",
    zones: typeof zones === "number" ? zones : [...zones].map(zone),
    candidates: subnets.filter(isAvailable),
    own: subnets.filter(isOwn),
    placement,
  };
  const routes = (id: string) => {
    const flags = all.find(({ subnet }) => subnet.id === id)?.flags ?? ["closed"];
    if (flags.includes("closed")) return { internetGateway: undefined, wayOut: undefined };
    if (flags.includes("nat")) return { internetGateway: undefined, wayOut: "nat-1" };
    return { internetGateway: "igw-1", wayOut: "igw-1" };
  };
  const offering = new Set([..."abcdel"].filter((letter) => !lacking.includes(letter)).map(zone));
  const suitability = { internetFacing: facing, routes, instanceType: "t3.micro", offering };
  return { choosing, suitability, placement };
}
