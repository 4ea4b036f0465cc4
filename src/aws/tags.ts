import { createHash } from "node:crypto";
import type { OwnTagKey, OwnTags } from "./own-tag-keys.ts";

/** A tag in the format of all AWS services. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export const stackKey = "reconcile:stack" satisfies OwnTagKey;
export const nameKey = "reconcile:name" satisfies OwnTagKey;
/**
 * Records which of the user's keys we set. This distinguishes a tag removed from the stack file from a tag
 * that somebody else set.
 */
const keysKey = "reconcile:keys" satisfies OwnTagKey;

/** The owner of an object. */
export interface Identity {
  readonly stack: string;
  readonly address: string;
}

/** All tags that our objects have from their creation. */
export function ownTags(
  identity: Identity,
  userTags: Readonly<Record<string, string>>,
  further: OwnTags = {},
): { Key: string; Value: string }[] {
  return toTagList({
    [stackKey]: identity.stack,
    [nameKey]: identity.address,
    ...marksOf(userTags),
    ...further,
    ...userTags,
  });
}

/**
 * Five characters of a hash for each key. So a list with the maximum number of keys (50) fits into a tag
 * value (256 characters), whatever characters the keys contain.
 */
function marksOf(userTags: Readonly<Record<string, string>>): { [keysKey]?: string } {
  const marks = Object.keys(userTags).sort().map(markOf);
  return marks.length === 0 ? {} : { [keysKey]: marks.join("") };
}

const markLength = 5;

function markOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, markLength);
}

/** Tags in the format of AWS's requests. */
export function toTagList(
  tags: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags by key, from the format of AWS's answers. */
export function toRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The identity in an object's tags. Undefined when no stack manages the object. */
export function addressIn(
  tags: readonly Tag[] | undefined,
  stack: string,
  type: string,
): `${string}/${string}` | undefined {
  const { [stackKey]: owner, [nameKey]: address } = toRecord(tags);
  if (owner !== stack || address === undefined) return undefined;
  const [kind, name] = address.split("/", 2);
  return kind === type && name ? `${kind}/${name}` : undefined;
}

/** The user's tags on an object that we set before and that still exist. */
export function userTagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  const all = toRecord(tags);
  const marks = new Set(all[keysKey]?.match(/.{5}/g) ?? []);
  return Object.fromEntries(Object.entries(all).filter(([key]) => marks.has(markOf(key))));
}

/**
 * The keys of all tags on an object that we manage: the stack's own, and the user's tags that we
 * set.
 */
export function ourKeysOf(tags: readonly Tag[] | undefined): ReadonlySet<string> {
  return new Set([stackKey, nameKey, keysKey, ...Object.keys(userTagsOf(tags))]);
}

/**
 * The changes that turn the user's tags on an object into `wanted`. Remove before setting: after the new
 * records are set, a removed tag no longer counts as ours, and an apply that is killed between the two
 * calls would leave it there permanently.
 */
export function tagChanges(
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): { set: { Key: string; Value: string }[]; remove: string[] } {
  const dropped = Object.keys(live).filter((key) => !(key in wanted));
  const marks = marksOf(wanted);
  const set = toTagList({
    ...Object.fromEntries(Object.entries(wanted).filter(([key, value]) => live[key] !== value)),
    ...marks,
  });
  return { set, remove: keysKey in marks ? dropped : [...dropped, keysKey] };
}

/** Applies the changes with the calls of a service, only those needed, in the safe order. */
export async function sendTagChanges(
  { set, remove }: ReturnType<typeof tagChanges>,
  calls: {
    remove(keys: { Key: string }[]): Promise<unknown>;
    set(tags: { Key: string; Value: string }[]): Promise<unknown>;
  },
): Promise<void> {
  if (remove.length > 0) await calls.remove(remove.map((Key) => ({ Key })));
  if (set.length > 0) await calls.set(set);
}
