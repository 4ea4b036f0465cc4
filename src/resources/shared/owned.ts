import {
  CreateTagsCommand,
  DeleteTagsCommand,
  type Filter,
  paginateDescribeTags,
  type ResourceType,
  type TagSpecification,
} from "@aws-sdk/client-ec2";
import type { OwnTags } from "../../aws/own-tag-keys.ts";
import { everyPage, inChunks, mostFilterValues } from "../../aws/paging.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import {
  type Identity,
  nameKey,
  ownTags,
  sendTagChanges,
  stackKey,
  tagChanges,
} from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Live, Target } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "./context.ts";

/** The filters of an EC2 sweep for objects that carry the stack's tag. */
export function ownFilters(context: ResourceContext, further: readonly Filter[] = []): Filter[] {
  return [{ Name: `tag:${stackKey}`, Values: [context.stack] }, ...further];
}

/** The identity in the tags of an object at this address. */
export function identity(context: ResourceContext, target: Pick<Target, "address">): Identity {
  return { stack: context.stack, address: target.address };
}

/** Tags for an EC2 create call, so that no object ever exists without them. */
export function tagSpecification(
  type: ResourceType,
  context: ResourceContext,
  target: Pick<Target, "address">,
  userTags: Readonly<Record<string, string>>,
  further: OwnTags = {},
): TagSpecification {
  return { ResourceType: type, Tags: ownTags(identity(context, target), userTags, further) };
}

/** Changes the user's tags on EC2 objects from `live` to `wanted`. Ignores other tags. */
export async function updateTags(
  context: ResourceContext,
  ids: readonly string[],
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  await makeTagChanges(context, ids, tagChanges(live, wanted));
}

/** The object with these fields as they were just set. */
export function withFields<P extends object, O extends object>(
  live: Live<P, O>,
  wanted: P,
  names: readonly (keyof P)[],
): Live<P, O> {
  const set: Partial<P> = {};
  for (const name of names) set[name] = wanted[name];
  return { ...live, fields: { ...live.fields, ...set } };
}

/** Makes these tag changes on EC2 objects, and ends when all are visible. */
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
  // Otherwise, the next plan would find the old tags and change them again.
  await untilSeen(
    context,
    "the new tags",
    () => tagsSeen(context, ids, [...changed.keys()]),
    (seen) => {
      const isAsSet = (id: string) =>
        [...changed].every(([key, value]) => seen.get(`${id} ${key}`) === value);
      return ids.every(isAsSet) ? undefined : "the new tags are not all visible yet";
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

/** The keys count as filter values, too. There are at most as many as an object has tags. */
const idsAtOnce = mostFilterValues / 2;

/** Retries a call that uses a new object while parts of AWS do not know the object yet. */
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
 * Polls until AWS shows what was just written. `look` returns undefined while nothing is visible.
 * `missing` says what is not visible yet, or returns undefined when everything is.
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
    remedy: "Run the same command again to resume.",
  });
}

/** Polls until AWS no longer shows the object. */
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
    remedy: "Run the same command again to resume.",
  });
}

/**
 * Called when a create finds its name taken. Waits until the existing object is visible with our tags:
 * then an interrupted create or another apply made it. Tags may lag behind the object, so an object
 * without them counts as not managed by this stack only after some time.
 *
 * @throws OutsideError if the object does not belong to this stack.
 */
export async function adopt<T>(
  context: ResourceContext,
  what: string,
  look: () => Promise<T | undefined>,
  cause: unknown,
): Promise<T> {
  try {
    return await waitFor({
      what: `AWS to show who owns ${what}`,
      // An object and its tags are usually visible within seconds, at worst after a minute.
      deadline: 120_000,
      pace: 3_000,
      context,
      probe: async (): Promise<Probe<T>> => {
        const found = await look();
        return found === undefined
          ? { pending: "the name is taken; looking up the owner" }
          : { done: found };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    throw new OutsideError(
      `${what} already exists and does not carry the tags ${stackKey}=${context.stack} and ${nameKey}`,
      {
        remedy: foreignRemedy,
        cause,
        ...(cause instanceof Error && "code" in cause && { code: String(cause.code) }),
      },
    );
  }
}

const foreignRemedy = `If it belongs to this stack and lost its tags, put them back: ${stackKey} is the stack's name, ${nameKey} the address above. Otherwise delete it if nothing needs it, or choose another name for the stack, or for this section (name:).`;
