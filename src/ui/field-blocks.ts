import type { Change, FieldChange } from "../engine/plan-format.ts";
import type { PresentedTypes } from "../engine/presentation.ts";
import { EXPOSED, type Exposure, exposureOf } from "./exposure.ts";
import { type FieldLine, fieldLines } from "./field-lines.ts";
import { isCompared } from "./file-terms.ts";

/** Consecutive lines of one kind, each with its sign in front. */
export type LineRun = { readonly key: string } & (
  | SingleLine
  | {
      readonly kind: "added" | "removed" | "same";
      /** Separates rules that open a port to the world from others. */
      readonly exposure: Exposure | undefined;
      readonly lines: readonly string[];
    }
);

/** The lines of one field's path. */
export interface FieldBlock {
  readonly key: string;
  readonly path: string;
  /**
   * Whether the whole field is added, removed or changed, or forces the replacement of its
   * resource.
   */
  readonly sign: FieldSign;
  readonly runs: readonly LineRun[];
}

/** `·` is a value without a comparison. */
export type FieldSign = "+" | "-" | "~" | "±" | "·";

/** The differences of a change, path by path, for any view. */
export function fieldBlocks(change: Change, types: PresentedTypes): readonly FieldBlock[] {
  const blocks: { path: string; lines: FieldLine[]; sign: FieldSign }[] = [];
  for (const field of change.fields) {
    const replaces = field.forcesReplace && change.action === "replace";
    const isUnknown = change.action !== "create" && !isCompared(change.address, field.path, types);
    const sign = isUnknown ? "·" : replaces ? "±" : signOf(field);
    for (const line of fieldLines(field)) {
      const last = blocks.at(-1);
      if (last?.path === line.path) last.lines.push(line);
      else {
        const isNew = line.kind === "set" && sign === "~";
        blocks.push({ path: line.path, lines: [line], sign: isNew ? "+" : sign });
      }
    }
  }
  return blocks.map(({ path, lines, sign }, index) => ({
    key: `${index} ${path}`,
    path,
    sign,
    runs: runsOf(lines),
  }));
}

/** Whether a whole field is added, removed or changed. */
function signOf({ before, after, known }: FieldChange): FieldSign {
  if (isNothing(before)) return "+";
  return known && isNothing(after) ? "-" : "~";
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Every line has a sign, so that no line of a file looks like a line of the plan. */
const SIGNS = { added: "+", removed: "-", same: "=" } as const;

function runsOf(lines: readonly FieldLine[]): readonly LineRun[] {
  const runs: (Signed | SingleLine)[] = [];
  for (const line of lines) {
    if (!("member" in line)) {
      runs.push(line);
      continue;
    }
    const exposure = exposureOf(line.path, line.member);
    const aside = exposure === undefined ? "" : ` ${EXPOSED}`;
    const text = `${SIGNS[line.kind]} ${line.member}${aside}`;
    const last = runs.at(-1);
    if (last?.kind === line.kind && "lines" in last && last.exposure === exposure) {
      last.lines.push(text);
    } else runs.push({ kind: line.kind, exposure, lines: [text] });
  }
  return runs.map((run, index) => ({ key: String(index), ...run }));
}

interface Signed {
  readonly kind: "added" | "removed" | "same";
  readonly exposure: Exposure | undefined;
  readonly lines: string[];
}

type SingleLine = Exclude<FieldLine, { readonly kind: "added" | "removed" | "same" }>;
