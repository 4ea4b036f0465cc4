import { styleText } from "node:util";

/**
 * Characters that a screen executes or does not show: control characters (C0 and C1), marks that reorder
 * text (Trojan Source, CVE-2021-42574), line and paragraph separators, zero-width characters, soft
 * hyphens, variation selectors, tags (Unicode's Default_Ignorable_Code_Point), halves of surrogate pairs, and
 * blanks that look like a space and that no shell takes for one (a no-break space, an empty Braille pattern).
 */
const UNSAFE = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Z}\u2800\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Shows control characters instead of executing them, because console lines and names come from
 * outside.
 */
export function neutralize(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return " ";
    if (character === "\r") return "\\r";
    return escapeOf(character);
  });
}

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

/** Like `neutralize`, but keeps line breaks, for messages of several lines. */
export function neutralizeLines(text: string): string {
  return text.split(/\r?\n/).map(neutralize).join("\n");
}

/** The same, but indents further lines, so that none of them looks like one of ours. */
export function indented(text: string, columns: number): string {
  return neutralizeLines(text).replaceAll("\n", `\n${" ".repeat(columns)}`);
}

/**
 * The start of a colour sequence, and our own sequences: bold or dim, a text colour, and the end of
 * each.
 */
const COLOUR_BEGINS = "\u001b[";
const COLOUR_ENDS = /^(?:1|2|22|3[1-9]|90)m/;

/**
 * Like `neutralizeLines`, but keeps colours, for painted lines whose external texts are already
 * neutral.
 */
export function neutralizePainted(line: string): string {
  const [first = "", ...rest] = line.split(COLOUR_BEGINS);
  return rest.reduce((clean, part) => {
    const [colour] = COLOUR_ENDS.exec(part) ?? [];
    return colour === undefined
      ? clean + neutralizeLines(COLOUR_BEGINS + part)
      : clean + COLOUR_BEGINS + colour + neutralizeLines(part.slice(colour.length));
  }, neutralizeLines(first));
}

/**
 * JSON of the same value, with all characters escaped that a screen would execute. JSON.stringify escapes
 * only C0.
 */
export function jsonText(value: unknown, indent?: number): string {
  return escapeInJson(JSON.stringify(value, undefined, indent));
}

/** Escapes a JSON text. Outside its strings, only line breaks between its parts can occur. */
export function escapeInJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === "\n"
      ? character
      : Array.from(
          { length: character.length },
          (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
        ).join(""),
  );
}

/** "0.4 s", "12 s", "7 min 43 s", "1 h 2 min". */
export function describeSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "1 call", "2 calls". `several` is an irregular plural. */
export function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : several}`;
}

type Style = Parameters<typeof styleText>[0];

/** Colours text, unless colour is disabled. */
export type Paint = (style: Style, text: string) => string;

/** The `Paint` for an output with or without colour. */
export function painter(colour: boolean): Paint {
  return colour
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
}
