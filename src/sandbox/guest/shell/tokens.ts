import type { List, Part, Word } from "./syntax.ts";

export type Token = { readonly line: number } & (
  | { readonly kind: "word"; readonly word: Word; readonly plain: string | undefined }
  | { readonly kind: "operator"; readonly text: string; readonly descriptor: number | undefined }
  | { readonly kind: "end" }
);

/** Bash's message for a text that it cannot parse. */
export class ShellSyntaxError extends Error {}

const operators = [
  "<<-",
  "<<<",
  "&>>",
  "&&",
  "||",
  ";;",
  ">>",
  "<<",
  ">&",
  "<&",
  "&>",
  ">|",
  "|&",
  "|",
  "&",
  ";",
  "(",
  ")",
  ">",
  "<",
  "\n",
];

/**
 * Splits a text into words and operators. The texts of here-documents become the words after `<<`.
 *
 * @param parse reads the commands inside `$( … )`.
 */
export function tokenize(text: string, parse: (text: string) => List): Token[] {
  const reader = new Reader(text, parse);
  return reader.read();
}

class Reader {
  readonly #text: string;
  readonly #parse: (text: string) => List;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  /** Here-documents with a text that begins after this line. */
  #pending: {
    readonly delimiter: string;
    readonly quoted: boolean;
    readonly tabs: boolean;
    readonly index: number;
  }[] = [];

  constructor(text: string, parse: (text: string) => List) {
    this.#text = text;
    this.#parse = parse;
  }

  read(): Token[] {
    while (this.#at < this.#text.length) this.#readOne();
    this.#tokens.push({ kind: "end", line: this.#line });
    return this.#tokens;
  }

  #readOne(): void {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    const [character = ""] = rest;
    if (character === " " || character === "\t") this.#at += 1;
    else if (rest.startsWith("\\\n")) this.#skipLine(2);
    else if (character === "#") this.#skipComment();
    else {
      const operator = operators.find((candidate) => rest.startsWith(candidate));
      const descriptor = /^\d[<>]/.test(rest) ? Number(character) : undefined;
      if (descriptor !== undefined) {
        this.#at += 1;
        const after = this.#text.slice(this.#at, this.#at + 3);
        const redirection = operators.find((candidate) => after.startsWith(candidate)) ?? ">";
        this.#pushOperator(redirection, descriptor);
      } else if (operator === undefined) this.#pushWord();
      else this.#pushOperator(operator, undefined);
    }
  }

  #skipLine(characters: number): void {
    this.#at += characters;
    this.#line += 1;
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #pushOperator(text: string, descriptor: number | undefined): void {
    this.#tokens.push({ kind: "operator", text, descriptor, line: this.#line });
    this.#at += text.length;
    if (text === "\n") {
      this.#line += 1;
      this.#readHereDocuments();
    }
  }

  #pushWord(): void {
    const { line } = this;
    const begin = this.#at;
    const word = this.#readWord();
    const raw = this.#text.slice(begin, this.#at);
    const plain = /^[\w./:=@%+,{}![\]-]+$/.test(raw) ? raw : undefined;
    const before = this.#tokens.at(-1);
    if (before?.kind === "operator" && (before.text === "<<" || before.text === "<<-")) {
      const delimiter = raw.replaceAll(/['"\\]/g, "");
      this.#pending.push({
        delimiter,
        quoted: delimiter !== raw,
        tabs: before.text === "<<-",
        index: this.#tokens.length,
      });
    }
    this.#tokens.push({ kind: "word", word, plain, line });
  }

  get line(): number {
    return this.#line;
  }

  #readHereDocuments(): void {
    for (const { delimiter, quoted, tabs, index } of this.#pending) {
      const lines: string[] = [];
      for (;;) {
        if (this.#at >= this.#text.length) break;
        const end = this.#text.indexOf("\n", this.#at);
        const stop = end === -1 ? this.#text.length : end;
        const raw = this.#text.slice(this.#at, stop);
        const line = tabs ? raw.replace(/^\t+/, "") : raw;
        this.#at = stop + 1;
        this.#line += 1;
        if (line === delimiter) break;
        lines.push(line);
      }
      const content = lines.map((line) => `${line}\n`).join("");
      const word: Word = quoted
        ? [{ kind: "text", text: content, quoted: true }]
        : new Reader(content, this.#parse).#readQuoted("");
      this.#tokens[index] = { kind: "word", word, plain: undefined, line: this.#line };
    }
    this.#pending = [];
  }

  #readWord(): Word {
    const parts: Part[] = [];
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? "";
      if (/[\s;&|<>()]/.test(character)) break;
      if (character === "'") {
        parts.push({ kind: "text", text: this.#until("'", 1), quoted: true });
      } else if (character === '"') {
        this.#at += 1;
        parts.push(...this.#readQuoted('"'), { kind: "text", text: "", quoted: true });
      } else if (character === "\\") {
        parts.push({ kind: "text", text: this.#text[this.#at + 1] ?? "", quoted: true });
        this.#at += 2;
      } else if (character === "$" && this.#text[this.#at + 1] === "'") {
        this.#at += 1;
        parts.push({ kind: "text", text: unescapeText(this.#until("'", 1)), quoted: true });
      } else if (character === "$" || character === "`") {
        parts.push(this.#readExpansion(false));
      } else {
        parts.push({ kind: "text", text: character, quoted: false });
        this.#at += 1;
      }
    }
    return parts;
  }

  /**
   * The content of double quotes, up to the closing quote. With "" up to the end, as in a
   * here-document.
   */
  #readQuoted(close: string): Part[] {
    const parts: Part[] = [];
    for (;;) {
      if (this.#at >= this.#text.length) {
        if (close === "") return parts;
        throw unclosed(close);
      }
      const character = this.#text[this.#at] ?? "";
      if (character === close) {
        this.#at += 1;
        return parts;
      }
      if (character === "\n") this.#line += 1;
      if (character === "\\" && /["\\$`\n]/.test(this.#text[this.#at + 1] ?? "")) {
        const escaped = this.#text[this.#at + 1] ?? "";
        if (escaped !== "\n") parts.push({ kind: "text", text: escaped, quoted: true });
        this.#at += 2;
      } else if (character === "$" || character === "`") {
        parts.push(this.#readExpansion(true));
      } else {
        parts.push({ kind: "text", text: character, quoted: true });
        this.#at += 1;
      }
    }
  }

  #readExpansion(quoted: boolean): Part {
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith("`")) {
      return { kind: "substitution", body: this.#parse(this.#until("`", 1)), quoted };
    }
    if (rest.startsWith("$((")) {
      const end = rest.indexOf("))");
      if (end === -1) throw unclosed(")");
      this.#at += end + 2;
      return { kind: "unknown", quoted };
    }
    if (rest.startsWith("$(")) return { kind: "substitution", body: this.#nested(), quoted };
    const braces = /^\$\{([A-Za-z_]\w*(?!\w)|[@*#?$!0-9])(?::?([-=+?])([^}]*)|([^}]*))\}/.exec(
      rest,
    );
    if (braces !== null) {
      this.#at += braces[0].length;
      const [, name = "", operator, value, further = ""] = braces;
      const fallback = operator === "-" || operator === "=" ? (value ?? "") : undefined;
      const strange = further !== "" || (operator !== undefined && fallback === undefined);
      return { kind: "variable", name, fallback, further: strange, quoted };
    }
    if (rest.startsWith("${")) {
      this.#until("}", 2);
      return { kind: "unknown", quoted };
    }
    const plain = /^\$([A-Za-z_]\w*|[@*#?$!0-9-])/.exec(rest);
    if (plain === null) {
      this.#at += 1;
      return { kind: "text", text: "$", quoted };
    }
    this.#at += plain[0].length;
    return { kind: "variable", name: plain[1] ?? "", further: false, quoted };
  }

  /** The text of `$( … )`, up to its closing parenthesis. Respects quotes and nesting. */
  #nested() {
    const begin = this.#at + 2;
    let depth = 1;
    let quote = "";
    for (let at = begin; at < this.#text.length; at += 1) {
      const character = this.#text[at] ?? "";
      if (character === "\\") at += 1;
      else if (quote !== "") quote = character === quote ? "" : quote;
      else if (character === "'" || character === '"') quote = character;
      else if (character === "(") depth += 1;
      else if (character === ")") {
        depth -= 1;
        if (depth === 0) {
          this.#at = at + 1;
          return this.#parse(this.#text.slice(begin, at));
        }
      }
    }
    throw unclosed(")");
  }

  /** Skips this many characters, returns the text up to the given character, and continues after it. */
  #until(close: string, skip: number): string {
    const begin = this.#at + skip;
    const end = this.#text.indexOf(close, begin);
    if (end === -1) throw unclosed(close);
    this.#at = end + 1;
    const inside = this.#text.slice(begin, end);
    this.#line += inside.split("\n").length - 1;
    return inside;
  }
}

function unclosed(character: string): ShellSyntaxError {
  return new ShellSyntaxError(`unexpected EOF while looking for matching \`${character}'`);
}

/** The escapes of `$'…'` and printf. */
export function unescapeText(text: string): string {
  return text.replaceAll(/\\(n|t|r|\\|'|"|0|a|b|e)/g, (_all, letter: string) => {
    const known: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };
    return known[letter] ?? letter;
  });
}
