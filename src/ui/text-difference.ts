import { structuredPatch } from "diff";
import type { FieldLine } from "./field-lines.ts";

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
export function lineDifference(path: string, before: string, after: string): readonly FieldLine[] {
  const patch = structuredPatch("", "", before, after, "", "", {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) {
    return [
      ...linesOfText(before).map((line) => lineOf("removed", path, line)),
      ...linesOfText(after).map((line) => lineOf("added", path, line)),
    ];
  }
  return patch.hunks.flatMap(({ newStart, lines }) => [
    ...(newStart > 1 ? [{ kind: "note", path, text: `@@ line ${newStart} @@` } as const] : []),
    ...lines.map((line) => hunkLine(path, line)),
  ]);
}

const KINDS = { "+": "added", "-": "removed", " ": "same" } as const;

function hunkLine(path: string, line: string): FieldLine {
  const [sign = ""] = line;
  const text = line.slice(1);
  if (sign === "+" || sign === "-" || sign === " ") return lineOf(KINDS[sign], path, text);
  return { kind: "note", path, text: "(no line break at the end)" };
}

function lineOf(kind: "added" | "removed" | "same", path: string, text: string): FieldLine {
  return { kind, path, member: text };
}
