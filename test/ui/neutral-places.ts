import { readdirSync, readFileSync } from "node:fs";
import type * as Words from "../../src/aws/neutral-words.ts";
import type * as Texts from "../../src/ui/text.ts";
import { faultsOf } from "./hostile.ts";

/**
 * Every place of the product that makes a text neutral, by file, line and column: where one of the
 * functions of `src/ui/text.ts`, or of `src/aws/neutral-words.ts`, is called. Tests put what is watched in
 * their place.
 */
const reached = new Set<string>();
let left: string | undefined;

/** The same functions; of each it is known from where it was called, and at one place it does nothing. */
export function watched(texts: typeof Texts): typeof Texts {
  const same = (text: string) => text;
  return {
    ...texts,
    neutralize: placed(texts.neutralize, same),
    neutralizeLines: placed(texts.neutralizeLines, same),
    neutralizePainted: placed(texts.neutralizePainted, same),
    indented: placed(texts.indented, same),
    escapeInJson: placed(texts.escapeInJson, same),
    jsonText: placed(texts.jsonText, (value, indent) => JSON.stringify(value, undefined, indent)),
  };
}

/** Likewise, of the words of whoever answers in AWS's place. */
export function watchedWords(words: typeof Words): typeof Words {
  return {
    quoted: placed(words.quoted, (text) => `"${text}"`),
    firstWords: placed(words.firstWords, (body) => `"${new TextDecoder().decode(body)}"`),
  };
}

function placed<Given extends readonly unknown[]>(
  neutral: (...given: Given) => string,
  not: (...given: Given) => string,
): (...given: Given) => string {
  return (...given) => {
    const place = placeOfCaller();
    reached.add(place);
    return place === left ? not(...given) : neutral(...given);
  };
}

function placeOfCaller(): string {
  const { stackTraceLimit } = Error;
  // These two functions, perhaps an array's map, and the caller; each line of more costs time.
  Error.stackTraceLimit = 4;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return /\/(src\/[^\n]*:\d+:\d+)/.exec(stack)?.[1] ?? "";
}

/** Something that is written, and the texts that have to be in it. */
export interface Output {
  readonly what: string;
  readonly write: () => Promise<string>;
  readonly texts: readonly string[];
}

/** By place, the outputs that pass it. */
export async function outputsByPlace(
  outputs: readonly Output[],
): Promise<ReadonlyMap<string, readonly Output[]>> {
  const passing = new Map<string, Output[]>();
  for (const output of outputs) {
    reached.clear();
    await output.write();
    for (const place of reached) passing.set(place, [...(passing.get(place) ?? []), output]);
  }
  return passing;
}

/** Whether one of the outputs has a fault while the place lets every text through as it is. */
export async function isNeeded(place: string, outputs: readonly Output[]): Promise<boolean> {
  left = place;
  try {
    for (const { write, texts } of outputs) {
      if (faultsOf(await write(), texts).length > 0) return true;
    }
    return false;
  } finally {
    left = undefined;
  }
}

/** The places of a folder as the sources have them: file and line, as often as there are calls in it. */
export function placesInSources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !HOME.test(`${folder}/${name}`))
    .flatMap((name) => linesWithCalls(`${folder}/${name}`))
    .sort();
}

const HOME = /\/(text|neutral-words)\.ts$/;

function linesWithCalls(file: string): readonly string[] {
  const call =
    /\b(?:neutralize(?:Lines|Painted)?|indented|escapeInJson|jsonText|quoted|firstWords)(?=[()])/g;
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, index) => [...line.matchAll(call)].map(() => `${file}:${index + 1}`));
}

/** A place without its column. */
export function lineOf(place: string): string {
  return place.replace(/:\d+$/, "");
}
