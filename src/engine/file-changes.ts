/** In what a directory of files differs from an earlier one. Paths are relative. */
export interface FileChanges {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Folders in which unknown files differ. */
  readonly folders?: readonly string[];
}

/** More paths would hide what else differs. */
const MOST_NAMED = 5;

/** `2 files changed (app.py, templates/index.html), 1 added (logo.svg)`. Undefined if nothing differs. */
export function fileChangeWords({
  changed,
  added,
  removed,
  folders = [],
}: FileChanges): string | undefined {
  const parts = Object.entries({ changed, added, removed })
    .filter(([, paths]) => paths.length > 0)
    .map(([what, paths], index) => {
      const noun = index > 0 ? "" : paths.length === 1 ? " file" : " files";
      return `${paths.length}${noun} ${what} ${named(paths)}`;
    });
  if (folders.length > 0) {
    const noun = folders.length === 1 ? "folder" : "folders";
    parts.push(`files changed in ${folders.length} ${noun} ${named(folders)}`);
  }
  return parts.length === 0 ? undefined : parts.join(", ");
}

function named(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMED;
  const names = paths.slice(0, MOST_NAMED).map(unambiguous).join(", ");
  return `(${names}${more > 0 ? ` and ${more} more` : ""})`;
}

/** A name with a comma, for example, must not look like two names. */
function unambiguous(path: string): string {
  if (path === "") return "./";
  return /^[\p{L}\p{M}\p{N}_./@+~-]+$/u.test(path) ? path : JSON.stringify(path);
}
