import {
  type EC2Client,
  paginateDescribeVpcEndpoints,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";

export interface VpcEndpointFields {
  readonly vpcId: string;
  /** Its short name: `s3`. */
  readonly service: string;
  /** A gateway endpoint is a route. An interface endpoint is a network interface in each subnet. */
  readonly kind: "Gateway" | "Interface";
  /** Of a gateway endpoint. */
  readonly routeTables: readonly string[];
  /** Of an interface endpoint. */
  readonly subnets: readonly string[];
  /** Of an interface endpoint. */
  readonly securityGroupIds: readonly string[];
  /** Of an interface endpoint: whether the service's own name leads to it inside the VPC. */
  readonly privateDns: boolean | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VpcEndpointOutputs {
  readonly id: string;
}

export type LiveVpcEndpoint = Live<VpcEndpointFields, VpcEndpointOutputs>;

/**
 * The name of a service in a region. China's regions have another prefix for many services, and so have the separate
 * partitions, but not for S3 as a gateway endpoint, `ssm` and `ssmmessages` (the table in `vpc-endpoint.ts` of
 * aws/aws-cdk).
 */
export function serviceNameIn(region: string, service: string): string {
  return `com.amazonaws.${region}.${service}`;
}

/** The short name of a service, whatever its prefix. */
function shortNameOf(region: string, name: string): string {
  const [, short = name] = name.split(`.${region}.`, 2);
  return short;
}

export async function sweepVpcEndpoints(context: ResourceContext): Promise<LiveVpcEndpoint[]> {
  const [region, found] = await Promise.all([
    context.clients.region(),
    lookUpVpcEndpoints(context.clients.ec2, ownFilters(context)),
  ]);
  return found.flatMap((each) => toLive(context, region, each) ?? []);
}

/** The endpoints that pass these filters, whoever they belong to. */
export const lookUpVpcEndpoints = sharedLookUp(
  (client: EC2Client, filters: ReturnType<typeof ownFilters>) =>
    everyPage(
      paginateDescribeVpcEndpoints({ client }, { Filters: filters, MaxResults: 1000 }),
      (page) => page.VpcEndpoints,
    ),
);

/** Undefined if AWS does not know it yet, or no longer. */
export async function describeVpcEndpoint(
  { clients: { ec2: client } }: ResourceContext,
  id: string,
): Promise<VpcEndpoint | undefined> {
  const pages = paginateDescribeVpcEndpoints({ client }, { VpcEndpointIds: [id] });
  return (await unlessGone(() => everyPage(pages, (page) => page.VpcEndpoints)))?.[0];
}

/** Undefined if it does not belong to the stack, or no longer exists. */
export async function lookAtVpcEndpoint(
  context: ResourceContext,
  id: string,
): Promise<LiveVpcEndpoint | undefined> {
  const found = await describeVpcEndpoint(context, id);
  return found && toLive(context, await context.clients.region(), found);
}

function toLive(
  context: ResourceContext,
  region: string,
  found: VpcEndpoint,
): LiveVpcEndpoint | undefined {
  const { VpcEndpointId: id = "", VpcId: vpcId = "", Tags: tags } = found;
  const address = addressIn(tags, context.stack, "vpc-endpoint");
  if (address === undefined || stateOf(found) === "deleted") return undefined;
  const routeTables = [...(found.RouteTableIds ?? [])].sort();
  const subnets = [...(found.SubnetIds ?? [])].sort();
  const securityGroupIds = (found.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []).sort();
  const isInterface = found.VpcEndpointType === "Interface";
  return {
    id,
    address,
    // An endpoint has no name of its own in AWS.
    physicalName: id,
    ...statusOf(found),
    createdAt: found.CreationTimestamp?.getTime() ?? 0,
    fields: {
      vpcId,
      service: shortNameOf(region, found.ServiceName ?? ""),
      // No stack file has another kind, so that one is a difference.
      kind: (found.VpcEndpointType ?? "Gateway") as "Gateway",
      routeTables,
      subnets,
      securityGroupIds,
      privateDns: isInterface ? (found.PrivateDnsEnabled ?? false) : null,
      tags: userTagsOf(tags),
    },
    outputs: { id },
    uses: [vpcId, ...routeTables, ...subnets, ...securityGroupIds],
  };
}

/** The model spells states with a capital letter, and the wire does not. */
export function stateOf({ State: state }: VpcEndpoint): string {
  return state?.toLowerCase() ?? "";
}

function statusOf(found: VpcEndpoint): Pick<LiveVpcEndpoint, "status" | "statusReason"> {
  switch (stateOf(found)) {
    case "available":
      return { status: "ready" };
    case "deleting":
      return { status: "deleting" };
    case "failed":
    case "rejected":
    case "expired":
      return { status: "failed", statusReason: failureOf(found) };
    default:
      return { status: "partial", statusReason: pendingOf(found) };
  }
}

function pendingOf(found: VpcEndpoint): string {
  const state = stateOf(found);
  return state === "pending" ? "AWS is creating it" : `AWS says that it is ${state}`;
}

function failureOf(found: VpcEndpoint): string {
  const { Code: code, Message: message } = found.LastError ?? {};
  const reason = [code, message ?? found.FailureReason].filter((each) => each !== undefined);
  return `${stateOf(found)}: ${reason.length === 0 ? "AWS gives no reason" : reason.join(", ")}`;
}
