import type { ImageContents } from "../../image/contents.ts";
import type { SourceEntry } from "../../image/recipe.ts";
import { isStoredDirectory, isStoredPlaybook, storedContent } from "./contents.ts";
import { directoryChanges, directorySize } from "./directory-words.ts";
import type { ImageFields } from "./live.ts";
import { type RecordedEntry, readSourceRecord } from "./source-record.ts";

/**
 * A content of an image as a plan shows it. Of an application's directory, it shows which files differ: the image's
 * tags do not say what the files were.
 */
export function shownContent(
  name: keyof ImageContents,
  fields: ImageFields,
  wanted: ImageFields,
  before?: ImageFields,
): unknown {
  const { contents, texts } = fields;
  if (contents === undefined) {
    const isRecorded = recordOf(fields, name) !== undefined;
    return texts && storedContent(name, texts[name], wanted.contents, isRecorded);
  }
  const { ansible, application } = contents;
  if (name === "ansible" && ansible !== null) {
    const { sha256, directory, ...rest } = ansible;
    const text = before?.texts?.ansible;
    const isOther = text !== undefined && !isStoredPlaybook(text, sha256);
    return { ...rest, directory: directoryWords(directory, name, isOther ? before : undefined) };
  }
  if (name !== "application" || application === null) return contents[name];
  const { source } = application;
  if (!("directory" in source)) return application;
  const text = before?.texts?.application;
  const isOther =
    text !== undefined && isStoredDirectory(text) && !isStoredDirectory(text, source.sha256);
  const directory = directoryWords(source.directory, name, isOther ? before : undefined);
  return { ...application, source: { directory } };
}

/** Of a directory that differs from the one of before, which files differ. */
function directoryWords(
  directory: readonly SourceEntry[],
  name: keyof ImageContents,
  before: ImageFields | undefined,
) {
  const record = before && recordOf(before, name);
  return record ? directoryChanges(record, directory) : directorySize(directory);
}

function recordOf(
  { sourceRecord, playbookRecord }: ImageFields,
  name: keyof ImageContents,
): readonly RecordedEntry[] | undefined {
  const record = name === "ansible" ? playbookRecord : sourceRecord;
  return record === undefined ? undefined : readSourceRecord(record);
}
