import { UNKNOWN } from "./shell.ts";
import type { AndOr, Command, List, Pipeline, Redirection, Word } from "./syntax.ts";
import { ShellSyntaxError, type Token, tokenize } from "./tokens.ts";

/**
 * Parses a command text.
 *
 * @throws ShellSyntaxError for text that bash cannot parse either.
 */
export function parseShell(text: string): List {
  return new Parser(tokenize(text)).parse();
}

const closing = new Set(["then", "elif", "else", "fi", "do", "done", "esac", "}"]);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): List {
    const list = this.#list();
    const left = this.#peek();
    if (left.kind !== "end") throw unexpected(left);
    return list;
  }

  #peek(): Token {
    // The last token always marks the end.
    return this.#tokens[this.#at] ?? { kind: "end", line: 0 };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #isOperator(...texts: readonly string[]): boolean {
    const token = this.#peek();
    return token.kind === "operator" && texts.includes(token.text);
  }

  #isWord(text: string): boolean {
    const token = this.#peek();
    return token.kind === "word" && token.plain === text;
  }

  #expectWord(text: string): void {
    const token = this.#next();
    if (token.kind !== "word" || token.plain !== text) throw unexpected(token);
  }

  #skipNewlines(): void {
    while (this.#isOperator("\n")) this.#at += 1;
  }

  #list(): List {
    const list: AndOr[] = [];
    for (;;) {
      while (this.#isOperator("\n", ";")) {
        if (this.#isOperator(";") && list.length === 0) throw unexpected(this.#peek());
        this.#at += 1;
      }
      const token = this.#peek();
      if (token.kind === "end" || this.#isOperator(")", ";;")) return list;
      if (token.kind === "word" && closing.has(token.plain ?? "")) return list;
      list.push(this.#andOr());
      if (this.#isOperator("&", ";")) this.#at += 1;
    }
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
    while (this.#isOperator("&&", "||")) {
      const operator = this.#isOperator("&&") ? "&&" : "||";
      this.#at += 1;
      this.#skipNewlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
    return { first, rest };
  }

  #pipeline(): Pipeline {
    let negated = false;
    while (this.#isWord("!")) {
      this.#at += 1;
      negated = !negated;
    }
    if (this.#isWord("time")) this.#at += 1;
    const commands = [this.#command()];
    while (this.#isOperator("|", "|&")) {
      this.#at += 1;
      this.#skipNewlines();
      commands.push(this.#command());
    }
    return { negated, commands };
  }

  #command(): Command {
    const token = this.#peek();
    const { line } = token;
    if (this.#isOperator("(")) {
      this.#at += 1;
      // (( … )) is arithmetic, which the sandbox does not interpret.
      if (this.#isOperator("("))
        return this.#skipUntil((left) => left.kind === "operator" && left.text === ")", 2);
      const body = this.#list();
      if (!this.#isOperator(")")) throw unexpected(this.#peek());
      this.#at += 1;
      return { kind: "group", body, subshell: true, line, redirections: this.#redirections() };
    }
    if (token.kind !== "word") throw unexpected(token);
    switch (token.plain) {
      case "{": {
        this.#at += 1;
        const body = this.#list();
        this.#expectWord("}");
        return { kind: "group", body, subshell: false, line, redirections: this.#redirections() };
      }
      case "if":
        return this.#if(line);
      case "for":
        return this.#for(line);
      case "while":
      case "until":
        return this.#while(line, token.plain === "until");
      case "case":
      case "select":
        return this.#skipUntil(
          (left) => left.kind === "word" && (left.plain === "esac" || left.plain === "done"),
          1,
        );
      default:
        return this.#simple(line);
    }
  }

  #if(line: number): Command {
    const clauses: { condition: List; body: List }[] = [];
    do {
      this.#at += 1;
      const condition = this.#list();
      this.#expectWord("then");
      clauses.push({ condition, body: this.#list() });
    } while (this.#isWord("elif"));
    let otherwise: List = [];
    if (this.#isWord("else")) {
      this.#at += 1;
      otherwise = this.#list();
    }
    this.#expectWord("fi");
    return { kind: "if", clauses, otherwise, line, redirections: this.#redirections() };
  }

  #for(line: number): Command {
    this.#at += 1;
    const variable = this.#next();
    if (variable.kind !== "word" || variable.plain === undefined) {
      this.#at -= 1;
      return this.#skipUntil((left) => left.kind === "word" && left.plain === "done", 1);
    }
    const words: Word[] = [];
    this.#skipNewlines();
    if (this.#isWord("in")) {
      this.#at += 1;
      for (let token = this.#peek(); token.kind === "word"; token = this.#peek()) {
        words.push(token.word);
        this.#at += 1;
      }
    }
    const body = this.#body();
    const name = variable.plain;
    return { kind: "for", name, words, body, line, redirections: this.#redirections() };
  }

  #while(line: number, until: boolean): Command {
    this.#at += 1;
    const condition = this.#list();
    const body = this.#body();
    return { kind: "while", until, condition, body, line, redirections: this.#redirections() };
  }

  #body(): List {
    while (this.#isOperator("\n", ";")) this.#at += 1;
    this.#expectWord("do");
    const body = this.#list();
    this.#expectWord("done");
    return body;
  }

  /** Skips code that the sandbox does not interpret, including its end. */
  #skipUntil(isEnd: (token: Token) => boolean, ends: number): Command {
    const { line } = this.#peek();
    let left = ends;
    while (left > 0) {
      const token = this.#next();
      if (token.kind === "end") throw unexpected(token);
      if (isEnd(token)) left -= 1;
    }
    return { kind: "unknown", line, redirections: this.#redirections() };
  }

  #simple(line: number): Command {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    const isTest = this.#isWord("[[");
    for (;;) {
      const token = this.#peek();
      if (token.kind === "word") {
        this.#at += 1;
        const assignment = words.length === 0 ? readAssignment(token.word) : undefined;
        if (assignment === undefined) words.push(token.word);
        else if (assignment.value.length === 0 && this.#isOperator("(")) {
          // An array. The sandbox does not interpret its elements.
          this.#skipUntil((left) => left.kind === "operator" && left.text === ")", 1);
          const value: Word = [{ kind: "text", text: UNKNOWN, quoted: true }];
          assignments.push({ ...assignment, value });
        } else assignments.push(assignment);
        if (isTest && token.plain === "]]") break;
      } else if (token.kind === "operator" && isTest && token.text !== "\n") {
        // Inside [[ ]], the tokens && || ( ) < > are words.
        this.#at += 1;
        words.push([{ kind: "text", text: token.text, quoted: false }]);
      } else if (token.kind === "operator" && /[<>]/.test(token.text)) {
        redirections.push(this.#redirection());
      } else if (
        token.kind === "operator" &&
        token.text === "(" &&
        words.length === 1 &&
        assignments.length === 0
      ) {
        return this.#function(words[0] ?? [], line);
      } else break;
    }
    if (words.length === 0 && assignments.length === 0 && redirections.length === 0) {
      throw unexpected(this.#peek());
    }
    return {
      kind: "simple",
      assignments,
      words,
      line,
      redirections: [...redirections, ...this.#redirections()],
    };
  }

  #function(word: Word, line: number): Command {
    this.#at += 1;
    if (!this.#isOperator(")")) throw unexpected(this.#peek());
    this.#at += 1;
    this.#skipNewlines();
    const name = word.map((part) => (part.kind === "text" ? part.text : "")).join("");
    return { kind: "function", name, body: this.#command(), line, redirections: [] };
  }

  #redirections(): Redirection[] {
    const redirections: Redirection[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== "operator" || !/[<>]/.test(token.text)) return redirections;
      redirections.push(this.#redirection());
    }
  }

  #redirection(): Redirection {
    const token = this.#next();
    const target = this.#next();
    if (token.kind !== "operator" || target.kind !== "word") throw unexpected(target);
    const both = token.text.startsWith("&");
    const usual = token.text.startsWith("<") ? 0 : 1;
    return {
      operator: token.text,
      descriptor: both ? 3 : (token.descriptor ?? usual),
      target: target.word,
    };
  }
}

function readAssignment(word: Word): { name: string; value: Word } | undefined {
  const index = word.findIndex((part) => part.kind !== "text" || part.quoted || part.text === "=");
  const equals = word[index];
  if (index < 1 || equals?.kind !== "text" || equals.quoted || equals.text !== "=")
    return undefined;
  const name = word
    .slice(0, index)
    .map((part) => (part.kind === "text" ? part.text : ""))
    .join("");
  return /^[A-Za-z_]\w*$/.test(name) ? { name, value: word.slice(index + 1) } : undefined;
}

function unexpected(token: Token): ShellSyntaxError {
  if (token.kind === "end") return new ShellSyntaxError("syntax error: unexpected end of file");
  const text =
    token.kind === "operator" ? token.text.replace("\n", "newline") : (token.plain ?? "");
  return new ShellSyntaxError(`syntax error near unexpected token \`${text}'`);
}
