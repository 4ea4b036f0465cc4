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
import { type Identity, ownTags, sendTagChanges, stackKey, tagChanges } from "../../aws/tags.ts";
import type { Live, Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { retryNotFound, untilSeen } from "./consistency.ts";
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

/** Sets the user's tags on one object of EC2. */
export async function setUserTags<
  P extends { readonly tags: Readonly<Record<string, string>> },
  O extends object,
>({ context, live, fields }: UpdateInput<P, O, ResourceContext>): Promise<Live<P, O>> {
  await updateTags(context, [live.id], live.fields.tags, fields.tags);
  return withFields(live, fields, ["tags"]);
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

/** The values that AWS shows of these tags, by id and key: `lt-1 team`. */
export async function tagsSeen(
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
