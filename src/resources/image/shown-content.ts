import type { ImageContents } from "../../image/contents.ts";
import type { SourceEntry } from "../../image/recipe.ts";
import { isStoredDirectory, storedContent } from "./contents.ts";
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
    const isRecorded = recordOf(fields) !== undefined;
    return texts && storedContent(name, texts[name], wanted.contents, isRecorded);
  }
  const { application } = contents;
  if (name !== "application" || application === null) return contents[name];
  const { source } = application;
  if (!("directory" in source)) return application;
  return { ...application, source: { directory: directoryWords(source, before) } };
}

function directoryWords(
  { directory, sha256 }: { readonly directory: readonly SourceEntry[]; readonly sha256: string },
  before: ImageFields | undefined,
) {
  const text = before?.texts?.application;
  const isOther = text !== undefined && isStoredDirectory(text) && !isStoredDirectory(text, sha256);
  const record = isOther && before ? recordOf(before) : undefined;
  return record ? directoryChanges(record, directory) : directorySize(directory);
}

function recordOf({ sourceRecord }: ImageFields): readonly RecordedEntry[] | undefined {
  return sourceRecord === undefined ? undefined : readSourceRecord(sourceRecord);
}
