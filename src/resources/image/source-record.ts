import { createHash } from "node:crypto";
import type { OwnTags } from "../../aws/own-tag-keys.ts";
import type { Tag } from "../../aws/tags.ts";
import type { FileChanges } from "../../engine/file-changes.ts";
import type { SourceEntry } from "../../image/recipe.ts";
import {
  compressRecord,
  expandRecord,
  recordIn,
  recordInTheWay,
  recordTags,
  roomBeside,
} from "./tag-record.ts";

/**
 * The tags of an image record the directory that its application is from, and that of its playbook, so that a plan can
 * name the files that have changed since. Of a large directory, the record has only some of the files, and whole folders
 * in the place of the others: those with the most files, which are hardly ever a person's own.
 */
const prefixes = { application: "reconcile:source:", playbook: "reconcile:playbook:" } as const;

type Owner = keyof typeof prefixes;

/** Whose directories the tags may record. */
export const sourceOwners: readonly Owner[] = ["application", "playbook"];

export interface RecordedEntry {
  /** A folder ends with a slash. The directory itself is an empty text. */
  readonly path: string;
  /** Differs with everything in the file or folder. */
  readonly mark: string;
}

/** Bytes of a mark. Two versions of a file have the same one in a case of 16 million. */
const markBytes = 3;

/** Of an unpacked record: some 1,000 paths of the greatest length. */
const mostBytes = 2 ** 20;

/**
 * The tags that record the directory of an owner. Undefined if they do not fit.
 *
 * @param others how many tags the image has beside these.
 * @param most how many tags it may have at most.
 */
export function sourceTags(
  owner: Owner,
  entries: readonly SourceEntry[],
  others: number,
  most?: number,
): OwnTags | undefined {
  const room = roomBeside(others, most);
  const text = packSource(entries, room);
  return text === undefined ? undefined : recordTags(prefixes[owner], text, others);
}

/** The text of the tags that record the directory of an owner. Undefined if the tags record none. */
export function sourceRecordIn(owner: Owner, tags: readonly Tag[] | undefined): string | undefined {
  return recordIn(prefixes[owner], tags);
}

/** The keys of the record of an owner, on an image that has no room for these tags of the user's beside it. */
export function sourceInTheWay(
  owner: Owner,
  image: Parameters<typeof recordInTheWay>[1],
  wanted: readonly string[],
): string[] {
  return recordInTheWay(prefixes[owner], image, wanted);
}

/**
 * The text of the tags that record a directory, with as many of its files as have room. Undefined if not even one
 * mark has.
 *
 * @param room how many characters the text may have.
 */
export function packSource(entries: readonly SourceEntry[], room: number): string | undefined {
  const tree = treeOf(entries);
  const order = expansions(tree);
  const fits = (count: number) => {
    const recorded = membersOf(tree, new Set(order.slice(0, count)));
    // Marks do not compress, so that most expansions of a large directory need not be tried.
    if (recorded.length * markBytes > (room * 3) / 4) return undefined;
    const text = compressRecord(encode(recorded.map(recordedOf)));
    return text.length <= room ? text : undefined;
  };
  const whole = fits(order.length);
  if (whole !== undefined) return whole;
  let best = fits(0);
  let [least, most] = [0, order.length];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    const text = fits(middle);
    if (text === undefined) most = middle;
    else [least, best] = [middle, text];
  }
  return best;
}

/** What the text of the tags records. Undefined if somebody changed the tags. */
export function readSourceRecord(text: string): readonly RecordedEntry[] | undefined {
  const content = expandRecord(text, mostBytes);
  return content && decode(content);
}

/** Compares the record of a directory with the directory. */
export function compareSource(
  record: readonly RecordedEntry[],
  entries: readonly SourceEntry[],
): Required<FileChanges> {
  const recorded = new Map(record.map(({ path, mark }) => [path, mark]));
  const files = new Map<string, SourceEntry>();
  const folders = new Map<string, SourceEntry[]>();
  const added: string[] = [];
  for (const entry of entries) {
    const folder = foldersOf(entry.path).find((each) => recorded.has(each));
    if (folder !== undefined) {
      const within = folders.get(folder) ?? [];
      folders.set(folder, within);
      within.push(entry);
    } else if (recorded.has(entry.path)) files.set(entry.path, entry);
    else added.push(entry.path);
  }
  const differing = record.flatMap(({ path, mark }) => {
    const file = files.get(path);
    const within = folders.get(path);
    const now = file ? markOf([file]) : within && markOf(within);
    return now === mark ? [] : [{ path, isGone: now === undefined }];
  });
  const pathsOf = (isGone: boolean, isFolder: boolean) =>
    differing
      .filter((each) => each.isGone === isGone && (isGone || isFolderPath(each.path) === isFolder))
      .map(({ path }) => path);
  return {
    changed: pathsOf(false, false),
    added,
    removed: pathsOf(true, false),
    folders: pathsOf(false, true),
  };
}

