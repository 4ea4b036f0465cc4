/** Characters. Enough to tell a sign-in page from an error of a proxy. */
const longest = 100;

// Whatever a terminal would obey, or show as something else than it is, or as nothing: control and
// formatting characters (bidi marks and zero widths among them), the separators of lines and paragraphs.
const unsafe = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text from outside, made harmless: quoted, each unsafe character as its escape, and cut. */
export function quoted(text: string): string {
  const spaced = text.replace(/\s+/gu, " ").trim();
  const cut = spaced.length > longest ? `${spaced.slice(0, longest)}…` : spaced;
  return `"${cut.replace(unsafe, escaped).replaceAll('"', "'")}"`;
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

/** The first words of a document, without its markup where something remains then. */
export function firstWords(body: Uint8Array): string {
  const beginning = new TextDecoder().decode(body.subarray(0, 4096));
  const words = beginning
    .replace(/<(style|script)\b[^<>]*>.*?(<\/\1>|$)/gis, " ")
    .replace(/<[^>]*(>|$)/g, " ");
  return quoted(words.trim() === "" ? beginning : words);
}
