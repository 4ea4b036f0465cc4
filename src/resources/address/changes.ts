import { AllocateAddressCommand, ReleaseAddressCommand } from "@aws-sdk/client-ec2";
import { type AwsError, isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { unlessGone, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagSpecification } from "../shared/owned.ts";
import { createdNow, createOnce, stayingOf } from "../shared/twins.ts";
import {
  type AddressFields,
  describeAddress,
  type FoundAddress,
  findAddresses,
  isAssociated,
  type LiveAddress,
} from "./live.ts";

/**
 * Allocates the address, or takes the one that an interrupted apply or another one allocated. AWS has no token for it
 * ("AllocateAddress", Amazon EC2 API Reference). If two applies allocate one at the same time, both keep the same one,
 * and each releases its own if it is the other.
 */
export async function allocateAddress(
  context: ResourceContext,
  target: Pick<Target, "address">,
  fields: AddressFields,
): Promise<LiveAddress> {
  let used: ReadonlySet<string> = new Set();
  return createOnce(context, "the address", {
    async look() {
      const found = await addressesAt(context, target);
      used = new Set(found.filter((each) => each.isAssociated).map(({ live }) => live.id));
      return found.map(({ live }) => live);
    },
    // A plan that finds several decides alike.
    choose: (found) => stayingOf(found, ({ id }) => used.has(id)),
    make: () => allocate(context, target, fields),
    remove: (live) => releaseAddress(context, live),
  });
}

async function allocate(
  context: ResourceContext,
  target: Pick<Target, "address">,
  fields: AddressFields,
): Promise<LiveAddress> {
  const tags = tagSpecification("elastic-ip", context, target, fields.tags, createdNow(context));
  const command = new AllocateAddressCommand({ Domain: "vpc", TagSpecifications: [tags] });
  const { AllocationId: own } = await context.clients.ec2.send(command);
  return untilSeen(context, "the new address", async () =>
    (await addressesAt(context, target)).map(({ live }) => live).find(({ id }) => id === own),
  );
}

async function addressesAt(
  context: ResourceContext,
  { address }: Pick<Target, "address">,
): Promise<readonly FoundAddress[]> {
  return (await findAddresses(context)).filter(({ live }) => live.address === address);
}

/** A NAT gateway that AWS is deleting keeps its address until it is gone. */
export async function releaseAddress(
  context: ResourceContext,
  { id }: Pick<LiveAddress, "id">,
): Promise<void> {
  await untilGone(
    context,
    `the use of the address ${id}`,
    async () => {
      const found = await describeAddress(context, id);
      if (found === undefined || !isAssociated(found)) return undefined;
      const { PublicIp: address = id, NetworkInterfaceId: user } = found;
      const by = user === undefined ? "" : ` (${user})`;
      return `${address} is still in use${by}; AWS frees it when its NAT gateway is deleted`;
    },
    { deadline: useDeadline, pace: 5_000 },
  );
  await release(context, id);
  await untilGone(context, `the address ${id}`, async () =>
    (await describeAddress(context, id)) === undefined ? undefined : "AWS still lists it",
  );
}

/**
 * For some seconds after the use has ended, AWS may still refuse, as it does during the use
 * (hashicorp/terraform-provider-aws#11385).
 *
 * @throws OutsideError if AWS refuses for longer.
 */
async function release(context: ResourceContext, id: string): Promise<void> {
  const command = new ReleaseAddressCommand({ AllocationId: id });
  const attempt = async () => {
    try {
      await unlessGone(() => context.clients.ec2.send(command));
    } catch (error) {
      // AWS refuses likewise if it has given the address to another account already ("ReleaseAddress").
      if (isRefused(error) && (await describeAddress(context, id)) === undefined) return;
      throw error;
    }
  };
  try {
    await retry(attempt, {
      while: isRefused,
      reason: `AWS still counts the address ${id} as in use`,
      deadline: consistencyDeadline,
      context,
    });
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new OutsideError(`AWS does not release the address ${id}: ${error.message}`, {
      code: error.code,
      operation: error.operation,
      remedy:
        "AWS answers so while something uses the address, not only if a permission is missing. If nothing uses it, check that you may call ec2:ReleaseAddress, then run the same command again.",
      cause: error,
    });
  }
}

/** AWS says AuthFailure of an address whose network interface is not the account's own, such as a NAT gateway's. */
function isRefused(error: unknown): error is AwsError {
  return isAwsError(error) && (error.kind === "in-use" || error.code === "AuthFailure");
}

/** Usually a minute: AWS deletes a NAT gateway in about as long. */
const useDeadline = 15 * 60_000;
