import type { CST, ErrorCode, YAMLError } from "yaml";
import { printable } from "../finding.ts";
import { findMisindented } from "./indentation.ts";

interface Explanation {
  readonly message: string;
  readonly help?: string;
}

export const MULTIPLE_DOCUMENTS = {
  message: "a second YAML document starts here, but a stack file holds only one",
  help: "remove the --- line, or move the other stack to a file of its own",
};

export const OTHER_YAML = {
  message: "the file asks for a YAML version other than 1.2",
  help: "remove the %YAML line: other versions read yes, no and 0644 differently",
};

export const NOT_ALLOWED_TAG = {
  message: "a stack file is plain data and cannot have YAML tags such as !this",
  help: "remove the tag; if the exclamation mark belongs to the text, put the text in quotes",
};

/** The parser's errors, explained by the mistakes that people make. Other errors keep the parser's words. */
const EXPLANATIONS: Partial<Record<ErrorCode, Explanation>> = {
  TAB_AS_INDENT: {
    message: "this line is indented with a tab, but YAML allows only spaces",
    help: "replace the tab with two spaces for each level",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "a second colon on this line starts a field inside a field",
    help: 'put the text in quotes if the colon belongs to it: "echo a: b"',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "this line is neither a field (name: value) nor a list item (- value)",
    help: "add a colon and a space after the field's name, or indent the line if it continues the line above",
  },
  BAD_DQ_ESCAPE: {
    message: "this backslash in double quotes starts an escape that YAML does not know",
    help: "write \\\\ for a backslash, or use single quotes, which have no escapes",
  },
  BAD_SCALAR_START: {
    message: "a value cannot start with this character unless it is in quotes",
    help: "put the value in quotes",
  },
  KEY_OVER_1024_CHARS: {
    message: "a field's name is longer than 1024 characters",
    help: "look for a quote or a bracket that is never closed",
  },
  MULTIPLE_ANCHORS: {
    message: "a value can have only one anchor",
    help: "remove one of the &names",
  },
  MULTIPLE_TAGS: NOT_ALLOWED_TAG,
  TAG_RESOLVE_FAILED: NOT_ALLOWED_TAG,
  BAD_DIRECTIVE: {
    message: "a line that starts with % is a YAML directive, and this one is unknown",
    help: "remove the line, or start it with # to make it a comment",
  },
  BAD_ALIAS: {
    message: "this * does not refer to an anchor",
    help: "if the * belongs to the value, put the value in quotes",
  },
};

/** A parser error in plain words, at the place where a person would look. */
export interface SyntaxProblem extends Explanation {
  /** Counted from 0, in the text. */
  readonly offset: number;
}

/**
 * The parser's errors in plain words. A line in the wrong column causes parser errors in other places,
 * too, so the problem of that line replaces all errors after it.
 */
export function explainSyntax(
  errors: readonly YAMLError[],
  text: string,
  tokens: readonly CST.Token[],
): readonly SyntaxProblem[] {
  const hasTab = errors.some(({ code }) => code === "TAB_AS_INDENT");
  const misindented = !hasTab && errors.some(isAboutLayout) ? findMisindented(text) : undefined;
  const starts = errors.map(({ pos }) => pos[0]);
  if (misindented === undefined || !starts.some((start) => start >= misindented.above)) {
    return withoutConsequences(errors).map((error) => explainYamlError(error, text, tokens));
  }
  const { above, offset, message, help } = misindented;
  return [
    ...errors
      .filter(({ pos }) => pos[0] < above)
      .map((error) => explainYamlError(error, text, tokens)),
    { offset, message, help },
  ];
}

/** Parser errors that the column of a line may have caused. */
function isAboutLayout({ code, message }: YAMLError): boolean {
  return (
    ["BLOCK_AS_IMPLICIT_KEY", "MULTILINE_IMPLICIT_KEY", "UNEXPECTED_TOKEN"].includes(code) ||
    (code === "BAD_INDENT" && !message.startsWith("Flow")) ||
    (code === "MISSING_CHAR" && !message.includes("quote"))
  );
}

