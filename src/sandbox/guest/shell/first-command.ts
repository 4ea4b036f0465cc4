import { parseShell } from "./parse.ts";
import type { Word } from "./syntax.ts";

/**
 * The words of the command that a text ends in running: `exec gunicorn …` after some `cd …; export …`.
 * Empty when the text cannot be read.
 */
export function firstCommand(text: string): readonly string[] {
  try {
    const last = parseShell(text).at(-1);
    const pipeline = last?.rest.at(-1)?.pipeline ?? last?.first;
    const command = pipeline?.commands.at(-1);
    if (command?.kind !== "simple") return [];
    const words = command.words.map(plainText);
    return words[0] === "exec" ? words.slice(1) : words;
  } catch {
    return [];
  }
}

/** A word as far as it is text; a variable keeps its fallback. */
function plainText(word: Word): string {
  return word
    .map((part) => {
      if (part.kind === "text") return part.text;
      return part.kind === "variable" ? (part.fallback ?? "") : "";
    })
    .join("");
}
