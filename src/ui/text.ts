import { styleText } from "node:util";

/**
 * What a screen obeys instead of showing it, or shows as nothing: control characters (C0 and C1), marks
 * that reorder text (Trojan Source, CVE-2021-42574), line and paragraph separators, zero-width characters,
 * soft hyphens, variation selectors, tags (Unicode's Default_Ignorable_Code_Point), halves of surrogate pairs.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Makes control characters visible instead of obeyed: console lines and names come from outside. */
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

/** Like `neutralize`, but line breaks stay: for messages of several lines. */
export function neutralizeLines(text: string): string {
  return text.split(/\r?\n/).map(neutralize).join("\n");
}

/** Likewise, with further lines so far below the first that none is taken for one of ours. */
export function indented(text: string, columns: number): string {
  return neutralizeLines(text).replaceAll("\n", `\n${" ".repeat(columns)}`);
}

/** What begins a colour, and what follows in one of ours: bold or dim, a colour of letters, and the end of each. */
const COLOUR_BEGINS = "\u001b[";
const COLOUR_ENDS = /^(?:1|2|22|3[1-9]|90)m/;

/** Like `neutralizeLines`, but colours stay: for lines that are painted already, in which everything foreign is neutral. */
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
 * JSON of the same value, in which everything that a screen would obey is escaped: JSON.stringify leaves all
 * but C0 as it is.
 */
export function jsonText(value: unknown, indent?: number): string {
  return escapeInJson(JSON.stringify(value, undefined, indent));
}

/** Of a JSON text: outside its strings there is nothing to escape but the line breaks between its parts. */
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

/** "1 call", "2 calls"; `several` where an s does not do. */
export function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : several}`;
}

type Style = Parameters<typeof styleText>[0];

/** Colours text, or leaves it alone where colour is not wanted. */
export type Paint = (style: Style, text: string) => string;

/** The `Paint` for an output that shows colour, or does not. */
export function painter(colour: boolean): Paint {
  return colour
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
}