/** A parser that has lost the structure reports an error for every further token. */
function withoutConsequences(errors: readonly YAMLError[]): readonly YAMLError[] {
  return errors.filter(
    ({ message }, index) => index === 0 || !message.includes("token in YAML stream"),
  );
}

function explainYamlError(
  error: YAMLError,
  text: string,
  tokens: readonly CST.Token[],
): SyntaxProblem {
  const at = error.pos[0];
  const opening = openAt(tokens, at);
  const { message } = error;
  if (error.code === "MISSING_CHAR" && message.includes("quote")) {
    return {
      offset: opening?.offset ?? at,
      message: "this quote is never closed",
      help: "close the quote, or remove it",
    };
  }
  const bracket = /Flow (?:map|sequence) (?:(?!Flow ).)*end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) {
    return {
      offset: opening?.offset ?? at,
      message: `this ${bracket === "]" ? "[" : "{"} is not closed before line ${lineOf(text, at)}`,
      help: `add the ${bracket}, or indent the lines inside the brackets`,
    };
  }
  const isIndent = error.code === "BAD_INDENT";
  const offset = isIndent ? at + (/^ */.exec(text.slice(at))?.[0].length ?? 0) : at;
  return { offset, ...explainAtItsPlace(error, text) };
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The innermost bracket or quote around a place. */
function openAt(tokens: readonly CST.Token[], at: number): CST.Token | undefined {
  let found: CST.Token | undefined;
  const search = (token: CST.Token): void => {
    if (token.offset > at) return;
    const isOpener =
      token.type === "flow-collection" ||
      ((token.type === "double-quoted-scalar" || token.type === "single-quoted-scalar") &&
        token.offset + token.source.length >= at);
    if (isOpener) found = token;
    if (token.type === "document" && token.value) search(token.value);
    if (!("items" in token)) return;
    for (const { key, value } of token.items) {
      if (key) search(key);
      if (value) search(value);
    }
  };
  for (const token of tokens) search(token);
  return found;
}

function explainAtItsPlace(error: YAMLError, text: string): Explanation {
  const unspaced = /^[ \t]*(?:- )*([\w-]+):([^\s:].*)$/.exec(lineAt(text, error.pos[0]));
  if (/^(MISSING_CHAR|MULTILINE_IMPLICIT_KEY)$/.test(error.code) && unspaced !== null) {
    const [, field = "", value = ""] = unspaced;
    return {
      message: printable(`${field} needs a space after its colon`),
      help: printable(`write ${field}: ${value}`),
    };
  }
  const known = EXPLANATIONS[error.code];
  if (known !== undefined) return known;
  const { message } = error;
  const before = text[error.pos[0] - 1];
  if (message.endsWith("scalar at node end") && before !== undefined && /["']/.test(before)) {
    return {
      message: `text follows the closing ${before} of this value`,
      help:
        before === '"'
          ? 'write \\" for a quote inside double quotes, or put single quotes around the whole value'
          : "write '' for a quote inside single quotes, or put double quotes around the whole value",
    };
  }
  if (error.code === "BAD_INDENT") {
    return {
      message: "this line is indented differently from the other lines of its section",
      help: "start all fields of a section in the same column",
    };
  }
  if (message.includes("block-seq-ind")) {
    return {
      message: "a list starts on the same line as its field",
      help: "put each - on a line of its own, or write the list as [a, b]",
    };
  }
  const character = text[error.pos[0]];
  if (error.code === "UNEXPECTED_TOKEN" && character !== undefined && /[\]}]/.test(character)) {
    return {
      message: `this ${character} closes nothing`,
      help: "remove it, or add the opening bracket",
    };
  }
  return {
    message: printable(
      `this is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    ),
    help: "check this line and the line above for a missing quote, bracket, colon or space",
  };
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return text.slice(start).split("\n", 1)[0] ?? "";
}
