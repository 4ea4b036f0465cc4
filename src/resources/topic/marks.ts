import { createHash } from "node:crypto";
import type { OwnTags, RecordPrefix } from "../../aws/own-tag-keys.ts";
import type { TopicSubscription } from "./fields.ts";

/** Which subscriptions of a topic are the stack's. Everybody may add others, and those stay. */
export interface SubscriberRecord {
  /** Marks of those that the stack file defines. */
  readonly defined: readonly string[];
  /** Marks of those that it no longer defines, and that still exist. */
  readonly left: readonly string[];
}

/**
 * A subscription has no tags, so the topic's have a mark of each of the stack's own: five characters of a hash, because
 * a hundred addresses would not fit. In the tags' values, a dot is before those that are no longer defined.
 */
const prefix = "reconcile:subscribers:" satisfies RecordPrefix;

const markLength = 5;

/** Whole marks in a value, which may have 256 characters ("Tag", Amazon SNS API Reference). */
const mostInTag = 255;

/** A hundred subscriptions, and some that are no longer defined. */
const mostTags = 3;

/** The mark of a subscription. */
export function markOf({ protocol, endpoint }: Pick<TopicSubscription, "protocol" | "endpoint">) {
  const hash = createHash("sha256").update(`${protocol} ${endpoint}`).digest("base64url");
  return hash.slice(0, markLength);
}

/** The tags that record it. */
export function tagsOfRecord({ defined, left }: SubscriberRecord): OwnTags {
  const text = `${defined.toSorted().join("")}.${left.toSorted().join("")}`;
  const count = Math.min(mostTags, Math.ceil(text.length / mostInTag));
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${prefix}${index + 1}`,
      text.slice(index * mostInTag, (index + 1) * mostInTag),
    ]),
  );
}

/** The record in the tags of a topic. */
export function subscribersIn(tags: Readonly<Record<string, string>>): SubscriberRecord {
  const values = recordKeys(tags).map((key) => tags[key] ?? "");
  const [defined = "", left = ""] = values.join("").split(".");
  return { defined: marksIn(defined), left: marksIn(left) };
}

/** The keys of the record's tags that the topic has, in order. */
export function recordKeys(tags: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(tags)
    .filter((key) => key.startsWith(prefix))
    .sort();
}

function marksIn(text: string): readonly string[] {
  return text.match(new RegExp(`.{${markLength}}`, "g")) ?? [];
}
