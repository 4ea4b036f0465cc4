import { fileChangeWords } from "../../engine/file-changes.ts";
import { Worded } from "../../engine/worded.ts";
import type { SourceEntry } from "../../image/recipe.ts";
import { compareSource, type RecordedEntry } from "./source-record.ts";

/** A directory whose files no plan can name any more. */
export const SOME_DIRECTORY = new Worded("a directory");

/** `12 files with 34 KiB` */
export function directorySize(entries: readonly SourceEntry[]): Worded {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return new Worded(
    `${entries.length} ${entries.length === 1 ? "file" : "files"} with ${sizeWords(bytes)}`,
  );
}

function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${Math.round(kib)} KiB` : `${Math.round(kib / 1024)} MiB`;
}

/** The files in which a directory differs from the one that an image was built from. */
export function directoryChanges(
  record: readonly RecordedEntry[],
  entries: readonly SourceEntry[],
): Worded {
  // A mark is short, so that in rare cases two versions of a file have the same one.
  return new Worded(fileChangeWords(compareSource(record, entries)) ?? "other files");
}
