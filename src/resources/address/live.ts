import { type Address, DescribeAddressesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { createdAtOf } from "../shared/twins.ts";

export interface AddressFields {
  readonly tags: Readonly<Record<string, string>>;
}

export interface AddressOutputs {
  readonly allocationId: string;
  /** What others see of a server behind it. */
  readonly publicAddress: string;
}

export type LiveAddress = Live<AddressFields, AddressOutputs>;

/** An address of the stack, and what it is associated with. */
export interface FoundAddress {
  readonly live: LiveAddress;
  readonly isAssociated: boolean;
}

export async function sweepAddresses(context: ResourceContext): Promise<LiveAddress[]> {
  return (await findAddresses(context)).map(({ live }) => live);
}

/** Every address of the stack. */
export async function findAddresses(context: ResourceContext): Promise<readonly FoundAddress[]> {
  const found = await lookUpAddresses(context.clients.ec2, ownFilters(context));
  return found.flatMap((each) => {
    const live = toLive(context, each);
    return live === undefined ? [] : [{ live, isAssociated: isAssociated(each) }];
  });
}

/** AWS answers with all of them at once: the call has no pages ("DescribeAddresses", Amazon EC2 API Reference). */
const lookUpAddresses = sharedLookUp(
  async (client: EC2Client, filters: ReturnType<typeof ownFilters>) => {
    const command = new DescribeAddressesCommand({ Filters: filters });
    return (await client.send(command)).Addresses ?? [];
  },
);

/** Undefined if the account does not have the address, or no longer. */
export async function describeAddress(
  { clients }: ResourceContext,
  id: string,
): Promise<Address | undefined> {
  const command = new DescribeAddressesCommand({ AllocationIds: [id] });
  return (await unlessGone(() => clients.ec2.send(command)))?.Addresses?.[0];
}

export function isAssociated({ AssociationId: id }: Address): boolean {
  return id !== undefined;
}

/** Undefined if it does not belong to the stack. */
function toLive(context: ResourceContext, found: Address): LiveAddress | undefined {
  const { AllocationId: id = "", PublicIp: publicAddress = "", Tags: tags } = found;
  const address = addressIn(tags, context.stack, "address");
  if (address === undefined) return undefined;
  return {
    id,
    address,
    // An Elastic IP address has no name of its own in AWS.
    physicalName: id,
    status: "ready",
    createdAt: createdAtOf(tags),
    fields: { tags: userTagsOf(tags) },
    outputs: { allocationId: id, publicAddress },
    uses: [],
  };
}
