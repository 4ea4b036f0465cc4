import { toRecord } from "../../aws/tags.ts";
import { isRef, type Obstacle, type Sought } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";
import { mayHaveLostTags, putTagsBack } from "../shared/lost-tags.ts";
import { lookUpSubnets, type SubnetFields } from "./live.ts";

/**
 * A subnet in the stack's VPC that has the name which a new one would get, and does not carry the stack's tags. Somebody
 * has removed them, and the servers would move to another subnet.
 */
export async function subnetsWithoutTags(
  context: ResourceContext,
  sought: readonly Sought<SubnetFields>[],
): Promise<readonly Obstacle[]> {
  const { clients } = context;
  const vpcIds = sought.flatMap(({ fields: { vpcId } }) =>
    typeof vpcId === "string" ? vpcId : [],
  );
  if (vpcIds.length === 0) return [];
  const filters = [{ Name: "vpc-id", Values: [...new Set(vpcIds)] }];
  const found = await lookUpSubnets(clients.ec2, filters);
  const obstacles = sought.flatMap(({ address, physicalName, fields }) => {
    const name = isRef(fields.tags) ? undefined : fieldOf(fields.tags, "Name");
    const lost = found.filter(
      ({ Tags, VpcId, AvailabilityZone }) =>
        mayHaveLostTags(context, Tags, address) &&
        toRecord(Tags)["Name"] === name &&
        VpcId === fields.vpcId &&
        AvailabilityZone === fields.zone,
    );
    return lost.map(async ({ SubnetId: id = "" }) => ({
      physicalName,
      summary: `${id} in the stack's VPC is named ${String(name)}, but does not carry the stack's tags`,
      remedy: `If it belongs to the stack and lost its tags, put them back: ${await putTagsBack(context, address, id)}. Otherwise give it another name (tag Name).`,
    }));
  });
  return Promise.all(obstacles);
}
