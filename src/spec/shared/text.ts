import { inQuotes, kindOf, quote, shown, usualText } from "../finding.ts";
import { Mistake, scalar } from "./scalar.ts";

interface TextRules {
  /** What the text is, with its article: "a package name". */
  readonly what: string;
  readonly pattern?: RegExp;
  /** The pattern in words, to follow "use". */
  readonly allowed?: string;
  readonly longest?: number;
  readonly example: string;
  readonly mayBeEmpty?: true;
  /** Checks what the pattern cannot express. */
  readonly check?: (text: string) => Mistake | undefined;
}

/** A text of one kind. */
export function text(rules: TextRules) {
  const shape = {
    type: "string",
    ...(rules.mayBeEmpty ? {} : { minLength: 1 }),
    // Editors' engines differ in their classes of Unicode, so only the parser checks those.
    ...(rules.pattern === undefined || rules.pattern.unicode
      ? {}
      : { pattern: rules.pattern.source }),
    ...(rules.longest === undefined ? {} : { maxLength: rules.longest }),
    examples: [rules.example],
  };
  return scalar(shape, (value, written) => parseText(value, rules, written));
}

/** The text itself, or why it is not valid. */
export function parseText(
  value: unknown,
  rules: TextRules,
  written = usualText(value),
): string | Mistake {
  const { what, pattern, allowed, longest, example } = rules;
  if (typeof value === "number" || typeof value === "boolean") {
    const quoted = parseText(written, rules);
    return new Mistake(
      `expected ${what}, but YAML reads ${shown(written)} as ${kindOf(value)}`,
      quoted instanceof Mistake ? quoted.help : `put quotes around it: ${inQuotes(written)}`,
    );
  }
  if (typeof value !== "string") {
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    return new Mistake(
      `expected ${what}, but this is ${quote(value)}`,
      isMapping
        ? `if it is text with a colon in it, put it in quotes; for example ${example}`
        : `for example ${example}`,
    );
  }
  if (value.trim() === "" && !rules.mayBeEmpty) {
    return new Mistake(`expected ${what}, but the text is empty`, `for example ${example}`);
  }
  const control = /(?![\t\n])\p{Cc}/u.exec(value)?.[0];
  if (control !== undefined) {
    const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return new Mistake(`the text contains a control character (U+${code})`, "remove it");
  }
  const wrong = rules.check?.(value);
  if (wrong !== undefined) return wrong;
  if (pattern !== undefined && !pattern.test(value)) {
    return new Mistake(
      `${quote(value)} is not a valid ${what.replace(/^an? /, "")}`,
      `${allowed === undefined ? "" : `use ${allowed}; `}for example ${example}`,
    );
  }
  if (longest !== undefined && value.length > longest) {
    return new Mistake(
      `${what} can have at most ${longest} characters, but this one has ${value.length}`,
      `shorten it by ${value.length - longest}`,
    );
  }
  return value;
}
