import type {
  CreateNetworkInterfaceRequest,
  DeleteNetworkInterfaceRequest,
} from "@aws-sdk/client-ec2";
import { CreateNetworkInterface$, DeleteNetworkInterface$ } from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import { findSecurityGroup } from "../security-groups/security-groups.ts";
import { securityGroups } from "../security-groups/tables.ts";
import { tagsFor } from "../tags.ts";
import { networkInterfaceAnswer } from "./interface-answers.ts";
import {
  createNetworkInterface,
  freeAddresses,
  interfaceStatus,
  networkInterfaces,
  requireSubnet,
} from "./tables.ts";

const create = operation<CreateNetworkInterfaceRequest>(
  CreateNetworkInterface$,
  ["SubnetId", "Groups", "Description", "TagSpecifications"],
  (region, input) => {
    if (input.SubnetId === undefined) throw missingParameter("subnetId");
    const subnet = requireSubnet(region, input.SubnetId);
    if (freeAddresses(region, subnet) === 0) {
      throw new AwsError(
        "InsufficientFreeAddressesInSubnet",
        "The specified subnet does not have enough free addresses to satisfy the request.",
      );
    }
    // "If you do not specify a security group, the default security group is used" (User Guide).
    const byDefault = region
      .table(securityGroups)
      .all()
      .filter(({ vpcId, name }) => vpcId === subnet.vpcId && name === "default");
    const chosen =
      input.Groups === undefined || input.Groups.length === 0
        ? byDefault
        : input.Groups.map((id) => findSecurityGroup(region, id));
    const made = createNetworkInterface(region, {
      subnetId: subnet.id,
      groupIds: chosen.map(({ id }) => id),
      description: input.Description ?? "",
      publicAddress: false,
      attached: false,
      tags: tagsFor(input.TagSpecifications, "network-interface"),
    });
    return { NetworkInterface: networkInterfaceAnswer(region, made) };
  },
);

const remove = operation<DeleteNetworkInterfaceRequest>(
  DeleteNetworkInterface$,
  ["NetworkInterfaceId"],
  (region, { NetworkInterfaceId: id = "" }) => {
    const item = region.table(networkInterfaces).use(id);
    if (item === undefined) {
      throw new AwsError(
        "InvalidNetworkInterfaceID.NotFound",
        `The networkInterface ID '${id}' does not exist`,
      );
    }
    if (interfaceStatus(item) === "in-use") {
      throw new AwsError("InvalidParameterValue", `Network interface '${id}' is currently in use.`);
    }
    region.table(networkInterfaces).remove(id);
    return {};
  },
);

export const networkInterfaceOperations = [create, remove];
