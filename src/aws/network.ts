import { type Filter, paginateDescribeSubnets, type Subnet } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { FactError } from "./facts.ts";
import { everyPage } from "./paging.ts";

export interface Network {
  readonly vpcId: string;
  /** One a zone, the region's own zones first, by name. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
}

/** A VPC, `default` or by its id, and how many or which of its zones; or the subnets themselves. */
export type WantedNetwork = { readonly vpc: string } & (
  | { readonly zones: number | readonly string[] }
  | { readonly subnets: readonly string[] }
);

/**
 * One sweep of the subnets tells the VPC too. Where more than one subnet of a zone would do, nothing
 * is chosen: whatever decided between them could decide otherwise after somebody adds a subnet, and
 * the tier would move there.
 *
 * @throws FactError when there is no such VPC, subnet or zone, or more than one such subnet.
 */
export async function lookUpNetwork(clients: Clients, wanted: WantedNetwork): Promise<Network> {
  if ("subnets" in wanted) return namedSubnets(clients, wanted.vpc, wanted.subnets);
  const found = await sweep(
    clients,
    wanted.vpc === "default"
      ? { Name: "default-for-az", Values: ["true"] }
      : { Name: "vpc-id", Values: [wanted.vpc] },
  );
  const usable = found.filter((subnet) => subnet.State === "available");
  const [first] = usable;
  if (first?.VpcId === undefined) throw await noSubnets(clients, wanted.vpc);
  return { vpcId: first.VpcId, subnets: chooseZones(usable, wanted.zones, first.VpcId) };
}

/** A filter, unlike a list of ids, answers when some of them are not there. */
function sweep(clients: Clients, filter: Filter): Promise<Subnet[]> {
  return everyPage(
    paginateDescribeSubnets({ client: clients.ec2 }, { Filters: [filter], MaxResults: 1000 }),
    (page) => page.Subnets,
  );
}

async function namedSubnets(
  clients: Clients,
  vpc: string,
  ids: readonly string[],
): Promise<Network> {
  const found = await sweep(clients, { Name: "subnet-id", Values: [...ids] });
  const missing = ids.filter((id) => !found.some((subnet) => subnet.SubnetId === id));
  if (missing.length > 0) {
    throw new FactError(
      `${await clients.region()} has no subnet ${missing.join(", ")} in this account`,
      "Check network.subnets, the region and the account: subnet ids belong to one region of one account.",
    );
  }
  const unusable = found.filter((subnet) => subnet.State !== "available");
  if (unusable.length > 0) {
    throw new FactError(
      `not available: ${unusable.map(({ SubnetId, State }) => `${SubnetId} is ${State}`).join(", ")}`,
      "Name other subnets in network.subnets.",
    );
  }
  const vpcIds = [...new Set(found.map(({ VpcId = "" }) => VpcId))];
  const [vpcId = ""] = vpcIds;
  const places = found.map((subnet) => `${subnet.SubnetId} in ${subnet.VpcId}`).join(", ");
  if (vpcIds.length > 1) {
    throw new FactError(
      `the subnets are in ${vpcIds.length} VPCs: ${places}`,
      "Name subnets of one VPC in network.subnets.",
    );
  }
  if (vpc !== "default" && vpc !== vpcId) {
    throw new FactError(
      `the subnets are not in ${vpc}: ${places}`,
      "Correct network.vpc or network.subnets, or leave network.vpc out: the subnets tell it.",
    );
  }
  const byZone = Map.groupBy(found, zoneOf);
  const shared = [...byZone].filter(([, subnets]) => subnets.length > 1);
  if (shared.length > 0) {
    throw new FactError(
      shared.map(([zone, subnets]) => `${idsOf(subnets)} are all in ${zone}`).join("; "),
      "Name at most one subnet of a zone in network.subnets: a load balancer takes no more.",
    );
  }
  return { vpcId, subnets: placed(byZone, [...byZone.keys()].sort(compareZones)) };
}

function chooseZones(
  usable: readonly Subnet[],
  zones: number | readonly string[],
  vpcId: string,
): Network["subnets"] {
  const byZone = new Map(
    [...Map.groupBy(usable, zoneOf)].map(([zone, subnets]) => [zone, preferred(subnets)]),
  );
  const available = [...byZone.keys()].sort(compareZones);
  const counted = available.filter(isOwnZone);
  const chosen =
    typeof zones === "number" ? counted.slice(0, zones) : [...zones].sort(compareZones);
  const missing = chosen.filter((zone) => !byZone.has(zone));
  if (missing.length > 0 || (typeof zones === "number" && chosen.length < zones)) {
    throw new FactError(
      missing.length > 0
        ? `${vpcId} has no subnet in ${missing.join(", ")}`
        : `${vpcId} has subnets in ${counted.length} availability zones, not in ${zones}`,
      `Set network.zones to what there is: ${available.join(", ")}.`,
    );
  }
  const doubtful = chosen.filter((zone) => (byZone.get(zone) ?? []).length > 1);
  if (doubtful.length > 0) throw severalSubnets(vpcId, byZone, chosen, doubtful);
  return placed(byZone, chosen);
}

/** Those whose instances get a public address: the load balancer is to be reached from the internet. */
function preferred(subnets: readonly Subnet[]): readonly Subnet[] {
  const withPublicAddresses = subnets.filter((subnet) => subnet.MapPublicIpOnLaunch === true);
  return withPublicAddresses.length > 0 ? withPublicAddresses : subnets;
}

function placed(
  byZone: ReadonlyMap<string, readonly Subnet[]>,
  zones: readonly string[],
): Network["subnets"] {
  return zones.map((zone) => ({ id: byZone.get(zone)?.[0]?.SubnetId ?? "", zone }));
}

function severalSubnets(
  vpcId: string,
  byZone: ReadonlyMap<string, readonly Subnet[]>,
  chosen: readonly string[],
  doubtful: readonly string[],
): FactError {
  const candidates = chosen.flatMap((zone) =>
    (byZone.get(zone) ?? []).toSorted((one, other) => compare(one.SubnetId, other.SubnetId)),
  );
  return new FactError(
    `${vpcId} has more than one subnet to choose from in ${doubtful.join(", ")}`,
    [
      "Name one for each zone in network.subnets, instead of network.zones. There are:",
      ...candidates.map((subnet) => `  ${describe(subnet)}`),
    ].join("\n"),
  );
}

function describe(subnet: Subnet): string {
  const name = subnet.Tags?.find(({ Key }) => Key === "Name")?.Value;
  return [
    subnet.SubnetId,
    zoneOf(subnet),
    ...(subnet.CidrBlock === undefined ? [] : [subnet.CidrBlock]),
    subnet.MapPublicIpOnLaunch === true ? "public addresses" : "no public addresses",
    name === undefined || name === "" ? "no name" : JSON.stringify(name),
  ].join("  ");
}

function zoneOf({ AvailabilityZone = "" }: Subnet): string {
  return AvailabilityZone;
}

function idsOf(subnets: readonly Subnet[]): string {
  return subnets.map(({ SubnetId }) => SubnetId).join(", ");
}

/**
 * A region's own availability zone is called as the region and a letter. A local zone
 * (`us-west-2-lax-1a`) or a Wavelength zone (`us-east-1-wl1-bos-wlz-1`) has to be opted in to and
 * offers less than the region, so nobody means it who only says how many.
 */
function isOwnZone(zone: string): boolean {
  return /^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(zone);
}

/** The region's own zones first: the builder is in the first. */
function compareZones(one: string, other: string): number {
  return Number(isOwnZone(other)) - Number(isOwnZone(one)) || compare(one, other);
}

async function noSubnets(clients: Clients, vpc: string): Promise<FactError> {
  const region = await clients.region();
  return vpc === "default"
    ? new FactError(
        `${region} has no default VPC with default subnets in this account`,
        `Name a VPC (network.vpc), make a default one ("aws ec2 create-default-vpc --region ${region}"), or choose another region.`,
      )
    : new FactError(
        `${region} has no VPC ${vpc} with subnets in this account`,
        "Check network.vpc, the region and the account: VPC ids belong to one region of one account.",
      );
}

function compare(one = "", other = ""): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
