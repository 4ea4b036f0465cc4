import { type BigIntStats, type Dirent, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { UserError } from "../engine/errors.ts";
import { type FoundFile, stampOf } from "./found-file.ts";
import { IgnoreRules, OWN_IGNORE_FILE } from "./ignore-rules.ts";
import { Limits, pathProblem } from "./limits.ts";
import type { DirectoryFinding } from "./listing.ts";
import { beginningOf } from "./read-content.ts";
import { changedMeanwhile, isGone, unreadablePart } from "./unreadable.ts";

/** Everything in a directory that is not excluded. */
export interface Walk {
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  /** Of all files together. */
  readonly bytes: number;
  /** What cannot be packed. */
  readonly problems: readonly DirectoryFinding[];
}

export interface Walking {
  /** Real paths of files that are no part of the directory, such as the stack file. */
  readonly exclude?: readonly string[];
  /** Files that begin like this are no part of it either. */
  readonly excludeBeginning?: string;
  readonly signal?: AbortSignal;
}

/**
 * Never packed: the repository may hold credentials, and the others are of this program alone. In lower case,
 * because some file systems ignore it.
 */
const OURS: ReadonlySet<string> = new Set([".git", ".reconcile", OWN_IGNORE_FILE]);

/** So many lookups take a few milliseconds. */
const BEFORE_PAUSE = 500;

/**
 * Finds the files of a directory. Follows no symbolic link. Folders without files are no part of it, as in Git.
 *
 * @param folder A real path.
 * @param shown The name of the directory in messages.
 */
export async function walk(folder: string, shown: string, walking: Walking): Promise<Walk> {
  const visit = new Visit(folder, shown, walking);
  await visit.folder("", IgnoreRules.above(folder));
  return {
    files: visit.files.toSorted((one, other) => byBytes(one.path, other.path)),
    bytes: visit.limits.bytes,
    problems: visit.problems,
  };
}

class Visit {
  readonly files: FoundFile[] = [];
  readonly problems: DirectoryFinding[] = [];
  readonly limits: Limits;
  readonly #folder: string;
  readonly #shown: string;
  readonly #excluded: ReadonlySet<string>;
  readonly #beginning: Buffer | undefined;
  readonly #signal: AbortSignal | undefined;
  #lookups = 0;

  constructor(folder: string, shown: string, { exclude = [], excludeBeginning, signal }: Walking) {
    this.limits = new Limits(shown);
    this.#folder = folder;
    this.#shown = shown;
    this.#excluded = new Set(exclude);
    this.#beginning = excludeBeginning === undefined ? undefined : Buffer.from(excludeBeginning);
    this.#signal = signal;
  }

  async folder(path: string, above: IgnoreRules): Promise<void> {
    this.limits.countFolder();
    const entries = this.#entriesOf(path);
    const rules = above.within(path, join(this.#folder, path));
    for (const entry of entries) await this.#entry(path, entry, rules);
  }

  async #entry(folder: string, entry: Dirent<Buffer>, rules: IgnoreRules): Promise<void> {
    const name = entry.name.toString("utf8");
    if (OURS.has(name.toLowerCase())) return;
    const path = folder === "" ? name : `${folder}/${name}`;
    if (this.#excluded.has(join(this.#folder, path))) return;
    const isFolder = entry.isDirectory();
    if (rules.ignores(path, isFolder)) return;
    const problem = unusableName(entry.name, name) ?? pathProblem(path);
    if (problem !== undefined) return this.#refuse(JSON.stringify(path), problem, RENAME);
    this.#lookups += 1;
    if (this.#lookups % BEFORE_PAUSE === 0) {
      await setImmediate();
      this.#signal?.throwIfAborted();
    }
    if (isFolder) await this.folder(path, rules);
    else this.#file(path, rules);
  }

  #file(path: string, rules: IgnoreRules): void {
    const found = this.#look(path, (real) => lstatSync(real, { bigint: true }));
    const isMeant = rules.isMeant(path);
    if (found.isSymbolicLink()) {
      const target = this.#look(path, (real) => readlinkSync(real, "buffer"));
      const text = target.toString("utf8");
      const problem = unusableName(target, text) ?? pathProblem(text);
      if (problem !== undefined) {
        this.#refuse(path, "the target of the symbolic link cannot be packed", LINK);
        return;
      }
      this.limits.countFile(path, target.length);
      const link = { path, kind: "link", bytes: target.length, target: text } as const;
      this.files.push({ ...link, stamp: stampOf(found), isMeant });
      return;
    }
    if (!found.isFile()) {
      if (found.isDirectory()) throw changedMeanwhile(this.#named(path));
      this.#refuse(
        path,
        `it is ${kindOf(found)}, not a file`,
        "Exclude it with a line in .reconcileignore, or delete it.",
      );
      return;
    }
    const kind = (found.mode & 0o100n) === 0n ? "file" : "program";
    const bytes = Number(found.size);
    if (this.#begins(path, bytes)) return;
    this.limits.countFile(path, bytes);
    this.files.push({ path, kind, bytes, stamp: stampOf(found), isMeant });
  }

  #begins(path: string, bytes: number): boolean {
    const beginning = this.#beginning;
    if (beginning === undefined || bytes < beginning.length) return false;
    return this.#look(path, (real) => beginning.equals(beginningOf(real, beginning.length)));
  }

  #entriesOf(path: string): Dirent<Buffer>[] {
    return this.#look(path, (real) =>
      readdirSync(real, { withFileTypes: true, encoding: "buffer" }),
    );
  }

  #look<T>(path: string, read: (real: string) => T): T {
    try {
      return read(join(this.#folder, path));
    } catch (error) {
      if (path !== "" && isGone(error)) throw changedMeanwhile(this.#named(path), error);
      throw unreadablePart(error, this.#named(path));
    }
  }

  #refuse(path: string, why: string, help: string): void {
    this.problems.push({ message: `${this.#named(path)}: ${why}`, help });
  }

  #named(path: string): string {
    return path === "" ? this.#shown : `${this.#shown}/${path}`;
  }
}

const RENAME = "Rename it, or exclude it with a line in .reconcileignore.";
const LINK =
  "Link to a short, relative path within the directory, or exclude the link with a line in .reconcileignore.";

/** Names that tools of the build, or of the person, could read as another name. */
function unusableName(bytes: Buffer, name: string): string | undefined {
  if (!Buffer.from(name).equals(bytes)) return "its name is not valid UTF-8";
  if (/\p{Cc}/u.test(name)) return "its name contains a control character, such as a line break";
  return undefined;
}

function kindOf(found: BigIntStats): string {
  if (found.isSocket()) return "a socket";
  return found.isFIFO() ? "a pipe" : "a device";
}

/** The order of the bytes in UTF-8, which is the same for every language and on every system. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** @throws UserError if it is nothing that can be packed. */
export function requireFolder(found: BigIntStats | undefined, shown: string): void {
  if (found?.isDirectory() === true) return;
  throw found === undefined
    ? new UserError(`${shown}: the directory does not exist`, {
        remedy: "Create it, or correct the path.",
      })
    : new UserError(
        `${shown}: it is ${found.isFile() ? "a file" : kindOf(found)}, not a directory`,
        {
          remedy: "Name the application's directory. A single file belongs under `file`.",
        },
      );
}
