import {
  type EC2Client,
  type Filter,
  paginateDescribeSubnets,
  type Subnet,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { describeOwnRouteTables } from "../route-table/live.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";

export interface SubnetFields {
  readonly vpcId: string;
  /** Chosen once, then read back from what exists. */
  readonly cidr: string;
  readonly zone: string;
  /** Whether what starts in it gets a public address. */
  readonly publicAddresses: boolean;
  /** Id of the stack's table that it has. null: it has another one. */
  readonly routeTable: string | null;
  /** Ids of endpoints that servers in it need at once. Only orders the steps: its table has their routes. */
  readonly endpoints?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface SubnetOutputs {
  readonly id: string;
  readonly zone: string;
  readonly cidr: string;
}

export type LiveSubnet = Live<SubnetFields, SubnetOutputs>;

/** Every subnet of the stack, or only those that pass these filters, too. */
export async function sweepOwnSubnets(
  context: ResourceContext,
  further: readonly Filter[] = [],
): Promise<LiveSubnet[]> {
  const [found, tables] = await Promise.all([
    lookUpSubnets(context.clients.ec2, ownFilters(context, further)),
    describeOwnRouteTables(context),
  ]);
  const tableOf = new Map(
    tables.flatMap(({ RouteTableId: table = "", Associations = [] }) =>
      Associations.filter(({ AssociationState: state }) => state?.State !== "disassociating").map(
        ({ SubnetId }) => [SubnetId, table] as const,
      ),
    ),
  );
  return found.flatMap((subnet) => {
    const routeTable = tableOf.get(subnet.SubnetId) ?? null;
    return inShape(subnet, routeTable, context.stack) ?? [];
  });
}

/** The subnets that pass these filters, whoever they belong to. */
export const lookUpSubnets = sharedLookUp((client: EC2Client, filters: Filter[]) =>
  everyPage(
    paginateDescribeSubnets({ client }, { Filters: filters, MaxResults: 1000 }),
    (page) => page.Subnets,
  ),
);

function inShape(subnet: Subnet, routeTable: string | null, stack: string): LiveSubnet | undefined {
  const { SubnetId: id = "", VpcId: vpcId = "", CidrBlock: cidr = "", Tags: tags } = subnet;
  const { AvailabilityZone: zone = "" } = subnet;
  const address = addressIn(tags, stack, "subnet");
  if (address === undefined) return undefined;
  return {
    id,
    address,
    // It has no name of its own in AWS.
    physicalName: id,
    status: "ready",
    // AWS does not report it.
    createdAt: 0,
    fields: {
      vpcId,
      cidr,
      zone,
      publicAddresses: subnet.MapPublicIpOnLaunch === true,
      routeTable,
      tags: userTagsOf(tags),
    },
    outputs: { id, zone, cidr },
    uses: [vpcId, ...(routeTable === null ? [] : [routeTable])],
    usesTypes: ["vpc", "route-table"],
  };
}
