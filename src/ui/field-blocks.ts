import type { Change } from "../engine/plan-format.ts";
import { type FieldLine, fieldLines } from "./field-lines.ts";

/** Consecutive lines of one kind: as one text, each with its sign in front. */
export type LineRun = { readonly key: string } & (
  | SingleLine
  | { readonly kind: "added" | "removed" | "same"; readonly lines: readonly string[] }
);

/** The lines of one field's path. */
export interface FieldBlock {
  readonly key: string;
  readonly path: string;
  readonly runs: readonly LineRun[];
  /** What is to be said of a value of one line, beside it; values of several lines say it above. */
  readonly note: string;
}

const REPLACES = "(needs replacement)";

/** What a change does to its fields, path by path, for any view. */
export function fieldBlocks(change: Change): readonly FieldBlock[] {
  const blocks: { path: string; lines: FieldLine[]; replaces: boolean }[] = [];
  for (const field of change.fields) {
    const replaces = field.forcesReplace && change.action === "replace";
    for (const line of fieldLines(field)) {
      const last = blocks.at(-1);
      if (last?.path === line.path && last.replaces === replaces) last.lines.push(line);
      else blocks.push({ path: line.path, lines: [line], replaces });
    }
  }
  return blocks.map(({ path, lines, replaces }, index) => ({
    key: `${index} ${path}`,
    path,
    runs: runsOf(replaces && lines.length > 1 ? withNote(lines, REPLACES) : lines),
    note: replaces && lines.length === 1 ? REPLACES : "",
  }));
}

/** Above a text, so that nothing of ours stands in its lines. */
function withNote(lines: readonly FieldLine[], note: string): readonly FieldLine[] {
  const [first, ...others] = lines;
  if (first === undefined) return lines;
  return first.kind === "note"
    ? [{ ...first, text: `${first.text} ${note}` }, ...others]
    : [{ kind: "note", path: first.path, text: note }, ...lines];
}

/** Every line has one, so that no line of a file is taken for one of ours. */
const SIGNS = { added: "+", removed: "-", same: "=" } as const;

function runsOf(lines: readonly FieldLine[]): readonly LineRun[] {
  const runs: ({ kind: "added" | "removed" | "same"; lines: string[] } | SingleLine)[] = [];
  for (const line of lines) {
    if (!("member" in line)) {
      runs.push(line);
      continue;
    }
    const text = `${SIGNS[line.kind]} ${line.member}`;
    const last = runs.at(-1);
    if (last?.kind === line.kind && "lines" in last) last.lines.push(text);
    else runs.push({ kind: line.kind, lines: [text] });
  }
  return runs.map((run, index) => ({ key: String(index), ...run }));
}

type SingleLine = Exclude<FieldLine, { readonly kind: "added" | "removed" | "same" }>;
