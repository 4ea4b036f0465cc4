import {
  type EC2Client,
  type Filter,
  type InternetGateway,
  paginateDescribeInternetGateways,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { createdAtOf } from "../shared/twins.ts";

export interface InternetGatewayFields {
  /** The VPC that it is attached to. Empty while it is attached to none. */
  readonly vpcId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface InternetGatewayOutputs {
  readonly id: string;
}

export type LiveInternetGateway = Live<InternetGatewayFields, InternetGatewayOutputs>;

/** Every internet gateway of the stack, or only those that pass these filters, too. */
export async function sweepInternetGateways(
  context: ResourceContext,
  further: readonly Filter[] = [],
): Promise<LiveInternetGateway[]> {
  const found = await lookUpInternetGateways(context.clients.ec2, ownFilters(context, further));
  return found.flatMap((gateway) => inShape(gateway, context.stack) ?? []);
}

const lookUpInternetGateways = sharedLookUp((client: EC2Client, filters: Filter[]) =>
  everyPage(
    paginateDescribeInternetGateways({ client }, { Filters: filters, MaxResults: 1000 }),
    (page) => page.InternetGateways,
  ),
);

/** Those of these VPCs, whoever they belong to. A VPC can have only one. */
export function attachedTo(
  { clients }: ResourceContext,
  vpcIds: readonly string[],
): Promise<readonly InternetGateway[]> {
  return lookUpInternetGateways(clients.ec2, [{ Name: "attachment.vpc-id", Values: [...vpcIds] }]);
}

export function isOwn({ stack }: ResourceContext, { Tags: tags }: InternetGateway): boolean {
  return addressIn(tags, stack, "internet-gateway") !== undefined;
}

function inShape(
  { InternetGatewayId: id = "", Attachments = [], Tags: tags }: InternetGateway,
  stack: string,
): LiveInternetGateway | undefined {
  const address = addressIn(tags, stack, "internet-gateway");
  if (address === undefined) return undefined;
  const vpcId = Attachments.find(({ State }) => !/^detach/i.test(State ?? ""))?.VpcId ?? "";
  return {
    id,
    address,
    // It has no name of its own in AWS.
    physicalName: id,
    ...(vpcId === ""
      ? { status: "partial", statusReason: "it is attached to no VPC" }
      : { status: "ready" }),
    createdAt: createdAtOf(tags),
    fields: { vpcId, tags: userTagsOf(tags) },
    outputs: { id },
    uses: vpcId === "" ? [] : [vpcId],
    usesTypes: ["vpc"],
  };
}
