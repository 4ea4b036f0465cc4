import type { DescribeVpcAttributeRequest, ModifyVpcAttributeRequest } from "@aws-sdk/client-ec2";
import { DescribeVpcAttribute$, ModifyVpcAttribute$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { requireVpc, vpcs } from "./tables.ts";

const describeVpcAttribute = operation<DescribeVpcAttributeRequest>(
  DescribeVpcAttribute$,
  ["VpcId", "Attribute"],
  (region, input) => {
    const { id } = requireVpc(region, input.VpcId);
    const attribute: string | undefined = input.Attribute;
    switch (attribute) {
      case undefined:
        throw missingParameter("attribute");
      case "enableDnsSupport":
        return { VpcId: id, EnableDnsSupport: { Value: hasDnsSupport(region, id) } };
      case "enableDnsHostnames":
        return { VpcId: id, EnableDnsHostnames: { Value: hasDnsHostnames(region, id) } };
      case "enableNetworkAddressUsageMetrics":
        throw notModelled(`The VPC attribute ${attribute}`);
      default:
        throw invalidValue(`Value (${attribute}) for parameter attribute is invalid.`);
    }
  },
);

const modifyVpcAttribute = operation<ModifyVpcAttributeRequest>(
  ModifyVpcAttribute$,
  ["VpcId", "EnableDnsSupport", "EnableDnsHostnames"],
  (region, input) => {
    const { id } = requireVpc(region, input.VpcId);
    const support = input.EnableDnsSupport?.Value;
    const hostnames = input.EnableDnsHostnames?.Value;
    if (support === undefined && hostnames === undefined) throw missingParameter("attribute");
    // "You cannot modify the DNS resolution and DNS hostnames attributes in the same request."
    if (support !== undefined && hostnames !== undefined) {
      throw new AwsError(
        "InvalidParameterCombination",
        "Fields for multiple attribute types specified: enableDnsSupport, enableDnsHostnames",
      );
    }
    if (hostnames === true && !hasDnsSupport(region, id)) {
      throw invalidValue("You can only enable DNS hostnames if you've enabled DNS support.");
    }
    region.table(vpcs).change(id, (vpc) => {
      if (support !== undefined) vpc.dnsSupport = support;
      if (hostnames !== undefined) vpc.dnsHostnames = hostnames;
    });
    return {};
  },
);

/** Whether AWS's DNS resolver answers the instances of the VPC. */
export function hasDnsSupport(region: Region, vpcId: string): boolean {
  return region.table(vpcs).latest(vpcId)?.dnsSupport ?? true;
}

/**
 * Whether instances with public addresses get public DNS names: "By default, … true only for a default VPC"
 * ("DNS attributes for your VPC", Amazon VPC User Guide).
 */
export function hasDnsHostnames(region: Region, vpcId: string): boolean {
  const vpc = region.table(vpcs).latest(vpcId);
  return vpc?.dnsHostnames ?? vpc?.isDefault ?? false;
}

export const vpcAttributeOperations = [describeVpcAttribute, modifyVpcAttribute];
