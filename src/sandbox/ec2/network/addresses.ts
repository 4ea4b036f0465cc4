import type {
  AllocateAddressRequest,
  DescribeAddressesRequest,
  ReleaseAddressRequest,
} from "@aws-sdk/client-ec2";
import { AllocateAddress$, DescribeAddresses$, ReleaseAddress$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { matching } from "../described.ts";
import { tagsFor } from "../tags.ts";
import { type AddressRecord, addresses, addressQuota } from "./address-tables.ts";
import { publicAddress } from "./tables.ts";

const allocateAddress = operation<AllocateAddressRequest>(
  AllocateAddress$,
  ["Domain", "TagSpecifications"],
  (region, input) => {
    if (input.Domain !== undefined && input.Domain !== "vpc") {
      throw invalidValue(`Value (${input.Domain}) for parameter domain is invalid.`);
    }
    const tags = tagsFor(input.TagSpecifications, "elastic-ip");
    // AWS does not document whether those of regional NAT gateways count: here they do not.
    const own = region
      .table(addresses)
      .all()
      .filter(({ serviceManaged }) => serviceManaged === undefined);
    if (own.length >= region.quota(addressQuota)) {
      throw new AwsError(
        "AddressLimitExceeded",
        "The maximum number of addresses has been reached.",
      );
    }
    const id = region.id("eipalloc");
    const made = region
      .table(addresses)
      .add(id, { id, publicAddress: publicAddress(region), tags });
    return {
      AllocationId: id,
      PublicIp: made.publicAddress,
      PublicIpv4Pool: "amazon",
      NetworkBorderGroup: region.name,
      Domain: "vpc",
    };
  },
);

const describeAddresses = operation<DescribeAddressesRequest>(
  DescribeAddresses$,
  ["AllocationIds", "PublicIps", "Filters"],
  (region, input) => {
    const table = region.table(addresses);
    const named = input.PublicIps?.map((address) => {
      const found = table.list().find((each) => each.publicAddress === address);
      if (found !== undefined) return found.id;
      throw new AwsError("InvalidAddress.NotFound", `Address '${address}' not found.`);
    });
    const items = matching(table, input, {
      ids: [...(input.AllocationIds ?? []), ...(named ?? [])],
      notFound,
      filters: {
        "allocation-id": ({ id }) => id,
        "association-id": ({ association }) => association?.id,
        "network-border-group": () => region.name,
        "network-interface-id": ({ association }) => association?.interfaceId,
        "private-ip-address": ({ association }) => association?.privateAddress,
        "public-ip": (address) => address.publicAddress,
      },
    });
    return { Addresses: items.map((address) => answer(region, address)) };
  },
);

function answer(region: Region, address: Readonly<AddressRecord>) {
  const { association } = address;
  return {
    AllocationId: address.id,
    PublicIp: address.publicAddress,
    PublicIpv4Pool: "amazon",
    NetworkBorderGroup: region.name,
    Domain: "vpc",
    ServiceManaged: address.serviceManaged,
    ...(association !== undefined && {
      AssociationId: association.id,
      NetworkInterfaceId: association.interfaceId,
      NetworkInterfaceOwnerId: association.interfaceId && region.account,
      PrivateIpAddress: association.privateAddress,
    }),
    Tags: tagList(address.tags),
  };
}

const releaseAddress = operation<ReleaseAddressRequest>(
  ReleaseAddress$,
  ["AllocationId"],
  (region, { AllocationId: id }) => {
    if (id === undefined) throw missingParameter("allocationId");
    const address = region.table(addresses).use(id);
    if (address === undefined) throw notFound(id);
    // So AWS answers while a NAT gateway has the address, instead of InvalidIPAddress.InUse: its
    // network interface is not the caller's.
    if (address.association !== undefined || address.serviceManaged !== undefined) {
      throw new AwsError(
        "AuthFailure",
        "You do not have permission to access the specified resource.",
      );
    }
    region.table(addresses).remove(id);
    return {};
  },
);

function notFound(id: string): AwsError {
  return new AwsError("InvalidAllocationID.NotFound", `The allocation ID '${id}' does not exist`);
}

export const addressOperations = [allocateAddress, describeAddresses, releaseAddress];
