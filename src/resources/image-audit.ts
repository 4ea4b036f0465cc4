import { type Tag, toRecord } from "../aws/tags.ts";

/** What can be told of a finished image later: from what it was made, and what was verified. */
export interface ImageAudit {
  /** `amazon-linux-2023`, `ubuntu-24.04`, `debian-12`. */
  readonly family: string;
  /** Id of the base image. */
  readonly base: string;
  readonly release: string;
  /** ISO 8601: when AWS began to make the image of the builder that had passed. */
  readonly builtAt: string;
  /** How many checks passed before; null where the tags do not tell. */
  readonly checksPassed: number | null;
  /** Their identities, as `reconcile image --checks` lists them. All but what did not fit the tags. */
  readonly checks: readonly string[];
}

const countKey = "reconcile:checks-passed";
const listKeys = ["reconcile:checks", "reconcile:checks-2", "reconcile:checks-3"] as const;

/** AWS allows 256 characters in a tag's value. */
const mostCharacters = 250;

/**
 * The tags that keep which checks passed. Checks of one kind share its word, so that some hundred of
 * them fit: `ports package:chrony|mtr|tree`. An identity has no space and no `|`, since it is URI-encoded.
 */
export function checkTags(passed: readonly string[]): Record<string, string> {
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
    // What does not fit is still counted.
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

/** One word a kind, as long as a tag bears it; in the order of the checks. */
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
