import { createHash } from "node:crypto";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline } from "../../aws/retry.ts";
import { addressIn, type Tag } from "../../aws/tags.ts";
import { typeOf } from "../../engine/address.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import { putTagsBack } from "../shared/lost-tags.ts";

/** What an earlier create has left of the client tokens. */
interface Spent<Made> {
  /** Ids of the objects at the address that are of no use any more, as far as AWS shows them. */
  readonly ids: readonly string[];
  /** Whether AWS answered with such an object that it did not show before. */
  isSpent(made: Made): Promise<boolean>;
}

/**
 * Creates an object with a client token that is the same for two applies at once, so that they create one object. AWS
 * answers a token with the object of its first request, whatever became of that: with the same token, a create after a
 * delete or a failure would get the old object ("Ensuring idempotency in Amazon EC2 API requests", Amazon EC2 Developer
 * Guide). So the ids of the old objects are part of the token. AWS shows them for an hour, and may remember a token for
 * longer. For that, the number of the attempt is part of it, too: two applies at once make the same attempts.
 */
export async function createByToken<Made>(
  context: ResourceContext,
  target: Target,
  { ids, isSpent }: Spent<Made>,
  create: (token: string) => Promise<Made>,
): Promise<Made> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const made = await create(tokenOf(context, target, [...ids.toSorted(), `${attempt}`]));
      if (!(await isSpent(made))) return made;
    } catch (error) {
      // An earlier create had other tags or subnets.
      if (!isAwsError(error, "token-mismatch")) throw error;
    }
  }
  throw new Error(`${target.address}: ${attempts} client tokens are spent`);
}

/** Nobody deletes so many gateways or endpoints while AWS remembers their tokens. */
const attempts = 50;

/** 64 characters, the most that AWS accepts ("CreateNatGateway", Amazon EC2 API Reference). */
function tokenOf(
  { stack }: ResourceContext,
  { address, generation }: Target,
  further: readonly string[],
): string {
  return createHash("sha256")
    .update([stack, address, generation, ...further].join(" "))
    .digest("hex");
}

/**
 * Whether AWS answered with an object that it no longer shows. Only one that is old is worth the wait for a sight of it:
 * a new one may not be visible for some seconds. Its time alone proves nothing, because this machine's clock may be wrong.
 */
export async function isForgotten(
  context: ResourceContext,
  created: Date | undefined,
  look: () => Promise<unknown>,
): Promise<boolean> {
  const age = context.clock.now() - (created?.getTime() ?? Number.POSITIVE_INFINITY);
  if (age < longestCreate) return false;
  try {
    await waitFor({
      what: "AWS to show what it answered with",
      deadline: 60_000,
      pace: 3_000,
      context,
      probe: async () =>
        (await look()) === undefined
          ? { pending: "AWS answers with an object of an earlier create; looking for it" }
          : { done: undefined },
    });
    return false;
  } catch (error) {
    if (error instanceof OutsideError) return true;
    throw error;
  }
}

/**
 * Waits until AWS shows the stack's tags on what it answered a create with. They were in the request. If somebody has
 * removed them since an earlier request with the same token, AWS answers with that object, and they never come.
 *
 * @param look The object's tags, or undefined as long as AWS does not show the object.
 * @throws OutsideError with the command that puts the tags back.
 */
export async function untilTagged(
  context: ResourceContext,
  { address }: Target,
  { id, what }: { readonly id: string; readonly what: string },
  look: () => Promise<readonly Tag[] | undefined>,
): Promise<void> {
  let firstSeen: number | undefined;
  await waitFor({
    what: `AWS to show the tags of ${what} ${id}`,
    deadline: consistencyDeadline,
    pace: 2_000,
    context,
    probe: async (): Promise<Probe<void>> => {
      const tags = await look();
      if (tags === undefined) return { pending: `${what} is not visible yet` };
      if (addressIn(tags, context.stack, typeOf(address)) === address) return { done: undefined };
      const now = context.clock.now();
      firstSeen ??= now;
      if (now - firstSeen < latestTags) {
        return { pending: `${what} does not carry the stack's tags yet` };
      }
      throw new OutsideError(
        `AWS answered with ${what} ${id} of an earlier create, which does not carry the stack's tags`,
        {
          remedy: `Put them back: ${await putTagsBack(context, address, id)}. Then run the same command again.`,
        },
      );
    },
    remedy: "Run the same command again to resume.",
  });
}

/** Milliseconds. AWS shows an object and the tags of its create call at nearly the same time. */
const latestTags = 30_000;

/** Milliseconds: longer than a create waits, and shorter than AWS shows a deleted NAT gateway. */
const longestCreate = 30 * 60_000;
