import { parseSync } from "rolldown/utils";
import { PHRASES } from "./phrases.ts";

/** A part of a file that a person reads, as it stands in the file. */
interface Prose {
  readonly offset: number;
  readonly text: string;
}

/** One phrase to replace: where it is, how it reads there, and what to write. */
export interface RuledOut {
  readonly line: number;
  readonly words: string;
  readonly advice: string;
}

/** Between two words there may be the end of a line, and then the mark of a comment or a quotation. */
const GAP = "\\s+(?:(?:\\*|#+|//+|>)\\s+)?";

const EXPRESSIONS = PHRASES.map(({ pattern, advice }) => ({
  advice,
  expression: new RegExp(`\\b(?:${pattern.replaceAll(" ", GAP)})\\b`, "giu"),
}));

/** The sandbox's errors carry AWS's own words, which stay as AWS wrote them. */
const AWS_ERRORS = new Set(["AwsError", "invalidValue", "validationError"]);

/** The phrases of a file that the chapter "Words" rules out. */
export function ruledOut(path: string, text: string): readonly RuledOut[] {
  return proseOf(path, text).flatMap((prose) =>
    EXPRESSIONS.flatMap(({ expression, advice }) =>
      [...prose.text.matchAll(expression)].map((match) => ({
        line: text.slice(0, prose.offset + match.index).split("\n").length,
        words: match[0].replace(/\s+/g, " "),
        advice,
      })),
    ),
  );
}

function proseOf(path: string, text: string): readonly Prose[] {
  if (/\.tsx?$/.test(path)) return proseOfCode(path, text);
  const read = path.endsWith("CONTRIBUTING.md") ? withoutWordList(text) : text;
  return [{ offset: 0, text: withoutNames(read) }];
}

/** The strings, templates, JSX texts and comments of a source file. */
function proseOfCode(path: string, source: string): readonly Prose[] {
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join()}`);
  const found = comments.map(({ start, value }) => ({
    offset: start + 2,
    text: withoutNames(value),
  }));
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || isErrorOfAws(path, node)) return;
    const prose = ownProse(node, source);
    // A text without a space is a name, a key or a path: nobody reads it as a sentence.
    if (prose !== undefined && /\S\s+\S|^\s+\S|\S\s+$/.test(prose.text)) found.push(prose);
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return found;
}

/** The text that a node of the syntax tree has itself. */
function ownProse(node: object, source: string): Prose | undefined {
  const { type, start, end, value }: Record<string, unknown> = { ...node };
  if (typeof start !== "number" || typeof end !== "number") return undefined;
  if (type === "TemplateElement") {
    // The place includes the backtick or the brace before the text. A pair of backticks within may
    // enclose what is between two names, so names stay.
    const { raw }: { raw?: unknown } = Object(value);
    return { offset: start + 1, text: String(raw) };
  }
  if (type !== "JSXText" && typeof value !== "string") return undefined;
  return { offset: start, text: withoutNames(source.slice(start, end)) };
}

function isErrorOfAws(path: string, node: object): boolean {
  if (!path.includes("src/sandbox/")) return false;
  const { type, callee }: { type?: unknown; callee?: unknown } = node;
  const { name }: { name?: unknown } = Object(callee);
  return (type === "NewExpression" || type === "CallExpression") && AWS_ERRORS.has(String(name));
}

/** Names of the code in backticks are not words. What is left has the same length, so places stay true. */
function withoutNames(text: string): string {
  return text.replace(/`[^`\n]*`/g, (code) => "`".repeat(code.length));
}

/** The list of words itself, and what its chapter quotes. */
function withoutWordList(text: string): string {
  const [before = "", chapter = ""] = text.split(/(?=^## Words$)/m);
  const blank = (part: string): string => part.replace(/\S/g, ".");
  return before + chapter.replace(/^\|.*$/gm, blank).replace(/"[^"]*"/g, blank);
}
