/** Characters. Enough to distinguish a sign-in page from a proxy error. */
const longest = 100;

// Characters that a terminal would execute, display differently or not display: control and formatting
// characters (including bidi marks and zero widths), and separators of lines and paragraphs.
const unsafe = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Makes an external text harmless: quotes it, escapes each unsafe character, and shortens it. */
export function quoted(text: string): string {
  const spaced = text.replace(/\s+/gu, " ").trim();
  const cut = spaced.length > longest ? `${spaced.slice(0, longest)}…` : spaced;
  return `"${cut.replace(unsafe, escaped).replaceAll('"', "'")}"`;
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

/** The first words of a document, without its markup unless nothing would remain. */
export function firstWords(body: Uint8Array): string {
  const beginning = new TextDecoder().decode(body.subarray(0, 4096));
  const words = beginning
    .replace(/<(style|script)\b[^<>]*>.*?(<\/\1>|$)/gis, " ")
    .replace(/<[^>]*(>|$)/g, " ");
  return quoted(words.trim() === "" ? beginning : words);
}
