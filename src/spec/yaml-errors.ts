import type { ErrorCode, YAMLError } from "yaml";
import { printable } from "./finding.ts";

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

/** What a person would say of the parser's error. */
export function explainYamlError(error: YAMLError, text: string): Explanation {
  const known = EXPLANATIONS[error.code];
  if (known !== undefined) return known;
  const { message } = error;
  if (error.code === "MISSING_CHAR" && message.includes("quote")) {
    return {
      message: "a quote is opened and never closed",
      help: "close it, or leave both quotes out",
    };
  }
  const bracket = /Flow (?:map|sequence) (?:(?!Flow ).)*end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) {
    const opening = bracket === "]" ? "[" : "{";
    return {
      message: `a ${opening} is opened above and not closed by here`,
      help: `add the ${bracket}, or indent what goes on inside it`,
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
