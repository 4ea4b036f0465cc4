import { DescribeAccountAttributesCommand, DescribeAddressesCommand } from "@aws-sdk/client-ec2";
import type { Obstacle, Sought } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";

/**
 * An account may have five Elastic IP addresses in a region, unless somebody has asked for more ("Elastic IP
 * addresses", Amazon VPC quotas). Without room for all, an apply would end with half a network.
 */
export async function addressesBeyondQuota(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Obstacle[]> {
  const [quota, used] = await Promise.all([quotaOf(context), usedIn(context)]);
  if (quota === undefined || used + sought.length <= quota) return [];
  const command = awsCommand(
    await context.clients.region(),
    "service-quotas request-service-quota-increase",
    {
      "service-code": "ec2",
      // "EC2-VPC Elastic IPs".
      "quota-code": "L-0263D0A3",
      "desired-value": String(used + sought.length),
    },
  );
  const [needed, fewer] =
    sought.length === 1
      ? ["another one", "nat: regional"]
      : [`${sought.length} more`, "nat: single, which needs one address, or nat: regional"];
  return sought.map(({ physicalName }) => ({
    physicalName,
    summary: `the account has ${used} of at most ${quota} Elastic IP addresses in this region, and the stack needs ${needed}`,
    remedy: `Ask AWS for more: ${command}. Or release addresses that nobody needs. Or write ${fewer}, whose addresses AWS manages.`,
  }));
}

/** Undefined if AWS does not say. */
async function quotaOf({ clients }: ResourceContext): Promise<number | undefined> {
  // All of them: AWS's model of the API lets a request name only two others ("AccountAttributeName").
  const command = new DescribeAccountAttributesCommand({});
  const { AccountAttributes: attributes = [] } = await clients.ec2.send(command);
  const found = attributes.find(({ AttributeName }) => AttributeName === "vpc-max-elastic-ips");
  const value = Number(found?.AttributeValues?.[0]?.AttributeValue);
  return Number.isInteger(value) ? value : undefined;
}

/**
 * Of the whole account. Without those that a service manages, such as a regional NAT gateway's: AWS does not document
 * whether they count, and an apply must not be refused for nothing.
 */
async function usedIn({ clients }: ResourceContext): Promise<number> {
  const { Addresses: found = [] } = await clients.ec2.send(new DescribeAddressesCommand({}));
  return found.filter(({ ServiceManaged }) => ServiceManaged === undefined).length;
}
