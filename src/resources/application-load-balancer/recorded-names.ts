import type { OwnTagKey, RecordPrefix } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";

/** A name that visitors use. */
export interface Name {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  /** The hosted zone with the record that leads to the load balancer; null: somebody else makes the record. */
  readonly zone: string | null;
  /** Of a live one: its record is missing, or leads elsewhere. */
  readonly leads?: false;
}

const prefix = "reconcile:domain:" satisfies RecordPrefix;

/** The names in the load balancer's tags, in their order. AWS tells nobody which names lead to a load balancer. */
export function recordedNames(tags: readonly Tag[] | undefined): readonly Name[] {
  return Object.entries(toRecord(tags))
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [Number(key.slice(prefix.length)), nameIn(value)] as const)
    .sort(([one], [other]) => one - other)
    .map(([, name]) => name);
}

/** Until when visitors may use the load balancer to which the names led before. */
export const movingKey = "reconcile:moving" satisfies OwnTagKey;

/** In milliseconds since the epoch. Undefined if no name is on the move. */
export function movingUntil(tags: readonly Tag[] | undefined): number | undefined {
  const until = Number(toRecord(tags)[movingKey]);
  return until > 0 ? until : undefined;
}

/** The tags that record the names: one each, because a name may be as long as a tag's value. */
export function tagsOfNames(names: readonly Name[]): Record<`reconcile:domain:${number}`, string> {
  return Object.fromEntries(names.map((name, index) => [`${prefix}${index + 1}`, tagValue(name)]));
}

/** The keys of the tags that record more names than these. */
export function surplusKeys(
  tags: readonly Tag[] | undefined,
  names: readonly Name[],
): readonly string[] {
  const wanted = tagsOfNames(names);
  return Object.keys(toRecord(tags)).filter((key) => key.startsWith(prefix) && !(key in wanted));
}

/** `shop/example.com` is shop.example.com in the zone example.com, and `@/example.com` the zone's own name. */
function tagValue({ name, zone }: Name): string {
  // No tag of a load balancer has an asterisk ("AddTags").
  if (zone === null) return name.replace("*", wildcard);
  return `${name === zone ? "@" : name.slice(0, -zone.length - 1).replace("*", wildcard)}/${zone}`;
}

function nameIn(value: string): Name {
  const [label = "", zone] = value.split("/");
  const name = label.replace(wildcard, "*");
  if (zone === undefined) return { name, zone: null };
  return { name: name === "@" ? zone : `${name}.${zone}`, zone };
}

/** No host name has it. */
const wildcard = "+";
