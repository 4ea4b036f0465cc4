import { createHash } from "node:crypto";

/** A tag as every service of AWS writes it. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export const stackKey = "reconcile:stack";
export const nameKey = "reconcile:name";
/**
 * Marks the user's keys that we set, so that a tag dropped from the stack file can be told from one
 * that somebody else has put there.
 */
const keysKey = "reconcile:keys";

/** Whose object it is. */
export interface Identity {
  readonly stack: string;
  readonly address: string;
}

/** All tags that an object of ours carries from its creation on. */
export function ownTags(
  identity: Identity,
  userTags: Readonly<Record<string, string>>,
  further: Readonly<Record<string, string>> = {},
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
 * Five characters of a hash for each key: the list of as many keys as AWS allows (50) then fits a
 * value (256 characters), whatever characters the keys are made of.
 */
function marksOf(userTags: Readonly<Record<string, string>>): { [keysKey]?: string } {
  const marks = Object.keys(userTags).sort().map(markOf);
  return marks.length === 0 ? {} : { [keysKey]: marks.join("") };
}

const markLength = 5;

function markOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, markLength);
}

/** In the form that AWS's calls take. */
export function toTagList(
  tags: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** By key, from the form that AWS answers in. */
export function toRecord(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The identity in an object's tags; undefined where it is not ours or another stack's. */
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

/** Of an object's tags, those of the user that we once set and that are still there. */
export function userTagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  const all = toRecord(tags);
  const marks = new Set(all[keysKey]?.match(/.{5}/g) ?? []);
  return Object.fromEntries(Object.entries(all).filter(([key]) => marks.has(markOf(key))));
}

/** The keys of all tags on an object that are ours: the stack's own, and the user's that we once set. */
export function ourKeysOf(tags: readonly Tag[] | undefined): ReadonlySet<string> {
  return new Set([stackKey, nameKey, keysKey, ...Object.keys(userTagsOf(tags))]);
}

/**
 * What to set and what to remove so that the user's tags on an object become `wanted`. To be removed
 * first: once the new marks are set, a dropped tag no longer counts as ours, and an apply that is
 * killed between the two calls would leave it there for good.
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

/** Makes the changes by a service's calls, those that are needed, in the order that is safe. */
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
