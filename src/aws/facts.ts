import { paginateDescribeSubnets, type Subnet } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** The account or region is not as the stack file assumes; the message says how, `remedy` what to do. */
export class FactError extends Error {
  override readonly name = "FactError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** @returns the account's twelve digits. */
export async function lookUpAccount(clients: Clients): Promise<string> {
  const { Account } = await clients.sts.send(new GetCallerIdentityCommand({}));
  return Account ?? "";
}

export interface Network {
  readonly vpcId: string;
  /** One a zone, by zone. */
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
}

/**
 * One sweep of the subnets tells the VPC too: a default VPC has one default subnet a zone.
 * The choice depends on names alone, so that it is the same every time.
 *
 * @param wanted.vpc `default` or a VPC's id. @param wanted.zones how many, or which.
 * @throws FactError when there is no such VPC, subnet or zone.
 */
export async function lookUpNetwork(
  clients: Clients,
  wanted: { readonly vpc: string; readonly zones: number | readonly string[] },
): Promise<Network> {
  const filter =
    wanted.vpc === "default"
      ? { Name: "default-for-az", Values: ["true"] }
      : { Name: "vpc-id", Values: [wanted.vpc] };
  const found = await everyPage(
    paginateDescribeSubnets({ client: clients.ec2 }, { Filters: [filter], MaxResults: 1000 }),
    (page) => page.Subnets,
  );
  const usable = found.filter((subnet) => subnet.State === "available").sort(byPreference);
  const [first] = usable;
  if (first?.VpcId === undefined) throw await noSubnets(clients, wanted.vpc);
  return { vpcId: first.VpcId, subnets: chooseZones(usable, wanted.zones, first.VpcId) };
}

/**
 * By zone; in a zone first the subnets whose instances get a public address, without which a
 * builder reaches no package repository.
 */
function byPreference(one: Subnet, other: Subnet): number {
  return (
    compare(one.AvailabilityZone, other.AvailabilityZone) ||
    Number(other.MapPublicIpOnLaunch ?? false) - Number(one.MapPublicIpOnLaunch ?? false) ||
    compare(one.SubnetId, other.SubnetId)
  );
}

function chooseZones(
  sorted: readonly Subnet[],
  zones: number | readonly string[],
  vpcId: string,
): Network["subnets"] {
  const byZone = new Map<string, string>();
  for (const { AvailabilityZone: zone = "", SubnetId: id = "" } of sorted) {
    if (!byZone.has(zone)) byZone.set(zone, id);
  }
  const available = [...byZone.keys()];
  const named = typeof zones === "number" ? available.slice(0, zones) : [...zones].sort();
  const missing = named.filter((zone) => !byZone.has(zone));
  if (missing.length > 0 || (typeof zones === "number" && named.length < zones)) {
    throw new FactError(
      missing.length > 0
        ? `${vpcId} has no subnet in ${missing.join(", ")}`
        : `${vpcId} has subnets in ${available.length} availability zones, not in ${zones}`,
      `Set network.zones to what there is: ${available.join(", ")}.`,
    );
  }
  return named.map((zone) => ({ id: byZone.get(zone) ?? "", zone }));
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
