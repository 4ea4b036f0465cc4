import type { AndOr, Command, List, Pipeline, Redirection, Word } from "./syntax.ts";
import { TokenCursor, unexpected } from "./token-cursor.ts";
import { type Token, tokenize } from "./tokens.ts";
import { UNKNOWN } from "./unknown.ts";

/**
 * Parses a command text.
 *
 * @throws ShellSyntaxError for text that bash cannot parse either.
 */
export function parseShell(text: string): List {
  return new Parser(tokenize(text, parseShell)).parse();
}

const closing = new Set(["then", "elif", "else", "fi", "do", "done", "esac", "}"]);

class Parser {
  readonly #tokens: TokenCursor;

  constructor(tokens: readonly Token[]) {
    this.#tokens = new TokenCursor(tokens);
  }

  parse(): List {
    const list = this.#list();
    const left = this.#tokens.peek();
    if (left.kind !== "end") throw unexpected(left);
    return list;
  }

  #list(): List {
    const list: AndOr[] = [];
    for (;;) {
      while (this.#tokens.isOperator("\n", ";")) {
        if (this.#tokens.isOperator(";") && list.length === 0)
          throw unexpected(this.#tokens.peek());
        this.#tokens.skip();
      }
      const token = this.#tokens.peek();
      if (token.kind === "end" || this.#tokens.isOperator(")", ";;")) return list;
      if (token.kind === "word" && closing.has(token.plain ?? "")) return list;
      list.push(this.#andOr());
      if (this.#tokens.isOperator("&", ";")) this.#tokens.skip();
    }
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
    while (this.#tokens.isOperator("&&", "||")) {
      const operator = this.#tokens.isOperator("&&") ? "&&" : "||";
      this.#tokens.skip();
      this.#tokens.skipNewlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
    return { first, rest };
  }

  #pipeline(): Pipeline {
    let negated = false;
    while (this.#tokens.isWord("!")) {
      this.#tokens.skip();
      negated = !negated;
    }
    if (this.#tokens.isWord("time")) this.#tokens.skip();
    const commands = [this.#command()];
    while (this.#tokens.isOperator("|", "|&")) {
      this.#tokens.skip();
      this.#tokens.skipNewlines();
      commands.push(this.#command());
    }
    return { negated, commands };
  }

  #command(): Command {
    const token = this.#tokens.peek();
    const { line } = token;
    if (this.#tokens.isOperator("(")) {
      this.#tokens.skip();
      // (( … )) is arithmetic, which the sandbox does not interpret.
      if (this.#tokens.isOperator("("))
        return this.#skipUntil((left) => left.kind === "operator" && left.text === ")", 2);
      const body = this.#list();
      if (!this.#tokens.isOperator(")")) throw unexpected(this.#tokens.peek());
      this.#tokens.skip();
      return { kind: "group", body, subshell: true, line, redirections: this.#redirections() };
    }
    if (token.kind !== "word") throw unexpected(token);
    switch (token.plain) {
      case "{": {
        this.#tokens.skip();
        const body = this.#list();
        this.#tokens.expectWord("}");
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
      this.#tokens.skip();
      const condition = this.#list();
      this.#tokens.expectWord("then");
      clauses.push({ condition, body: this.#list() });
    } while (this.#tokens.isWord("elif"));
    let otherwise: List = [];
    if (this.#tokens.isWord("else")) {
      this.#tokens.skip();
      otherwise = this.#list();
    }
    this.#tokens.expectWord("fi");
    return { kind: "if", clauses, otherwise, line, redirections: this.#redirections() };
  }

  #for(line: number): Command {
    this.#tokens.skip();
    const variable = this.#tokens.next();
    if (variable.kind !== "word" || variable.plain === undefined) {
      this.#tokens.back();
      return this.#skipUntil((left) => left.kind === "word" && left.plain === "done", 1);
    }
    const words: Word[] = [];
    this.#tokens.skipNewlines();
    if (this.#tokens.isWord("in")) {
      this.#tokens.skip();
      for (let token = this.#tokens.peek(); token.kind === "word"; token = this.#tokens.peek()) {
        words.push(token.word);
        this.#tokens.skip();
      }
    }
    const body = this.#body();
    const name = variable.plain;
    return { kind: "for", name, words, body, line, redirections: this.#redirections() };
  }

  #while(line: number, until: boolean): Command {
    this.#tokens.skip();
    const condition = this.#list();
    const body = this.#body();
    return { kind: "while", until, condition, body, line, redirections: this.#redirections() };
  }

  #body(): List {
    while (this.#tokens.isOperator("\n", ";")) this.#tokens.skip();
    this.#tokens.expectWord("do");
    const body = this.#list();
    this.#tokens.expectWord("done");
    return body;
  }

  /** Skips code that the sandbox does not interpret, including its end. */
  #skipUntil(isEnd: (token: Token) => boolean, ends: number): Command {
    const { line } = this.#tokens.peek();
    let left = ends;
    while (left > 0) {
      const token = this.#tokens.next();
      if (token.kind === "end") throw unexpected(token);
      if (isEnd(token)) left -= 1;
    }
    return { kind: "unknown", line, redirections: this.#redirections() };
  }

  #simple(line: number): Command {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    const isTest = this.#tokens.isWord("[[");
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind === "word") {
        this.#tokens.skip();
        const assignment = words.length === 0 ? readAssignment(token.word) : undefined;
        if (assignment === undefined) words.push(token.word);
        else if (assignment.value.length === 0 && this.#tokens.isOperator("(")) {
          // An array. The sandbox does not interpret its elements.
          this.#skipUntil((left) => left.kind === "operator" && left.text === ")", 1);
          const value: Word = [{ kind: "text", text: UNKNOWN, quoted: true }];
          assignments.push({ ...assignment, value });
        } else assignments.push(assignment);
        if (isTest && token.plain === "]]") break;
      } else if (token.kind === "operator" && isTest && token.text !== "\n") {
        // Inside [[ ]], the tokens && || ( ) < > are words.
        this.#tokens.skip();
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
      throw unexpected(this.#tokens.peek());
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
    this.#tokens.skip();
    if (!this.#tokens.isOperator(")")) throw unexpected(this.#tokens.peek());
    this.#tokens.skip();
    this.#tokens.skipNewlines();
    const name = word.map((part) => (part.kind === "text" ? part.text : "")).join("");
    return { kind: "function", name, body: this.#command(), line, redirections: [] };
  }

  #redirections(): Redirection[] {
    const redirections: Redirection[] = [];
    for (;;) {
      const token = this.#tokens.peek();
      if (token.kind !== "operator" || !/[<>]/.test(token.text)) return redirections;
      redirections.push(this.#redirection());
    }
  }

  #redirection(): Redirection {
    const token = this.#tokens.next();
    const target = this.#tokens.next();
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
