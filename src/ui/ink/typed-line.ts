/** A line being typed. */
export interface TypedLine {
  readonly text: string;
  /** Return was pressed. */
  readonly isComplete: boolean;
}

const BACKSPACE = /[\b\u007f]/u;
const CLEAR_LINE = "\u0015";

/**
 * The line after more input. Keys that are pressed quickly, or while the program is busy, arrive as one
 * string with their control characters. Input after a Return is dropped.
 */
export function typeInto({ text, isComplete }: TypedLine, input: string): TypedLine {
  let line = text;
  if (isComplete) return { text, isComplete };
  for (const character of input) {
    if (character === "\r" || character === "\n") return { text: line, isComplete: true };
    if (BACKSPACE.test(character)) line = line.slice(0, -1);
    else if (character === CLEAR_LINE) line = "";
    else if (!/\p{Cc}/u.test(character)) line += character;
  }
  return { text: line, isComplete: false };
}
