import { paginateDescribeSecurityGroups } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { FactError } from "./fact-error.ts";
import { everyPage } from "./paging.ts";

/**
 * The security group that AWS uses when a resource names none. Every VPC has one, and it cannot be
 * deleted ("Default security groups for your VPCs", Amazon VPC User Guide).
 *
 * @throws FactError when the VPC does not exist.
 */
export async function lookUpDefaultSecurityGroup(clients: Clients, vpcId: string): Promise<string> {
  const Filters = [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "group-name", Values: ["default"] },
  ];
  const [group] = await everyPage(
    paginateDescribeSecurityGroups({ client: clients.ec2 }, { Filters }),
    (page) => page.SecurityGroups,
  );
  if (group?.GroupId !== undefined) return group.GroupId;
  throw new FactError(`${vpcId} has no default security group`, "Check that the VPC still exists.");
}
