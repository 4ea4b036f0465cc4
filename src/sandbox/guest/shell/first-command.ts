import { parseShell } from "./parse.ts";
import type { Word } from "./syntax.ts";

/**
 * The words of the last command of a text, for example `exec gunicorn …` after `cd …; export …`. Empty when
 * the text cannot be parsed. Undefined when the last command is not a simple command.
 */
export function firstCommand(
  text: string,
  variables: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  try {
    const last = parseShell(text).at(-1);
    const pipeline = last?.rest.at(-1)?.pipeline ?? last?.first;
    const command = pipeline?.commands.at(-1);
    if (command === undefined) return [];
    if (command.kind !== "simple") return undefined;
    const words = command.words.map((word) => plainText(word, variables));
    return words[0] === "exec" ? words.slice(1) : words;
  } catch {
    return [];
  }
}

/** The literal text of a word. An unknown variable is replaced by its fallback. */
function plainText(word: Word, variables: ReadonlyMap<string, string>): string {
  return word
    .map((part) => {
      if (part.kind === "text") return part.text;
      if (part.kind !== "variable") return "";
      return variables.get(part.name) ?? part.fallback ?? "";
    })
    .join("");
}
