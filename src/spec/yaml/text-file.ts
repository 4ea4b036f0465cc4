/** Why bytes are not the text of a stack file. */
export interface TextMistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly help: string;
}

/** Hundreds of security groups fit; a larger file is another kind of file. In bytes, and for text in UTF-16 units. */
export const LARGEST_FILE = 256 * 1024;

/** The text of a file, without its byte order mark, or why it has none. */
export function decode(content: string | Uint8Array): string | TextMistake {
  if (content.length > LARGEST_FILE) {
    return {
      line: 1,
      column: 1,
      message: `the file is larger than ${LARGEST_FILE / 1024} KiB`,
      help: "check that this is the right file, and put long contents in files of their own",
    };
  }
  const text = typeof content === "string" ? content : decodeBytes(content);
  if (typeof text !== "string") return text;
  return refuseCharacters(text) ?? text.replace(/^\ufeff/, "");
}

function decodeBytes(bytes: Uint8Array): string | TextMistake {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return {
      line: 1,
      column: 1,
      message: "the file is UTF-16, but a stack file must be UTF-8",
      help: "save it as UTF-8",
    };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The place is the first character that cannot be decoded.
    const lossy = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const offset = lossy.indexOf("\ufffd");
    return lossy.includes("\0")
      ? binary(lossy)
      : {
          ...placeOf(lossy, offset),
          message: "the file is not valid UTF-8: this byte belongs to no character",
          help: "save it as UTF-8",
        };
  }
}

// YAML's c-printable without the characters below, which editors show as nothing.
const UNPRINTABLE = /(?![\t\n\r\u0085])\p{Cc}/u;

function refuseCharacters(text: string): TextMistake | undefined {
  const offset = text.search(UNPRINTABLE);
  if (offset === -1) return undefined;
  if (text.includes("\0")) return binary(text);
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, "0");
  return {
    ...placeOf(text, offset),
    message: `the text contains a control character (U+${code})`,
    help: 'remove it; if it belongs to a value, write it as an escape in double quotes, such as "\\a"',
  };
}

function binary(text: string): TextMistake {
  return {
    ...placeOf(text, text.indexOf("\0")),
    message: "the file is binary, not text",
    help: "check that this is the right file: a stack file is YAML text in UTF-8",
  };
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(offset, 0)).replace(/^\ufeff/, "");
  const lines = before.split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
