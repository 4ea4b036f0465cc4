import { paginateDescribeVpcs } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, nameKey, stackKey } from "../../aws/tags.ts";
import type { Obstacle, Sought } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ec2Tags } from "../shared/foreign.ts";
import { sweepOwnSubnets } from "../subnet/live.ts";
import type { VpcFields } from "./live.ts";

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
  const [region, found] = await Promise.all([
    clients.region(),
    everyPage(
      paginateDescribeVpcs(
        { client: clients.ec2 },
        { Filters: [{ Name: "vpc-id", Values: ids }], MaxResults: 1000 },
      ),
      (page) => page.Vpcs,
    ),
  ]);
  // One that still carries them is replaced.
  const untagged = found.filter(({ Tags }) => addressIn(Tags, stack, "vpc") === undefined);
  return sought.flatMap(({ address, physicalName }) =>
    untagged.map(({ VpcId: id = "" }) => {
      const command = awsCommand(
        region,
        ...ec2Tags(id, [
          [stackKey, stack],
          [nameKey, address],
        ]),
      );
      return {
        physicalName,
        summary: `${id} has subnets of this stack, but does not carry the stack's tags`,
        remedy: `If it is the stack's VPC and lost its tags, put them back: ${command}. Otherwise remove the tag ${stackKey} from its subnets.`,
      };
    }),
  );
}