function isFolderPath(path: string): boolean {
  return path === "" || path.endsWith("/");
}

/** `""`, `a/`, `a/b/` for `a/b/c`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split("/");
  return names.map((_, depth) =>
    names
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join(""),
  );
}

/** Of one file or of all files of a folder, sorted by path. */
function markOf(entries: readonly SourceEntry[]): string {
  const text = entries.map(({ path, digest }) => `${path}\n${digest}\n`).join("");
  return createHash("sha256")
    .update(text)
    .digest("hex")
    .slice(0, 2 * markBytes);
}

interface Folder {
  readonly path: string;
  /** All files in it, at any depth. */
  readonly all: SourceEntry[];
  /** Its own files, and its folders. */
  readonly members: Map<string, SourceEntry | Folder>;
}

function treeOf(entries: readonly SourceEntry[]): Folder {
  const root: Folder = { path: "", all: [], members: new Map() };
  for (const entry of entries) {
    let folder = root;
    folder.all.push(entry);
    for (const path of foldersOf(entry.path).slice(1)) {
      const known = folder.members.get(path);
      const next: Folder = isFolder(known) ? known : { path, all: [], members: new Map() };
      folder.members.set(path, next);
      next.all.push(entry);
      folder = next;
    }
    folder.members.set(entry.path, entry);
  }
  return root;
}

function isFolder(member: SourceEntry | Folder | undefined): member is Folder {
  return member !== undefined && "members" in member;
}

/** The order in which folders are replaced by their members: always the one with the fewest files. */
function expansions(root: Folder): readonly Folder[] {
  const order: Folder[] = [];
  const waiting = [root];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    order.push(next);
    waiting.push(...[...next.members.values()].filter(isFolder));
    waiting.sort((one, other) => one.all.length - other.all.length);
  }
  return order;
}

/** The files and folders of a folder, with the members of a folder in the place of one that is expanded. */
function membersOf(
  folder: Folder,
  expanded: ReadonlySet<Folder>,
): readonly (SourceEntry | Folder)[] {
  if (!expanded.has(folder)) return [folder];
  return [...folder.members.values()].flatMap((member) =>
    isFolder(member) ? membersOf(member, expanded) : [member],
  );
}

function recordedOf(member: SourceEntry | Folder): RecordedEntry {
  return { path: member.path, mark: markOf(isFolder(member) ? member.all : [member]) };
}

/** Zero never is in a path. */
const END_OF_PATHS = 0;
/** Before each path: how many folders it shares with the one before it, as a character from this one on. */
const NONE_SHARED = 48;

function encode(record: readonly RecordedEntry[]): Uint8Array {
  let before: readonly string[] = [];
  const lines = record.map(({ path }) => {
    const folders = path.split(/(?<=\/)/);
    const shared = folders.findIndex((name, depth) => name !== before[depth]);
    const count = shared === -1 ? folders.length : shared;
    before = folders;
    return `${String.fromCharCode(NONE_SHARED + count)}${folders.slice(count).join("")}`;
  });
  const marks = record.map(({ mark }) => mark).join("");
  return Buffer.concat([
    Buffer.from(lines.join("\n")),
    Buffer.of(END_OF_PATHS),
    Buffer.from(marks, "hex"),
  ]);
}

function decode(content: Buffer): readonly RecordedEntry[] | undefined {
  const end = content.indexOf(END_OF_PATHS);
  const lines = content.toString("utf8", 0, Math.max(end, 0)).split("\n");
  const marks = content.subarray(end + 1).toString("hex");
  if (end === -1 || marks.length !== lines.length * 2 * markBytes) return undefined;
  let before: readonly string[] = [];
  return lines.map((line, index) => {
    const shared = before.slice(0, line.charCodeAt(0) - NONE_SHARED).join("");
    const path = `${shared}${line.slice(1)}`;
    before = path.split(/(?<=\/)/);
    return { path, mark: marks.slice(index * 2 * markBytes, (index + 1) * 2 * markBytes) };
  });
}
