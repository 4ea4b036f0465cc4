import { addressIn, nameKey, stackKey, type Tag, toRecord } from "../../aws/tags.ts";
import { typeOf } from "../../engine/address.ts";
import type { Address } from "../../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import type { ResourceContext } from "./context.ts";
import { ec2Tags } from "./foreign.ts";

/** Whether an object has lost at least one of a stack's tags, rather than belongs to another stack. */
export function mayHaveLostTags(
  { stack }: ResourceContext,
  tags: readonly Tag[] | undefined,
  address: Address,
): boolean {
  const { [stackKey]: owner } = toRecord(tags);
  if (owner !== undefined && owner !== stack) return false;
  return addressIn(tags, stack, typeOf(address)) === undefined;
}

/** The AWS CLI command that puts the stack's tags back on objects of EC2 that lost them. */
export async function putTagsBack(
  { clients, stack }: ResourceContext,
  address: Address,
  id: string,
): Promise<string> {
  const tags = [
    [stackKey, stack],
    [nameKey, address],
  ] as const;
  return awsCommand(await clients.region(), ...ec2Tags(id, tags));
}
