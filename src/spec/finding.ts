/** The way from the top of a stack file to one place in it. */
export type Path = readonly (string | number)[];

/** A diagnostic that does not know its line yet. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** Whether the person should look at the field's name or at its value (the default). */
  readonly at?: "key";
  readonly message: string;
  readonly help?: string;
  /**
   * The places that the finding depends on, besides `path`. If one of them is wrong itself, the finding
   * means nothing and is dropped. A wrong value counts as omitted, so a place that must be given for
   * the finding to exist need not be listed.
   */
  readonly about?: readonly Path[];
  /** An item of a list. The message ends with its name. */
  readonly item?: Path;
}

/** `securityGroups.web.ingress[0].port`, as a person would write it. */
export function showPath(path: Path): string {
  let shown = "";
  for (const part of path) {
    if (typeof part === "number") shown += `[${part}]`;
    else if (/^[\w-]{1,60}$/.test(part)) shown += shown === "" ? part : `.${part}`;
    else shown += `[${quote(part)}]`;
  }
  return shown;
}

/**
 * Something a person wrote, for use inside a sentence. `written` is its source text. A number or a
 * boolean does not show its source: 0o644 is 420.
 */
export function quote(value: unknown, written = usualText(value)): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? visible(JSON.stringify(cut(value, 60))) : shown(written);
}

/** How a value other than a list or a mapping is usually written. */
export function usualText(value: unknown): string {
  return typeof value === "object" && value !== null ? "" : String(value);
}

/** A value as the person wrote it, without quotes around it. */
export function shown(written: string): string {
  return visible(cut(written, 60));
}

/** What to write in the file so that YAML reads a value as this text. */
export function inQuotes(written: string): string {
  return visible(JSON.stringify(written));
}

/** What YAML reads a value as, if it is not text. */
export function kindOf(value: unknown): string {
  return typeof value === "number"
    ? "a number"
    : typeof value === "boolean"
      ? "a boolean"
      : "no value";
}

/** A sentence with text of unknown origin in it. */
export function printable(sentence: string): string {
  return visible(cut(sentence, 120));
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** Without the characters that move a terminal's cursor, reverse its text, or are invisible. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
    (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16);
      return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
    },
  );
}

/** "a", "a or b", "a, b or c". */
export function oneOf(words: readonly string[]): string {
  return joined(words, "or");
}

/** "a", "a and b", "a, b and c". */
export function allOf(words: readonly string[]): string {
  return joined(words, "and");
}

function joined(words: readonly string[], last: "and" | "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
