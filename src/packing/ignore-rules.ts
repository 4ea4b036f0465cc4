import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { UserError } from "../engine/errors.ts";
import { isGone, unreadablePart } from "./unreadable.ts";

const OF_GIT = ".gitignore";
export const OWN_IGNORE_FILE = ".reconcileignore";

/** Far more than any such file has. */
const LARGEST = 2 ** 20;

/**
 * Which files of a directory are excluded. Later rules win: those of deeper folders over those above them, as in
 * Git, and those of every .reconcileignore over those of every .gitignore.
 */
export class IgnoreRules {
  /** The way from the folder that the rules are written for to the directory. */
  readonly #base: string;
  readonly #git: readonly string[];
  readonly #own: readonly string[];
  readonly #all: Ignore;
  readonly #meant: Ignore;

  private constructor(base: string, git: readonly string[], own: readonly string[]) {
    this.#base = base;
    this.#git = git;
    this.#own = own;
    this.#all = rules([...git, ...own]);
    this.#meant = rules(own.filter((pattern) => !isBroadNegation(pattern)));
  }

  /**
   * The rules that hold in a directory before its own files: those of the .gitignore files above it, up to the top
   * of the repository. Rules that ignore the directory itself do not count, because the stack file names it.
   *
   * Git also has rules of this machine alone (`core.excludesFile`, `.git/info/exclude`). They do not count, so
   * that a directory is the same on every machine.
   *
   * @param folder A real path.
   */
  static above(folder: string): IgnoreRules {
    const top = repositoryOf(folder);
    if (top === undefined) return new IgnoreRules("", [], []);
    const base = relative(top, folder).split(sep).join("/");
    if (base === "") return new IgnoreRules("", [], []);
    const names = base.split("/");
    const git = names.flatMap((_, depth) => {
      const above = names.slice(0, depth);
      return patternsIn(join(top, ...above, OF_GIT), above.join("/"));
    });
    const found = new IgnoreRules(base, git, []);
    return found.#all.ignores(`${base}/`) ? new IgnoreRules(base, [], []) : found;
  }

  /** With the rules of a folder's own files. `path` is the way to it from the directory. */
  within(path: string, folder: string): IgnoreRules {
    const base = this.#pathOf(path);
    const git = patternsIn(join(folder, OF_GIT), base);
    const own = patternsIn(join(folder, OWN_IGNORE_FILE), base);
    if (git.length === 0 && own.length === 0) return this;
    return new IgnoreRules(this.#base, [...this.#git, ...git], [...this.#own, ...own]);
  }

  /** Whether a path is excluded. Nothing below a folder that is excluded may be asked for. */
  ignores(path: string, isFolder: boolean): boolean {
    return this.#all.ignores(`${this.#pathOf(path)}${isFolder ? "/" : ""}`);
  }

  /**
   * Whether a .reconcileignore says that this very file belongs to it: `!.env`. A pattern such as `!*` or `!dist/**`
   * packs what Git ignores, but whoever writes it does not think of the secrets among these files.
   */
  isMeant(path: string): boolean {
    return this.#meant.test(this.#pathOf(path)).unignored;
  }

  #pathOf(path: string): string {
    return [this.#base, path].filter((part) => part !== "").join("/");
  }
}

/** The servers tell names apart by their case, so that the rules do, too, on every machine. */
function rules(patterns: readonly string[]): Ignore {
  return ignore({ ignorecase: false }).add(patterns);
}

/** Whether the name at a negated pattern's end has wildcards. */
function isBroadNegation(pattern: string): boolean {
  if (!pattern.startsWith("!")) return false;
  const name = withoutEnd(pattern).replace(/\/$/, "").split("/").at(-1) ?? "";
  return /[*?[]/.test(name.replaceAll(/\\./g, ""));
}

function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : repositoryOf(above);
}

function patternsIn(file: string, folder: string): readonly string[] {
  return (read(file) ?? "")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((line) => patternFor(line, folder) ?? []);
}

/**
 * A pattern of a folder's file, written for the folder that all rules are written for. With a slash before its
 * end, a pattern holds for one place, and otherwise for every depth (gitignore(5)).
 */
function patternFor(line: string, folder: string): string | undefined {
  if (line.startsWith("#")) return undefined;
  if (folder === "") return line;
  const [, negation = "", pattern = ""] = /^(!?)(.*)$/s.exec(line) ?? [];
  const written = withoutEnd(pattern);
  if (/^\/*$/.test(written)) return undefined;
  const place = folder.replaceAll(/[\\*?[\]!# ]/g, "\\$&");
  return /\/(?!$)/.test(written)
    ? `${negation}${place}/${pattern.replace(/^\//, "")}`
    : `${negation}${place}/**/${pattern}`;
}

/** Git ignores spaces at the end. */
function withoutEnd(pattern: string): string {
  let end = pattern.length;
  while (pattern[end - 1] === " ") end -= 1;
  return pattern.slice(0, end);
}

/** Like Git, it follows no symbolic link, which could lead to a file of somebody else. */
function read(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw unreadablePart(error, path);
  }
  try {
    if (!fstatSync(file).isFile()) return undefined;
    const content = Buffer.alloc(LARGEST + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length <= LARGEST; length += count) {
      count = readSync(file, content, { offset: length });
    }
    if (length <= LARGEST) return content.toString("utf8", 0, length);
    throw new UserError(`${path}: it is larger than 1 MiB`, {
      remedy: "Check that it is a list of patterns, one a line.",
    });
  } finally {
    closeSync(file);
  }
}
