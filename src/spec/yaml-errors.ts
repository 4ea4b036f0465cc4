import type { CST, ErrorCode, YAMLError } from "yaml";
import { printable } from "./finding.ts";
import { findMisindented } from "./indentation.ts";

interface Explanation {
  readonly message: string;
  readonly help?: string;
}

export const MULTIPLE_DOCUMENTS = {
  message: "a second YAML document begins here, and a stack file holds one",
  help: "remove the line with ---, or put the other stack in a file of its own",
};

export const OTHER_YAML = {
  message: "the file asks for another version of YAML than 1.2",
  help: "remove the %YAML line: the versions read yes, no and 0644 differently",
};

export const NOT_ALLOWED_TAG = {
  message: "a stack file is plain data, without YAML tags such as !this",
  help: "remove the tag, or put the text in quotes if the exclamation mark belongs to it",
};

/** The parser's errors as people make them; the others keep the parser's own words. */
const EXPLANATIONS: Partial<Record<ErrorCode, Explanation>> = {
  TAB_AS_INDENT: {
    message: "this line is indented with a tab, and YAML takes only spaces",
    help: "replace the tab by two spaces for each level",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "a second colon on this line starts a field inside a field",
    help: 'put the text in quotes if the colon belongs to it: "echo a: b"',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "this line is neither a field (name: value) nor a list item (- value)",
    help: "add the colon and a space after the field's name, or indent the line if it goes on with the one above",
  },
  BAD_DQ_ESCAPE: {
    message: "this backslash in double quotes starts nothing that YAML knows",
    help: "write \\\\ for a backslash, or use single quotes, where it stands for itself",
  },
  BAD_SCALAR_START: {
    message: "a value cannot begin with this character unless it is in quotes",
    help: "put the value in quotes",
  },
  KEY_OVER_1024_CHARS: {
    message: "a field's name is longer than 1024 characters",
    help: "look for a quote or a bracket that is never closed",
  },
  MULTIPLE_ANCHORS: { message: "a value has at most one anchor", help: "remove one of the &names" },
  MULTIPLE_TAGS: NOT_ALLOWED_TAG,
  TAG_RESOLVE_FAILED: NOT_ALLOWED_TAG,
  BAD_DIRECTIVE: {
    message: "a line that begins with % is a directive to YAML, and this one is unknown",
    help: "remove the line, or put a # before it to make it a comment",
  },
  BAD_ALIAS: {
    message: "a star that refers to nothing",
    help: "put the value in quotes if the star belongs to it",
  },
};

/** An error of the parser, as a person would put it, at the place where a person would look. */
export interface SyntaxProblem extends Explanation {
  /** Counted from 0, in the text. */
  readonly offset: number;
}

/**
 * What a person would say of the parser's errors. A line in the wrong column makes the parser
 * stumble at other places as well, so such a line is told in place of all that follows.
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

/** The parser's errors about a line whose cause may be the line's own column. */
function isAboutLayout({ code, message }: YAMLError): boolean {
  return (
    ["BLOCK_AS_IMPLICIT_KEY", "MULTILINE_IMPLICIT_KEY", "UNEXPECTED_TOKEN"].includes(code) ||
    (code === "BAD_INDENT" && !message.startsWith("Flow")) ||
    (code === "MISSING_CHAR" && !message.includes("quote"))
  );
}

/** Once the parser has lost the structure, it complains about every further token. */
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
      message: "this quote is opened and never closed",
      help: "close it, or remove it",
    };
  }
  const bracket = /Flow (?:map|sequence) (?:(?!Flow ).)*end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) {
    return {
      offset: opening?.offset ?? at,
      message: `this ${bracket === "]" ? "[" : "{"} is opened and not closed before line ${lineOf(text, at)}`,
      help: `add the ${bracket}, or indent the lines that are inside it`,
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
      message: printable(`there is no space after the colon of ${field}`),
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
      message: "this line is indented differently from the others of its section",
      help: "fields of one section begin in the same column",
    };
  }
  if (message.includes("block-seq-ind")) {
    return {
      message: "a list begins on the line of its field",
      help: "put each - on a line of its own, or write the list as [a, b]",
    };
  }
  const character = text[error.pos[0]];
  if (error.code === "UNEXPECTED_TOKEN" && character !== undefined && /[\]}]/.test(character)) {
    return {
      message: `a ${character} that closes nothing`,
      help: "remove it, or add the bracket that it should close",
    };
  }
  return {
    message: printable(`this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`),
    help: "look at this line and the one above for a missing quote, bracket, colon or space",
  };
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return text.slice(start).split("\n", 1)[0] ?? "";
}
