import type { Machine } from "./machine.ts";

/** The lines, without comments, of the written files whose path matches. `file` is the path. */
export function linesWritten(
  { disk }: Machine,
  path: RegExp,
): readonly { readonly file: string; readonly line: string }[] {
  return Object.entries(disk.files).flatMap(([file, content]) =>
    path.test(file) && content?.text !== undefined
      ? content.text
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== "" && !/^#(?!\d)/.test(line))
          .map((line) => ({ file, line }))
      : [],
  );
}

/** What a check saw. Undefined, as for a check that passes, when it saw nothing. */
export function nothing(seen: readonly string[]): readonly string[] | undefined {
  return seen.length === 0 ? undefined : seen;
}
