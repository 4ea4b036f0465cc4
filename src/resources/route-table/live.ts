import {
  type EC2Client,
  type Filter,
  paginateDescribeRouteTables,
  type Route,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live, Note } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { createdAtOf } from "../shared/twins.ts";
import { deletedTarget } from "./targets.ts";

export interface RouteTableFields {
  readonly vpcId: string;
  /** Where the default route leads: an internet gateway or a NAT gateway; null: nowhere. All other routes are others'. */
  readonly wayOut: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RouteTableOutputs {
  readonly id: string;
}

export type LiveRouteTable = Live<RouteTableFields, RouteTableOutputs>;

/** The whole internet. */
export const EVERYWHERE = "0.0.0.0/0";

/** Every route table of the stack, as AWS answers. Shared, because subnets tell from it which table they have. */
export function describeOwnRouteTables(
  context: ResourceContext,
  further: readonly Filter[] = [],
): Promise<readonly RouteTable[]> {
  return lookUpRouteTables(context.clients.ec2, ownFilters(context, further));
}

/** The route tables that pass these filters, whoever they belong to. */
export const lookUpRouteTables = sharedLookUp((client: EC2Client, filters: Filter[]) =>
  everyPage(
    paginateDescribeRouteTables({ client }, { Filters: filters, MaxResults: 100 }),
    (page) => page.RouteTables,
  ),
);

export async function sweepRouteTables(
  context: ResourceContext,
  further: readonly Filter[] = [],
): Promise<LiveRouteTable[]> {
  const found = await describeOwnRouteTables(context, further);
  return found.flatMap((table) => inShape(table, context.stack) ?? []);
}

/** The default route, if there is one. */
export function defaultRouteOf({ Routes = [] }: RouteTable): Route | undefined {
  return Routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === EVERYWHERE);
}

function inShape(table: RouteTable, stack: string): LiveRouteTable | undefined {
  const { RouteTableId: id = "", VpcId: vpcId = "", Tags: tags } = table;
  const address = addressIn(tags, stack, "route-table");
  if (address === undefined) return undefined;
  const route = defaultRouteOf(table);
  const target = route && targetOf(route);
  const isLost = route?.State === "blackhole";
  return {
    id,
    address,
    // It has no name of its own in AWS.
    physicalName: id,
    status: "ready",
    createdAt: createdAtOf(tags),
    fields: {
      vpcId,
      // A route to a deleted target is a blackhole. It leads nowhere, whatever it names.
      wayOut: target === undefined ? null : isLost ? deletedTarget(target) : target,
      tags: userTagsOf(tags),
    },
    outputs: { id },
    ...(isLost && { notes: [nowhere(target)] }),
    uses: [vpcId, ...(target === undefined ? [] : [target])],
    usesTypes: [
      "vpc",
      ...(target?.startsWith("igw-") === true ? ["internet-gateway"] : []),
      ...(target?.startsWith("nat-") === true ? ["nat-gateway"] : []),
    ],
  };
}

/** A plan shows it as a difference. */
function nowhere(target: string | undefined): Note {
  return {
    summary: `its default route leads to ${target}, which has been deleted: the servers that it is for have no way out`,
    remedy: "Run apply. It creates what is missing, and sets the route.",
    concerns: { status: true },
  };
}

function targetOf(route: Route): string {
  return (
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.NetworkInterfaceId ??
    "something else"
  );
}
