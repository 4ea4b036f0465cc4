import { addressIn, stackKey } from "../../aws/tags.ts";
import type { Obstacle, Sought } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { putTagsBack } from "../shared/lost-tags.ts";
import { sweepOwnSubnets } from "../subnet/live.ts";
import { lookUpVpcs, type VpcFields } from "./live.ts";

/**
 * A VPC that has the stack's subnets and does not carry the stack's tags. Somebody has removed them. A second network
 * beside it would help nobody.
 */
export async function vpcsWithoutTags(
  context: ResourceContext,
  sought: readonly Sought<VpcFields>[],
): Promise<readonly Obstacle[]> {
  const { clients, stack } = context;
  const subnets = await sweepOwnSubnets(context);
  const ids = [...new Set(subnets.map(({ fields }) => fields.vpcId))];
  if (ids.length === 0) return [];
  const found = await lookUpVpcs(clients.ec2, [{ Name: "vpc-id", Values: ids }]);
  // One that still carries them is replaced.
  const untagged = found.filter(({ Tags }) => addressIn(Tags, stack, "vpc") === undefined);
  const obstacles = sought.flatMap(({ address, physicalName }) =>
    untagged.map(async ({ VpcId: id = "" }) => ({
      physicalName,
      summary: `${id} has subnets of this stack, but does not carry the stack's tags`,
      remedy: `If it is the stack's VPC and lost its tags, put them back: ${await putTagsBack(context, address, id)}. Otherwise remove the tag ${stackKey} from its subnets.`,
    })),
  );
  return Promise.all(obstacles);
}
