import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { FactError } from "./facts.ts";

/**
 * The group that AWS puts whatever names none into. Every VPC has one, and nobody can delete it
 * ("Default security groups for your VPCs", Amazon VPC User Guide).
 *
 * @throws FactError when the VPC is gone.
 */
export async function lookUpDefaultSecurityGroup(clients: Clients, vpcId: string): Promise<string> {
  const { SecurityGroups: [group] = [] } = await clients.ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "group-name", Values: ["default"] },
      ],
    }),
  );
  if (group?.GroupId !== undefined) return group.GroupId;
  throw new FactError(`${vpcId} has no default security group`, "Check that the VPC still exists.");
}
