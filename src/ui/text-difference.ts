import { structuredPatch } from "diff";

/** A line of a difference; a note is ours, not part of a text. */
export interface TextLine {
  readonly kind: "added" | "removed" | "same" | "note";
  readonly text: string;
}

/** The number of unchanged lines around a change, as in `diff -u`. */
const CONTEXT = 3;

/** Texts that differ in more lines have few lines in common, and finding these takes seconds. */
const MOST_EDITS = 1000;

/** Whether a value is a text of several lines. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value.trimEnd().includes("\n");
}

/** The lines of a text, without the empty one after the last line break. */
export function linesOfText(text: string): readonly string[] {
  return text.replace(/\n$/, "").split("\n");
}

/** The differences between two texts, line by line, with a few lines around each difference. */
export function lineDifference(before: string, after: string): readonly TextLine[] {
  const patch = structuredPatch("", "", before, after, "", "", {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) {
    return [
      ...linesOfText(before).map((text) => ({ kind: "removed", text }) as const),
      ...linesOfText(after).map((text) => ({ kind: "added", text }) as const),
    ];
  }
  return patch.hunks.flatMap(({ newStart, lines }) => [
    ...(newStart > 1 ? [{ kind: "note", text: `@@ line ${newStart} @@` } as const] : []),
    ...lines.map(hunkLine),
  ]);
}

const KINDS = { "+": "added", "-": "removed", " ": "same" } as const;

function hunkLine(line: string): TextLine {
  const [sign = ""] = line;
  if (sign === "+" || sign === "-" || sign === " ") {
    return { kind: KINDS[sign], text: line.slice(1) };
  }
  return { kind: "note", text: "(no line break at the end)" };
}
