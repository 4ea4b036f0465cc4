import type { FieldChange } from "../engine/plan-format.ts";
import { isNotStored, isWorded, KNOWN_AFTER_APPLY, NOT_STORED } from "../engine/worded.ts";
import { neutralize } from "./text.ts";
import { isText, lineDifference, linesOfText } from "./text-difference.ts";
import { hasOwnWords, isPlaceholder, isRecord, words } from "./value-words.ts";

/**
 * One line of a field's difference, ready for any view and free of control characters. Values are never
 * cut: a value of several lines has several of these.
 */
export type FieldLine =
  | { readonly kind: "set"; readonly path: string; readonly after: string }
  | {
      readonly kind: "changed";
      readonly path: string;
      readonly before: string;
      readonly after: string;
    }
  /** A member of a list, or a line of a text. `same` is an unchanged line next to a changed one. */
  | {
      readonly kind: "added" | "removed" | "same";
      readonly path: string;
      readonly member: string;
    }
  /** A note of ours, not a value. */
  | { readonly kind: "note"; readonly path: string; readonly text: string };

const UNKNOWN = words(KNOWN_AFTER_APPLY);
const UNSTORED = words(NOT_STORED);
const SENSITIVE = "(sensitive)";
/**
 * If two values together are longer than this, each has its own line. So has each member of a
 * longer value.
 */
const ONE_LINE = 96;
/** The field that contains the digest of a text, the build script, in place of the text. */
const DIGEST_FIELD = "script";
/** Lists of commands. Their order and repetitions matter; a list of packages, for example, is a set. */
const SEQUENCES: ReadonlySet<string> = new Set(["run", "verify"]);

/**
 * Lists as added and removed members, texts as lines, records by key, everything else as before and
 * after.
 */
export function fieldLines(field: FieldChange): readonly FieldLine[] {
  const lines = linesOf(field);
  const twins = lookAlikes(lines);
  const shown = (text: string) => neutralize(twins.has(plainOf(text)) ? visibleSpace(text) : text);
  return lines.map((line): FieldLine => {
    const path = neutralize(line.path);
    switch (line.kind) {
      case "set":
        return { ...line, path, after: shown(line.after) };
      case "changed":
        return { ...line, path, before: shown(line.before), after: shown(line.after) };
      case "note":
        return { ...line, path };
      default:
        return { ...line, path, member: shown(line.member) };
    }
  });
}

/** Values before and after that look the same on a screen, because only tabs or trailing spaces differ. */
function lookAlikes(lines: readonly FieldLine[]): ReadonlySet<string> {
  const before = new Set<string>();
  const after = new Set<string>();
  for (const line of lines) {
    if (line.kind === "removed") before.add(plainOf(line.member));
    if (line.kind === "added") after.add(plainOf(line.member));
    if (line.kind !== "changed") continue;
    before.add(plainOf(line.before));
    after.add(plainOf(line.after));
  }
  return before.intersection(after);
}

function plainOf(text: string): string {
  return text.replaceAll("\t", " ").trimEnd();
}

function visibleSpace(text: string): string {
  const visible = text.replaceAll("\t", "\\t");
  const end = visible.trimEnd().length;
  return visible.slice(0, end) + visible.slice(end).replaceAll(" ", "\\u0020");
}

function linesOf({ path, before, after, known, sensitive }: FieldChange): readonly FieldLine[] {
  if (sensitive) return [{ kind: "note", path, text: SENSITIVE }];
  // A partly known value contains that part, and words in place of the rest.
  if (!known && after === undefined) {
    return before === undefined
      ? [{ kind: "set", path, after: UNKNOWN }]
      : [{ kind: "changed", path, before: words(before), after: UNKNOWN }];
  }
  if (path === DIGEST_FIELD) return [{ kind: "note", path, text: derivedWords(before) }];
  return valueLines(path, before, after);
}

/** The build script is the only desired digest. The script follows from all other values. */
function derivedWords(before: unknown): string {
  return before === undefined
    ? "(reconcile image prints it)"
    : "changed (reconcile image prints the new one)";
}

function valueLines(path: string, before: unknown, after: unknown): readonly FieldLine[] {
  if (before === undefined) return oneSided("added", path, after);
  if (isNotStored(before)) return unstoredLines(path, after);
  if (Array.isArray(before) && Array.isArray(after)) return memberLines(path, before, after);
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys
      .filter((key) => canonical(before[key]) !== canonical(after[key]))
      .flatMap((key) => valueLines(`${path}.${key}`, before[key], after[key]));
  }
  if (isText(before) || isText(after)) {
    if (typeof before === "string" && typeof after === "string") {
      return textLines(path, before, after);
    }
    return [...oneSided("removed", path, before), ...oneSided("added", path, after)];
  }
  if (isEmpty(after) && isRecord(before) && !isBrief(before)) {
    return oneSided("removed", path, before);
  }
  return [changed(path, before, after)].flatMap(apart);
}

