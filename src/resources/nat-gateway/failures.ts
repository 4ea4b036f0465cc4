import type { NatGateway } from "@aws-sdk/client-ec2";
import { OutsideError } from "../../engine/errors.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { failureOfGateway, type NatGatewayFields } from "./live.ts";

/** AWS's reason why it could not create the gateway, and what to do about it. */
export async function creationFailed(
  context: ResourceContext,
  fields: NatGatewayFields,
  found: NatGateway,
): Promise<OutsideError> {
  const region = await context.clients.region();
  const { NatGatewayId: id, FailureCode: code } = found;
  return new OutsideError(
    `AWS could not create the NAT gateway ${id}. ${failureOfGateway(found)}`,
    {
      ...(code !== undefined && { code }),
      operation: "ec2:CreateNatGateway",
      remedy: `${cureOf(region, fields, code)} Then run the same command again: it deletes the failed NAT gateway and creates another one.`,
    },
  );
}

/** "NatGateway", Amazon EC2 API Reference, lists the codes. */
function cureOf(
  region: string,
  { vpcId, subnetId, allocationId }: NatGatewayFields,
  code: string | undefined,
): string {
  switch (code) {
    case "Gateway.NotAttached":
      return `Check that nobody detaches the internet gateway of ${vpcId}.`;
    case "InsufficientFreeAddressesInSubnet":
      return `Free some addresses in ${subnetId ?? vpcId}: delete network interfaces that nobody needs. ${awsCommand(region, "ec2 describe-network-interfaces", { filters: `Name=subnet-id,Values=${subnetId ?? ""}` })} lists them.`;
    case "InvalidAllocationID.NotFound":
      return `Check that nobody releases the address ${allocationId ?? ""}.`;
    case "Resource.AlreadyAssociated":
      return `Disassociate the address from what uses it. ${awsCommand(region, "ec2 describe-addresses", { "allocation-ids": allocationId ?? "" })} shows the user.`;
    case "InvalidSubnetID.NotFound":
      return `Check that nobody deletes the subnet ${subnetId ?? ""}.`;
    default:
      return "The failure is AWS's own. Wait some minutes.";
  }
}
