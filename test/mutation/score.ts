import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Stryker } from "@stryker-mutator/core";
import { parse } from "yaml";

type MutantResult = Awaited<ReturnType<Stryker["runMutationTest"]>>[number];

/** Of a file's mutants, so many must be caught, in percent; those that nothing can tell are not counted. */
const leastScore = 90;

/** By file: a line of it, the mutants of that line, and why no test can tell them from the line. */
type Equivalents = Readonly<
  Record<
    string,
    readonly {
      readonly line: string;
      readonly mutants: readonly string[];
      readonly because: string;
    }[]
  >
>;

interface Score {
  readonly file: string;
  readonly caught: number;
  readonly survivors: readonly Mutant[];
  readonly equivalent: number;
  /** Listed as equivalent, and caught or not there. */
  readonly stale: readonly string[];
  readonly percent: number;
  readonly good: boolean;
}

interface Mutant {
  readonly lineNumber: number;
  readonly line: string;
  /** `was → is`, on one line. */
  readonly change: string;
  readonly caught: boolean;
}

/** The mutants that are known to change nothing. */
export function readEquivalents(): Equivalents {
  return parse(readFileSync(new URL("equivalent.yaml", import.meta.url), "utf8")) ?? {};
}

/** A source file as the repository names it. */
export function sourceOf(fileName: string): string {
  return relative(fileURLToPath(new URL("../..", import.meta.url)), fileName);
}

/** What became of a file's mutants. */
export function scoreOf(
  file: string,
  results: readonly MutantResult[],
  equivalents: Equivalents,
): Score {
  const lines = readFileSync(file, "utf8").split("\n");
  const mutants = results
    .filter(({ status }) => ["Killed", "Timeout", "Survived", "NoCoverage"].includes(status))
    .map((result) => toMutant(result, lines));
  const listed = (equivalents[file] ?? []).flatMap(({ line, mutants: changes }) =>
    changes.map((change) => `${line}: ${change}`),
  );
  const alive = mutants.filter(({ caught }) => !caught);
  const survivors = alive.filter((mutant) => !listed.includes(keyOf(mutant)));
  const stale = listed.filter((key) => !alive.some((mutant) => keyOf(mutant) === key));
  const caught = mutants.length - alive.length;
  const counted = caught + survivors.length;
  const percent = counted === 0 ? 100 : (100 * caught) / counted;
  const good = percent >= leastScore && stale.length === 0;
  return {
    file,
    caught,
    survivors,
    equivalent: alive.length - survivors.length,
    stale,
    percent,
    good,
  };
}

/** A file's score in words, with what survived where that is too much, or asked for. */
export function tellFile(score: Score, all: boolean): readonly string[] {
  const { file, percent, caught, survivors, equivalent, stale, good } = score;
  const counted = `${caught} of ${caught + survivors.length} caught`;
  return [
    `${good ? "" : "FAILED "}${file}  ${percent.toFixed(1)} %  ${counted}, ${equivalent} equivalent`,
    ...(all || percent < leastScore
      ? survivors.map(({ lineNumber, line, change }) => `  ${lineNumber}: ${line}\n      ${change}`)
      : []),
    ...stale.map((key) => `  listed as equivalent, but caught or not found: ${key}`),
  ];
}

function keyOf({ line, change }: Mutant): string {
  return `${line}: ${change}`;
}

function toMutant(
  { location, replacement, status }: MutantResult,
  lines: readonly string[],
): Mutant {
  const { start, end } = location;
  const text = lines.slice(start.line - 1, end.line);
  const last = text.length - 1;
  const was = text
    .map((line, index) => line.slice(0, index === last ? end.column - 1 : undefined))
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0))
    .join("\n");
  return {
    lineNumber: start.line,
    line: (lines[start.line - 1] ?? "").trim(),
    change: `${oneLine(was)} → ${oneLine(replacement ?? "")}`,
    caught: status === "Killed" || status === "Timeout",
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
