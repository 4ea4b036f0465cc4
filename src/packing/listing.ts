import { UserError } from "../engine/errors.ts";
import { type FileChanges, fileChangeWords } from "../engine/file-changes.ts";

/** A directory as it is packed. Plain data. */
export interface DirectoryListing {
  /** SHA-256 (hex) of the whole uncompressed tar archive. */
  readonly sha256: string;
  /** Of the archive. */
  readonly bytes: number;
  /** Sorted by path. */
  readonly files: readonly ListedFile[];
}

export interface ListedFile {
  /** Relative, with slashes. */
  readonly path: string;
  /** A program may be executed. A link leads to `target`, relative and within the directory. */
  readonly kind: "file" | "program" | "link";
  readonly bytes: number;
  /** Of the content; of the target for a link. */
  readonly sha256: string;
  readonly target?: string;
}

/** Something about a directory that a person must know, with what to do about it. */
export interface DirectoryFinding {
  readonly message: string;
  readonly help: string;
}

/** A directory that cannot be packed, because of some of its files. The message is of the first of them. */
export class DirectoryError extends UserError {
  readonly problems: readonly DirectoryFinding[];

  constructor(problems: readonly [DirectoryFinding, ...DirectoryFinding[]]) {
    const [{ message, help }] = problems;
    super(message, { remedy: help });
    this.problems = problems;
  }
}

/**
 * Checks that a directory is still as it was listed.
 *
 * @throws UserError that names the files that differ.
 */
export function requireListing(
  folder: string,
  before: DirectoryListing,
  now: DirectoryListing,
): void {
  if (now.sha256 === before.sha256) return;
  const changes = fileChangeWords(compareFiles(before.files, now.files)) ?? "other files";
  throw new UserError(`${folder}: the directory has changed since the plan: ${changes}`, {
    remedy: "Create a new plan, review it, and apply the new plan.",
  });
}

function compareFiles(before: readonly ListedFile[], after: readonly ListedFile[]): FileChanges {
  const earlier = new Map(before.map((file) => [file.path, file]));
  const later = new Set(after.map(({ path }) => path));
  return {
    changed: after
      .filter((file) => {
        const former = earlier.get(file.path);
        return (
          former !== undefined && !(former.sha256 === file.sha256 && former.kind === file.kind)
        );
      })
      .map(({ path }) => path),
    added: after.filter(({ path }) => !earlier.has(path)).map(({ path }) => path),
    removed: before.filter(({ path }) => !later.has(path)).map(({ path }) => path),
  };
}
