import { ShellSyntaxError, type Token } from "./tokens.ts";

/** A position in the tokens of a text. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token {
    // The last token always marks the end.
    return this.#tokens[this.#at] ?? { kind: "end", line: 0 };
  }

  next(): Token {
    const token = this.peek();
    this.skip();
    return token;
  }

  skip(): void {
    this.#at += 1;
  }

  back(): void {
    this.#at -= 1;
  }

  isOperator(...texts: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === "operator" && texts.includes(token.text);
  }

  isWord(text: string): boolean {
    const token = this.peek();
    return token.kind === "word" && token.plain === text;
  }

  /** @throws ShellSyntaxError when the next token is not this word. */
  expectWord(text: string): void {
    const token = this.next();
    if (token.kind !== "word" || token.plain !== text) throw unexpected(token);
  }

  skipNewlines(): void {
    while (this.isOperator("\n")) this.skip();
  }
}

/** Bash's error for a token that cannot stand here. */
export function unexpected(token: Token): ShellSyntaxError {
  if (token.kind === "end") return new ShellSyntaxError("syntax error: unexpected end of file");
  const text =
    token.kind === "operator" ? token.text.replace("\n", "newline") : (token.plain ?? "");
  return new ShellSyntaxError(`syntax error near unexpected token \`${text}'`);
}
