import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";

/** What a finished image's tags record: what it was built from, and what was verified. */
export interface ImageAudit {
  /** `amazon-linux-2023`, `ubuntu-24.04`, `debian-12`. */
  readonly family: string;
  /** Id of the base image. */
  readonly base: string;
  readonly release: string;
  /** ISO 8601: when AWS started to create the image from the builder. */
  readonly builtAt: string;
  /** How many checks passed; null if the tags do not record it. */
  readonly checksPassed: number | null;
  /**
   * The ids of these checks, as `reconcile image --checks` lists them, as far as they fit in the
   * tags.
   */
  readonly checks: readonly string[];
}

const countKey = "reconcile:checks-passed" satisfies OwnTagKey;
const listKeys = [
  "reconcile:checks",
  "reconcile:checks-2",
  "reconcile:checks-3",
] as const satisfies readonly OwnTagKey[];

/** AWS allows 256 characters in a tag's value. */
const mostCharacters = 250;

/**
 * The tags that record the passed checks. Checks of one kind share its word, so that some hundred fit:
 * `ports package:chrony|mtr|tree`. Ids are URI-encoded, so they contain neither space nor `|`.
 */
export function checkTags(passed: readonly string[]): OwnTags {
  const values: string[] = [];
  for (const word of groupByKind(passed)) {
    const last = values.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= mostCharacters) {
      values[values.length - 1] = `${last} ${word}`;
    } else {
      values.push(word);
    }
  }
  return {
    [countKey]: String(passed.length),
    // Checks that do not fit are still counted.
    ...Object.fromEntries(
      listKeys.flatMap((key, index) => {
        const value = values[index];
        return value === undefined ? [] : [[key, value]];
      }),
    ),
  };
}

/** The passed checks in an image's tags. */
export function checksIn(
  tags: readonly Tag[] | undefined,
): Pick<ImageAudit, "checksPassed" | "checks"> {
  const record = toRecord(tags);
  const count = record[countKey];
  const checks = listKeys
    .flatMap((key) => record[key]?.split(" ") ?? [])
    .flatMap((word) => {
      const [kind, details] = splitKind(word);
      return details === undefined ? [kind] : details.split("|").map((each) => `${kind}:${each}`);
    });
  return {
    checksPassed: /^\d+$/.test(String(count)) ? Number(count) : null,
    checks,
  };
}

/** One word per kind, up to the limit of a tag, in the order of the checks. */
function groupByKind(checks: readonly string[]): readonly string[] {
  const words: { text: string }[] = [];
  const open = new Map<string, { text: string }>();
  for (const check of checks) {
    const [kind, detail] = splitKind(check);
    const word = detail === undefined ? undefined : open.get(kind);
    const joined = `${word?.text}|${detail}`;
    if (word === undefined || joined.length > mostCharacters) {
      const made = { text: check };
      if (detail !== undefined) open.set(kind, made);
      words.push(made);
    } else {
      word.text = joined;
    }
  }
  return words.map(({ text }) => text);
}

/** At the first colon: `package:mtr`. */
function splitKind(check: string): readonly [kind: string, detail?: string] {
  const colon = check.indexOf(":");
  return colon === -1 ? [check] : [check.slice(0, colon), check.slice(colon + 1)];
}
