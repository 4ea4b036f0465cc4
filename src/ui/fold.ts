/** Any of our colours, which take no room on a line. */
const COLOUR = new RegExp(`${"\u001b"}\\[\\d*m`, "g");
/** Further lines stand to the right of the first by so much. */
const HANGING = 2;
/** Under a line that begins at the margin, so that none is taken for another one of ours. */
const HANGING_AT_MARGIN = 4;

/**
 * A line in as many lines as a terminal of that width needs, wrapped between words. A longer word, such as a
 * URL, stays whole. A colour lasts until its end, over the end of a line too.
 *
 * @param columns Infinite where the output is not a terminal: nothing is wrapped then.
 * @param atMargin How far further lines of one that begins at the margin are indented.
 */
export function folded(line: string, columns: number, atMargin = HANGING_AT_MARGIN): string {
  return line
    .split("\n")
    .map((each) => foldOne(each, columns, atMargin))
    .join("\n");
}

function foldOne(line: string, columns: number, atMargin: number): string {
  if (widthOf(line) <= columns) return line;
  const [lead = ""] = /^ */.exec(line) ?? [];
  const hanging = " ".repeat(lead === "" ? atMargin : lead.length + HANGING);
  const lines: string[] = [];
  let current = lead;
  let isEmpty = true;
  // Blanks between two words are kept, as columns of a table are made of them.
  for (const [piece, blanks = "", word = ""] of line.slice(lead.length).matchAll(/( *)([^ ]+)/g)) {
    if (!isEmpty && widthOf(current) + widthOf(piece) > columns) {
      lines.push(current);
      current = hanging + word;
    } else {
      current += isEmpty ? word : blanks + word;
    }
    isEmpty = false;
  }
  return [...lines, current].join("\n");
}

/**
 * Like `folded`, for plain text that nobody copies: longer words are broken, too, so that every further row is
 * indented.
 */
export function foldedWhole(line: string, columns: number, hanging: number): string {
  return folded(line, columns, hanging)
    .split("\n")
    .map((row) => brokenAt(row, columns, " ".repeat(hanging)))
    .join("\n");
}

function brokenAt(row: string, columns: number, hanging: string): string {
  const room = Math.max(columns, hanging.length + WIDEST);
  const rows: string[] = [];
  let current = "";
  let width = 0;
  for (const character of row) {
    const own = widthOfCharacter(character);
    if (width + own > room) {
      rows.push(current);
      current = hanging;
      width = hanging.length;
    }
    current += character;
    width += own;
  }
  return [...rows, current].join("\n");
}

const WIDEST = 2;
/** At least every character that takes two columns (East Asian scripts, pictures). */
const WIDE = /[\u1100-\u115f\u2e80-\u{10ffff}]|\p{Emoji_Presentation}/u;

function widthOfCharacter(character: string): number {
  return WIDE.test(character) ? WIDEST : 1;
}

function widthOf(line: string): number {
  return [...line.replace(COLOUR, "")].reduce((sum, each) => sum + widthOfCharacter(each), 0);
}
