import { type EC2Client, type NatGateway, paginateDescribeNatGateways } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { attachedTo } from "../internet-gateway/live.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";

export interface NatGatewayFields {
  readonly vpcId: string;
  /** A regional one serves every zone, and AWS manages its addresses. A zonal one is in a public subnet. */
  readonly mode: "regional" | "zonal";
  /** Of a zonal one. */
  readonly subnetId: string | null;
  /** The address of a zonal one. */
  readonly allocationId: string | null;
  /** The internet gateway that must be attached before. It orders the steps, and is never compared. */
  readonly internetGateway: string;
  /**
   * Of a regional one: subnets that exist before it, so that it serves their zones from the start. AWS may take an hour to
   * add a zone ("Regional NAT gateways", Amazon VPC User Guide). They order the steps, and are never compared.
   */
  readonly zonesBefore?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface NatGatewayOutputs {
  readonly id: string;
  /** What others see of the servers behind it. Empty until it is available. */
  readonly publicAddresses: string;
}

export type LiveNatGateway = Live<NatGatewayFields, NatGatewayOutputs>;

export async function sweepNatGateways(context: ResourceContext): Promise<LiveNatGateway[]> {
  const present = (await ownNatGateways(context)).filter(({ State }) => State !== "deleted");
  const internetGateways = await internetGatewaysOf(context, present);
  return present.flatMap((found) => toLive(context, found, internetGateways) ?? []);
}

/**
 * Every NAT gateway with the stack's tags, those included that AWS has deleted: it shows them for about an hour
 * ("Delete a NAT gateway", Amazon VPC User Guide).
 */
export function ownNatGateways(context: ResourceContext): Promise<readonly NatGateway[]> {
  return lookUpNatGateways(context.clients.ec2, ownFilters(context));
}

/** The NAT gateways that pass these filters, whoever they belong to, those included that AWS has deleted. */
export const lookUpNatGateways = sharedLookUp(
  (client: EC2Client, filters: ReturnType<typeof ownFilters>) =>
    everyPage(
      paginateDescribeNatGateways({ client }, { Filter: filters, MaxResults: 1000 }),
      (page) => page.NatGateways,
    ),
);

/** Undefined if AWS does not know it yet, or no longer. */
export async function describeNatGateway(
  { clients: { ec2: client } }: ResourceContext,
  id: string,
): Promise<NatGateway | undefined> {
  const pages = paginateDescribeNatGateways({ client }, { NatGatewayIds: [id] });
  return (await unlessGone(() => everyPage(pages, (page) => page.NatGateways)))?.[0];
}

/** Undefined if it does not belong to the stack, or no longer exists. */
export async function lookAtNatGateway(
  context: ResourceContext,
  id: string,
): Promise<LiveNatGateway | undefined> {
  const found = await describeNatGateway(context, id);
  if (found === undefined || found.State === "deleted") return undefined;
  return toLive(context, found, await internetGatewaysOf(context, [found]));
}

/** The attached internet gateway by VPC. Each NAT gateway needs it, and no description of one says so. */
async function internetGatewaysOf(
  context: ResourceContext,
  gateways: readonly NatGateway[],
): Promise<ReadonlyMap<string, string>> {
  const vpcs = [...new Set(gateways.flatMap(({ VpcId }) => VpcId ?? []))].sort();
  const found = vpcs.length === 0 ? [] : await attachedTo(context, vpcs);
  return new Map(
    found.flatMap(({ InternetGatewayId: id = "", Attachments = [] }) =>
      Attachments.flatMap(({ VpcId }) => (VpcId === undefined ? [] : [[VpcId, id] as const])),
    ),
  );
}

function toLive(
  context: ResourceContext,
  found: NatGateway,
  internetGateways: ReadonlyMap<string, string>,
): LiveNatGateway | undefined {
  const { NatGatewayId: id = "", VpcId: vpcId = "", Tags: tags } = found;
  const address = addressIn(tags, context.stack, "nat-gateway");
  if (address === undefined) return undefined;
  const placement = placementOfGateway(found);
  const { subnetId } = placement;
  const internetGateway = internetGateways.get(vpcId) ?? "";
  const addresses = found.NatGatewayAddresses ?? [];
  const used = addresses.flatMap(({ AllocationId }) => AllocationId ?? []);
  return {
    id,
    address,
    // A NAT gateway has no name of its own in AWS.
    physicalName: id,
    ...statusOf(found),
    createdAt: found.CreateTime?.getTime() ?? 0,
    fields: { ...placement, internetGateway, tags: userTagsOf(tags) },
    outputs: {
      id,
      publicAddresses: addresses
        .flatMap(({ PublicIp }) => PublicIp ?? [])
        .sort()
        .join(", "),
    },
    uses: [vpcId, subnetId ?? "", internetGateway, ...used].filter((each) => each !== ""),
  };
}

type Placement = Pick<NatGatewayFields, "vpcId" | "mode" | "subnetId" | "allocationId">;

/** The fields that only a replacement changes. */
export function placementOfGateway(found: NatGateway): Placement {
  const { VpcId: vpcId = "", SubnetId, NatGatewayAddresses: addresses = [] } = found;
  if (found.AvailabilityMode === "regional") {
    return { vpcId, mode: "regional", subnetId: null, allocationId: null };
  }
  // Gateways that somebody gave further addresses have several. One that has only one may not say that it is the first.
  const primary = addresses.find(({ IsPrimary }) => IsPrimary) ?? addresses[0];
  return {
    vpcId,
    mode: "zonal",
    subnetId: SubnetId ?? null,
    allocationId: primary?.AllocationId ?? null,
  };
}

/** "NatGateway", Amazon EC2 API Reference. */
function statusOf(found: NatGateway): Pick<LiveNatGateway, "status" | "statusReason"> {
  switch (found.State) {
    case "pending":
      return { status: "partial", statusReason: PENDING };
    case "failed":
      return { status: "failed", statusReason: failureOfGateway(found) };
    case "deleting":
      return { status: "deleting" };
    default:
      return { status: "ready" };
  }
}

export const PENDING = "AWS is creating it";

export function failureOfGateway({
  FailureCode: code = "no code",
  FailureMessage: message = "AWS gives no reason",
}: NatGateway): string {
  return `${code}: ${message}`;
}
