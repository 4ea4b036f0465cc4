import { type Instance, paginateDescribeVpcEndpoints } from "@aws-sdk/client-ec2";
import { paginateDescribeInstanceInformation } from "@aws-sdk/client-ssm";
import type { Clients } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage, inChunks } from "../../aws/paging.ts";
import { lookUpRoutes } from "../../aws/routes.ts";
import type { SessionStatus } from "../../engine/status-format.ts";
import type { ResourceContext } from "./context.ts";
import { sharedLookUp } from "./shared-look-up.ts";

/** "DescribeInstanceInformation", AWS Systems Manager API Reference: results a page, and values of a filter. */
const idsAtOnce = 50;

/** Milliseconds after a launch in which an agent that has not reported yet may still be starting. */
const starting = 3 * 60_000;

/**
 * Whether Session Manager can open a session on each of these servers, by id. AWS itself only says "TargetNotConnected"
 * of a server that it cannot reach, so what is missing is looked up.
 */
export async function sessionsOf(
  context: ResourceContext,
  machines: readonly Instance[],
): Promise<ReadonlyMap<string, SessionStatus>> {
  const ids = machines.map(({ InstanceId = "" }) => InstanceId);
  try {
    const online = await lookUpOnline(context, ids);
    const found = await Promise.all(
      machines.map(async (machine): Promise<[string, SessionStatus]> => {
        const { InstanceId: id = "" } = machine;
        return [id, online.has(id) ? { available: true } : await missingFor(context, machine)];
      }),
    );
    return new Map(found);
  } catch (error) {
    if (!isAwsError(error, "denied")) throw error;
    const { message: reason, remedy } = error;
    return new Map(
      ids.map((id) => [id, { available: null, reason, ...(remedy !== undefined && { remedy }) }]),
    );
  }
}

/** The instances whose agent is connected to Systems Manager. */
async function lookUpOnline(
  { clients }: ResourceContext,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const client = await clients.ssm();
  const found = await Promise.all(
    inChunks(ids, idsAtOnce).map((some) =>
      everyPage(
        paginateDescribeInstanceInformation(
          { client },
          { Filters: [{ Key: "InstanceIds", Values: some }], MaxResults: idsAtOnce },
        ),
        (page) => page.InstanceInformationList,
      ),
    ),
  );
  return new Set(
    found
      .flat()
      .filter(({ PingStatus }) => PingStatus === "Online")
      .flatMap(({ InstanceId }) => InstanceId ?? []),
  );
}

async function missingFor(context: ResourceContext, machine: Instance): Promise<SessionStatus> {
  if (machine.IamInstanceProfile === undefined) {
    return missing("role", "it was launched without an instance profile, so it has no role");
  }
  const way = await missingWay(context, machine);
  if (way !== undefined) return way;
  const age = context.clock.now() - (machine.LaunchTime?.getTime() ?? 0);
  return missing(
    "agent",
    age < starting
      ? "its SSM Agent has not reported yet; that takes a minute or two after the start"
      : "its SSM Agent has not reported: its image may be older than access: session-manager, or its role may not allow what sessions need",
  );
}

/** What is missing on the way to Systems Manager: a route to the internet, or endpoints in the VPC instead. */
async function missingWay(
  context: ResourceContext,
  { SubnetId = "", VpcId = "", PublicIpAddress: address }: Instance,
): Promise<SessionStatus | undefined> {
  const routesOf = await routesIn(context.clients, VpcId);
  const { internetGateway, wayOut } = routesOf(SubnetId);
  const needsAddress = wayOut !== undefined && wayOut === internetGateway;
  if (wayOut !== undefined && (!needsAddress || address)) return undefined;
  const region = await context.clients.region();
  const needed = ["ssm", "ssmmessages"].map((service) => `com.amazonaws.${region}.${service}`);
  const present = await endpointsIn(context.clients, VpcId);
  const absent = needed.filter((service) => !present.has(service));
  if (absent.length === 0) return undefined;
  return absent.length < needed.length
    ? missing("endpoint", `its VPC has no endpoint ${absent.join(" and ")}`)
    : missing(
        "route",
        needsAddress
          ? "it has no public address, and its subnet's way to the internet needs one; the VPC has no endpoints for Systems Manager either"
          : "its subnet has no route to the internet, and its VPC has no endpoints for Systems Manager",
      );
}

/** The servers of a stack have one VPC, and all of them are looked at together. */
const routesIn = sharedLookUp(lookUpRoutes);

/** The names of the services that the VPC has a usable endpoint for. */
const endpointsIn = sharedLookUp(
  async ({ ec2: client }: Clients, vpcId: string): Promise<ReadonlySet<string>> => {
    const endpoints = await everyPage(
      paginateDescribeVpcEndpoints(
        { client },
        { Filters: [{ Name: "vpc-id", Values: [vpcId] }], MaxResults: 1000 },
      ),
      (page) => page.VpcEndpoints,
    );
    return new Set(
      endpoints
        // The model spells states with a capital letter, and the wire does not.
        .filter(({ State }) => State?.toLowerCase() === "available")
        .flatMap(({ ServiceName }) => ServiceName ?? []),
    );
  },
);

function missing(what: NonNullable<SessionStatus["missing"]>, reason: string): SessionStatus {
  return { available: false, missing: what, reason, remedy: remedies[what] };
}

const remedies: Readonly<Record<NonNullable<SessionStatus["missing"]>, string>> = {
  role: "Run `reconcile apply`: new servers get the role. Then try again.",
  agent:
    "Wait a minute and try again. If nothing changes, run `reconcile plan`: it shows whether the image and the role match the stack file.",
  route:
    "Give the servers' subnets a route to the internet, for example through a NAT gateway, or create VPC endpoints for ssm and ssmmessages.",
  endpoint: "Create the missing VPC endpoint, or a route to the internet.",
};
