import type { Path } from "./finding.ts";

/** The file's content, and the source text of the values that YAML does not read as text. */
export interface Content {
  readonly value: unknown;
  readonly written: (path: Path) => string | undefined;
}

/** The file's value at a path; undefined if it has none. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}
