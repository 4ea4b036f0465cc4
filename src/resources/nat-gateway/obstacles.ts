import type { NatGateway } from "@aws-sdk/client-ec2";
import type { DesiredFields, Obstacle, Sought } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { mayHaveLostTags, putTagsBack } from "../shared/lost-tags.ts";
import { lookUpNatGateways, type NatGatewayFields, placementOfGateway } from "./live.ts";

/**
 * A NAT gateway at the place of a new one, in the stack's VPC, that does not carry the stack's tags. Somebody has removed
 * them. A second one beside it would have other addresses, and AWS may answer the create with the first one again.
 */
export async function natGatewaysWithoutTags(
  context: ResourceContext,
  sought: readonly Sought<NatGatewayFields>[],
): Promise<readonly Obstacle[]> {
  const vpcIds = sought.flatMap(({ fields: { vpcId } }) =>
    typeof vpcId === "string" ? vpcId : [],
  );
  if (vpcIds.length === 0) return [];
  const { clients } = context;
  const filters = [
    { Name: "vpc-id", Values: [...new Set(vpcIds)] },
    { Name: "state", Values: ["pending", "available"] },
  ];
  const [region, found] = await Promise.all([
    clients.region(),
    lookUpNatGateways(clients.ec2, filters),
  ]);
  const obstacles = sought.map(({ address, physicalName, fields }) =>
    found
      .filter((each) => mayHaveLostTags(context, each.Tags, address) && isAtPlace(each, fields))
      .map(async ({ NatGatewayId: id = "", SubnetId: subnet }) => ({
        physicalName,
        summary: `${id} is a NAT gateway in ${subnet ?? "the stack's VPC"}, where ${address} belongs, but does not carry the stack's tags`,
        remedy: `If it belongs to the stack and lost its tags, put them back: ${await putTagsBack(context, address, id)}. Otherwise delete it if nobody needs it: ${awsCommand(region, "ec2 delete-nat-gateway", { "nat-gateway-id": id })}.`,
      })),
  );
  return Promise.all(obstacles.flat());
}

/** A regional one is in no subnet. A private one ("NAT gateways", Amazon VPC User Guide) serves something else. */
function isAtPlace(found: NatGateway, fields: DesiredFields<NatGatewayFields>): boolean {
  const { vpcId, subnetId } = placementOfGateway(found);
  return (
    found.ConnectivityType !== "private" && vpcId === fields.vpcId && subnetId === fields.subnetId
  );
}