function textLines(path: string, before: string, after: string): readonly FieldLine[] {
  return lineDifference(before, after).map(({ kind, text }) =>
    kind === "note" ? { kind, path, text } : { kind, path, member: text },
  );
}

/** The desired value in full. The previous value is unknown, so there is nothing to compare. */
function unstoredLines(path: string, after: unknown): readonly FieldLine[] {
  const lines = oneSided("added", path, after);
  const [only, ...more] = lines;
  if (only?.kind === "set" && more.length === 0) {
    return [{ kind: "changed", path, before: UNSTORED, after: only.after }];
  }
  if (only === undefined) {
    return [{ kind: "changed", path, before: UNSTORED, after: words(after) }];
  }
  return [{ kind: "note", path, text: "(the previous value is not stored in AWS)" }, ...lines];
}

/** A whole value that is added or removed. */
function oneSided(kind: "added" | "removed", path: string, value: unknown): readonly FieldLine[] {
  // An empty value in place of no value is not a difference.
  if (isEmpty(value)) return [];
  if (isText(value)) {
    return linesOfText(value).map((line) => ({ kind, path, member: line }));
  }
  if (Array.isArray(value) && value.some(needsOwnLine)) {
    return value.flatMap((member: unknown) => memberOf(kind, path, member));
  }
  if (isRecord(value) && !isBrief(value)) {
    return Object.entries(value).flatMap(([key, member]) =>
      oneSided(kind, `${path}.${key}`, member),
    );
  }
  return kind === "added"
    ? [{ kind: "set", path, after: words(value) }]
    : [{ kind, path, member: words(value) }];
}

/** Whether a member contains spaces or commas, so that a list on one line would be ambiguous. */
function needsOwnLine(member: unknown): boolean {
  if (isPlaceholder(member)) return false;
  return isRecord(member) || (typeof member === "string" && /[\s,]/.test(member));
}

/** Whether a record fits on one short line, or has its own wording. */
function isBrief(value: Record<string, unknown>): boolean {
  if (hasOwnWords(value)) return true;
  const parts = Object.values(value).flatMap((part): readonly unknown[] =>
    Array.isArray(part) ? part : [part],
  );
  return !parts.some(needsOwnLine) && words(value).length <= ONE_LINE;
}

function memberOf(kind: "added" | "removed", path: string, member: unknown): readonly FieldLine[] {
  const lines = isText(member) ? linesOfText(member) : [words(member)];
  return lines.map((line) => ({ kind, path, member: line }));
}

function changed(path: string, before: unknown, after: unknown): FieldLine {
  return { kind: "changed", path, before: words(before), after: words(after) };
}

/** Two long values are easier to compare one above the other. */
function apart(line: FieldLine): readonly FieldLine[] {
  if (line.kind !== "changed" || line.before.length + line.after.length <= ONE_LINE) return [line];
  const { path, before, after } = line;
  return [
    { kind: "removed", path, member: before },
    { kind: "added", path, member: after },
  ];
}

function memberLines(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly FieldLine[] {
  const had = new Set(before.map(canonical));
  const has = new Set(after.map(canonical));
  const removed = before.filter((member) => !has.has(canonical(member)));
  const added = after.filter((member) => !had.has(canonical(member)));
  const [remained, remains] = [
    before.filter((member) => has.has(canonical(member))),
    after.filter((member) => had.has(canonical(member))),
  ].map(canonical);
  if (removed.length + added.length === 0 || (SEQUENCES.has(path) && remained !== remains)) {
    // The same members in another order, or another number of times.
    const texts = [before, after].map((list) =>
      list.map((member) => `${words(member)}\n`).join(""),
    );
    const [was = "", is = ""] = texts;
    return was.length + is.length <= ONE_LINE && ![...before, ...after].some(needsOwnLine)
      ? [changed(path, before, after)]
      : textLines(path, was, is);
  }
  return [
    ...removed.flatMap((member) => memberOf("removed", path, member)),
    ...added.flatMap((member) => memberOf("added", path, member)),
  ];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/** Equal values give equal text, whatever the order of their keys. No text gives that of words of ours. */
function canonical(value: unknown): string {
  if (isWorded(value)) return `<${value.words}>`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "undefined";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join()}}`;
}
