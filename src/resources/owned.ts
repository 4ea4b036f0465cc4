import {
  CreateTagsCommand,
  DeleteTagsCommand,
  type Filter,
  paginateDescribeTags,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import { everyPage, inChunks, mostFilterValues } from "../aws/paging.ts";
import { consistencyDeadline, retry } from "../aws/retry.ts";
import {
  type Identity,
  nameKey,
  ownTags,
  sendTagChanges,
  stackKey,
  tagChanges,
} from "../aws/tags.ts";
import { OutsideError } from "../engine/errors.ts";
import type { Target } from "../engine/resource.ts";
import { type Probe, waitFor } from "../engine/wait.ts";
import type { ResourceContext } from "./context.ts";

/** Of an EC2 sweep: only what carries the stack's tag. */
export function ownFilters(context: ResourceContext, further: readonly Filter[] = []): Filter[] {
  return [{ Name: `tag:${stackKey}`, Values: [context.stack] }, ...further];
}

/** What the tags of an object at this address say of it. */
export function identity(context: ResourceContext, target: Pick<Target, "address">): Identity {
  return { stack: context.stack, address: target.address };
}

/** Tags that are part of an EC2 create call, so that nothing ever exists without them. */
export function tagSpecification(
  type: ResourceType,
  context: ResourceContext,
  target: Pick<Target, "address">,
  userTags: Readonly<Record<string, string>>,
  further: Readonly<Record<string, string>> = {},
): TagSpecification {
  return { ResourceType: type, Tags: ownTags(identity(context, target), userTags, further) };
}

/** Brings the user's tags on EC2 objects from `live` to `wanted`; other tags are left alone. */
export async function updateTags(
  context: ResourceContext,
  ids: readonly string[],
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  await makeTagChanges(context, ids, tagChanges(live, wanted));
}

/** Makes these changes to the tags of objects of EC2, and ends when all are visible. */
export async function makeTagChanges(
  context: ResourceContext,
  ids: readonly string[],
  changes: ReturnType<typeof tagChanges>,
): Promise<void> {
  if (ids.length === 0) return;
  const { set, remove } = changes;
  const { ec2 } = context.clients;
  const Resources = [...ids];
  await sendTagChanges(changes, {
    remove: (Tags) =>
      retryNotFound(context, "the object", () =>
        ec2.send(new DeleteTagsCommand({ Resources, Tags })),
      ),
    set: (Tags) =>
      retryNotFound(context, "the object", () =>
        ec2.send(new CreateTagsCommand({ Resources, Tags })),
      ),
  });
  const changed = new Map<string, string | undefined>([
    ...set.map(({ Key, Value }) => [Key, Value] as const),
    ...remove.map((key) => [key, undefined] as const),
  ]);
  // Or the next plan would find the old ones, and change them again.
  await untilSeen(
    context,
    "the tags just set",
    () => tagsSeen(context, ids, [...changed.keys()]),
    (seen) => {
      const isAsSet = (id: string) =>
        [...changed].every(([key, value]) => seen.get(`${id} ${key}`) === value);
      return ids.every(isAsSet) ? undefined : "the tags just set are not all visible yet";
    },
  );
}

/** The values of these tags, by id and key. */
async function tagsSeen(
  context: ResourceContext,
  ids: readonly string[],
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const pages = inChunks(ids, idsAtOnce).map((some) =>
    everyPage(
      paginateDescribeTags(
        { client: context.clients.ec2 },
        {
          Filters: [
            { Name: "resource-id", Values: some },
            { Name: "key", Values: [...keys] },
          ],
        },
      ),
      (page) => page.Tags,
    ),
  );
  const tags = (await Promise.all(pages)).flat();
  return new Map(tags.map(({ ResourceId, Key, Value = "" }) => [`${ResourceId} ${Key}`, Value]));
}

/** The keys, at most as many as an object has tags, are values of a filter, too. */
const idsAtOnce = mostFilterValues / 2;

/** Repeats a call that uses something just made while parts of AWS do not know it yet. */
export function retryNotFound<T>(
  context: ResourceContext,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  return retry(call, {
    while: ["not-found"],
    reason: `AWS does not know ${what} everywhere yet`,
    deadline: consistencyDeadline,
    context,
  });
}

/**
 * Looks until AWS shows what was just written. `look` returns undefined while there is nothing;
 * `missing` says what of it is not yet as written, or undefined when all is.
 */
export function untilSeen<T>(
  context: ResourceContext,
  what: string,
  look: () => Promise<T | undefined>,
  missing: (found: T) => string | undefined = () => undefined,
): Promise<T> {
  return waitFor({
    what: `AWS to show ${what}`,
    deadline: consistencyDeadline,
    // Most reads show a write at once or within seconds.
    pace: 2_000,
    context,
    probe: async (): Promise<Probe<T>> => {
      const found = await look();
      if (found === undefined) return { pending: `${what} is not visible yet` };
      const reason = missing(found);
      return reason === undefined ? { done: found } : { pending: reason };
    },
    remedy: "Run the same command again: it goes on from what is there.",
  });
}

/** Looks until AWS shows nothing of it any more. */
export function untilGone(
  context: ResourceContext,
  what: string,
  look: () => Promise<string | undefined>,
  limits: { readonly deadline: number; readonly pace: number } = {
    deadline: consistencyDeadline,
    pace: 2_000,
  },
): Promise<void> {
  return waitFor({
    what: `${what} to be gone`,
    ...limits,
    context,
    probe: async (): Promise<Probe<void>> => {
      const pending = await look();
      return pending === undefined ? { done: undefined } : { pending };
    },
    remedy: "Run the same command again: it goes on from what is there.",
  });
}

/**
 * After a create found its name taken: waits until the holder is visible with our tags, which is
 * the case where an earlier, interrupted create or another apply made it. Tags may lag behind the
 * object, so a holder without them counts as foreign only after some time.
 *
 * @throws OutsideError when the holder is somebody else's.
 */
export async function adopt<T>(
  context: ResourceContext,
  what: string,
  look: () => Promise<T | undefined>,
  cause: unknown,
): Promise<T> {
  try {
    return await waitFor({
      what: `AWS to show whose ${what} is`,
      // An object and its tags come into sight within seconds; on a bad day it takes a minute.
      deadline: 120_000,
      pace: 3_000,
      context,
      probe: async (): Promise<Probe<T>> => {
        const found = await look();
        return found === undefined
          ? { pending: `the name is taken, looking for whom it belongs to` }
          : { done: found };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    throw new OutsideError(
      `${what} exists already and does not carry the tags ${stackKey}=${context.stack} and ${nameKey}`,
      {
        remedy: foreignRemedy,
        cause,
        ...(cause instanceof Error && "code" in cause && { code: String(cause.code) }),
      },
    );
  }
}

const foreignRemedy = `If it is this stack's and has lost its tags, put them back: ${stackKey} is the stack's name, ${nameKey} the address above. Otherwise delete it if nothing needs it, or choose another name for the stack or (name:) for this section.`;
