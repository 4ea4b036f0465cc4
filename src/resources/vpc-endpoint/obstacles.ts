import type { VpcEndpoint } from "@aws-sdk/client-ec2";
import type { DesiredFields, Obstacle, Sought } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { mayHaveLostTags, putTagsBack } from "../shared/lost-tags.ts";
import { lookUpVpcEndpoints, serviceNameIn, stateOf, type VpcEndpointFields } from "./live.ts";

/**
 * An endpoint of the same service that has the place of a new one in the stack's VPC, and does not carry the stack's tags.
 * Somebody has removed them. AWS has room for only one, and may answer the create with the first one again.
 */
export async function endpointsWithoutTags(
  context: ResourceContext,
  sought: readonly Sought<VpcEndpointFields>[],
): Promise<readonly Obstacle[]> {
  const vpcIds = sought.flatMap(({ fields: { vpcId } }) =>
    typeof vpcId === "string" ? vpcId : [],
  );
  if (vpcIds.length === 0) return [];
  const { clients } = context;
  const filters = [{ Name: "vpc-id", Values: [...new Set(vpcIds)] }];
  const [region, found] = await Promise.all([
    clients.region(),
    lookUpVpcEndpoints(clients.ec2, filters),
  ]);
  const standing = found.filter((each) => !gone.has(stateOf(each)));
  const obstacles = sought.map(({ address, physicalName, fields }) =>
    standing
      .filter(
        (each) => mayHaveLostTags(context, each.Tags, address) && hasPlace(each, region, fields),
      )
      .map(async ({ VpcEndpointId: id = "", VpcId: vpcId }) => ({
        physicalName,
        summary: `${id} is an endpoint of ${String(fields.service)} in ${vpcId}, where ${address} belongs, but does not carry the stack's tags`,
        remedy: `If it belongs to the stack and lost its tags, put them back: ${await putTagsBack(context, address, id)}. Otherwise delete it if nobody needs it: ${awsCommand(region, "ec2 delete-vpc-endpoints", { "vpc-endpoint-ids": id })}.`,
      })),
  );
  return Promise.all(obstacles.flat());
}

const gone: ReadonlySet<string> = new Set(["deleting", "deleted", "failed", "rejected", "expired"]);

/**
 * A route table has one route to a service, and a VPC one endpoint with the service's own name. Another endpoint does not
 * matter: it is in the table of somebody else's subnets, or has no such name.
 */
function hasPlace(
  found: VpcEndpoint,
  region: string,
  { vpcId, service, kind, routeTables }: DesiredFields<VpcEndpointFields>,
): boolean {
  const isSame =
    found.VpcId === vpcId &&
    found.VpcEndpointType === kind &&
    found.ServiceName === serviceNameIn(region, String(service));
  if (!isSame || kind === "Interface") return isSame && found.PrivateDnsEnabled === true;
  const wanted: readonly unknown[] = Array.isArray(routeTables) ? routeTables : [];
  return (found.RouteTableIds ?? []).some((table) => wanted.includes(table));
}
