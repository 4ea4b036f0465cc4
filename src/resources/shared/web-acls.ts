import {
  ListTagsForResourceCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-wafv2";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { sendTagChanges, tagChanges, toRecord } from "../../aws/tags.ts";
import type { TaggedObject } from "../../engine/resource.ts";
import { unlessGone, untilGone } from "./consistency.ts";
import type { ResourceContext } from "./context.ts";

/** The scope of what protects load balancers ("Scope", AWS WAFV2 API Reference). */
export const REGIONAL = "REGIONAL";

/** Whether the region has no AWS WAF: no host has the name of its endpoint. */
export function isMissingService(error: unknown): boolean {
  return isAwsError(error) && error.code === "ENOTFOUND";
}

/** What lists of AWS WAF say of an object. */
export interface WafSummary {
  readonly Name?: string | undefined;
  readonly Id?: string | undefined;
  readonly ARN?: string | undefined;
}

/**
 * All pages of a list. AWS answers a marker with the last page of objects, too: an empty page ends the list. The SDK has
 * no paginator for it.
 */
export async function everyWafPage<Item>(
  ask: (marker: string | undefined) => Promise<readonly [readonly Item[], string | undefined]>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let marker: string | undefined;
  do {
    const [items, next] = await unlessMissing(() => ask(marker));
    all.push(...items);
    marker = items.length === 0 || next === marker ? undefined : next;
  } while (marker !== undefined && marker !== "");
  return all;
}

/** A region without the service has no objects of it, and stacks there need none. */
async function unlessMissing<Item>(
  ask: () => Promise<readonly [readonly Item[], string | undefined]>,
): Promise<readonly [readonly Item[], string | undefined]> {
  try {
    return await ask();
  } catch (error) {
    if (isMissingService(error)) return [[], undefined];
    throw error;
  }
}

/** "ListWebACLs", AWS WAFV2 API Reference. */
export const mostPerPage = 100;

/** Undefined if the object does not exist, or no longer. */
export async function wafTagsOf(
  context: ResourceContext,
  arn: string,
): Promise<readonly Tag[] | undefined> {
  const client = await context.clients.wafV2();
  const command = new ListTagsForResourceCommand({ ResourceARN: arn });
  return (await unlessGone(() => client.send(command)))?.TagInfoForResource?.TagList;
}

/** These objects with their tags, whoever they belong to. */
export function taggedInWaf(
  context: ResourceContext,
  found: readonly WafSummary[],
): Promise<readonly TaggedObject[]> {
  const arns = found.flatMap(({ ARN: arn }) => arn ?? []);
  return Promise.all(
    arns.map(async (id) => ({ id, tags: toRecord(await wafTagsOf(context, id)) })),
  );
}

/** Changes the user's tags on an object from `live` to `wanted`. Ignores other tags. */
export async function changeWafTags(
  context: ResourceContext,
  ResourceARN: string,
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const client = await context.clients.wafV2();
  await sendTagChanges(tagChanges(live, wanted), {
    remove: (keys) =>
      client.send(new UntagResourceCommand({ ResourceARN, TagKeys: keys.map(({ Key }) => Key) })),
    set: (Tags) => client.send(new TagResourceCommand({ ResourceARN, Tags })),
  });
}

/** Retries a call while a part of AWS WAF does not know a new object yet: "a few seconds to a number of minutes". */
export function whenAvailable<T>(
  context: ResourceContext,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  return retry(call, {
    while: ["in-progress", "not-found"],
    reason: `AWS WAF does not have ${what} everywhere yet`,
    deadline: Math.max(consistencyDeadline, availableDeadline),
    context,
  });
}

/**
 * Writes with the lock token of what was just read. If somebody else changed the object in between, it is read again.
 *
 * @param write Compares what it reads with what the plan saw, and writes.
 */
export function withLockToken(context: ResourceContext, write: () => Promise<unknown>) {
  return retry(write, {
    while: ["stale"],
    reason: "somebody else has just changed it in AWS WAF",
    deadline: consistencyDeadline,
    context,
  });
}

/** How an object of AWS WAF is deleted. */
interface DeletionInWaf {
  /** "the web ACL shop". */
  readonly what: string;
  /** What AWS still counts it as: "associated". */
  readonly use: string;
  /** In milliseconds. */
  readonly deadline: number;
  get(): Promise<{ readonly LockToken?: string | undefined } | undefined>;
  remove(lockToken: string): Promise<unknown>;
}

/** Deletes the object when AWS no longer counts it as used, each time with the current lock token. */
export async function deleteInWaf(
  context: ResourceContext,
  { what, use, deadline, get, remove }: DeletionInWaf,
): Promise<void> {
  await retry(
    async () => {
      const lockToken = (await get())?.LockToken;
      if (lockToken !== undefined) await unlessGone(() => remove(lockToken));
    },
    {
      while: ["in-use", "stale", "in-progress"],
      reason: `AWS WAF still counts ${what} as ${use}`,
      deadline,
      context,
    },
  );
  await untilGone(context, what, async () =>
    (await get()) === undefined ? undefined : "AWS still lists it",
  );
}

/** Other tools wait as long for an association. */
const availableDeadline = 10 * 60_000;
