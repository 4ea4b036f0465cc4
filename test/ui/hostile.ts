/**
 * A text that says where it stood, takes one of our own colours, turns round what follows, and begins a line
 * that looks like one of ours.
 */
export function evil(where: string): string {
  return `${where}\u001b[31m\u202e\nFORGED-${where}`;
}

/** One that paints a background, as nothing of ours does. */
export function steering(where: string): string {
  return `${where}\u001b[45m\u202e`;
}

/** Texts that may have several lines, of which the further ones stay below the first. */
const SEVERAL_LINES = new Set(["message", "remedy", "summary", "told", "help", "trace"]);

/** By code points, written here once more on purpose: what a screen obeys, or shows as nothing. */
const OBEYED: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
  [0xe0100, 0xe01ef],
];

/** All of them. */
export const everyObeyed: readonly string[] = OBEYED.flatMap(([from, to]) =>
  // Of the many halves of surrogate pairs, some stand for all.
  Array.from({ length: Math.min(to - from + 1, 256) }, (_, index) =>
    String.fromCodePoint(index % 2 === 0 ? from + index / 2 : to - (index - 1) / 2),
  ),
);

const isObeyed = (character: string) => {
  const code = character.codePointAt(0) ?? 0;
  return OBEYED.some(([from, to]) => code >= from && code <= to);
};

/** The characters of a text that are obeyed, but for those that a program itself may write. */
export function obeyed(text: string, own = "\n"): readonly string[] {
  return [...new Set(text)].filter((character) => isObeyed(character) && !own.includes(character));
}

/** Our own few colours, none of which is a background, and what readline moves the cursor with. */
const OWN = new RegExp(`${"\u001b"}\\[(?:(?:[012]|22|3[0-7]|39|90)m|\\d+G|[01]J)`, "g");

/**
 * What is wrong with an output in which these texts have to be, each as often as it is named: what of it a
 * terminal obeys, which texts begin a line of their own, which are not there.
 */
export function faultsOf(output: string, texts: readonly string[]): readonly string[] {
  const plain = output.replaceAll(OWN, "");
  const begun = plain.split("\n").flatMap((line) => {
    const [, indent = "", where = ""] = /^(\s*)FORGED-(\w+)/.exec(line) ?? [];
    return where === "" || (SEVERAL_LINES.has(where) && indent.length >= 2) ? [] : [where];
  });
  const missing = [...Map.groupBy(texts, (where) => where)].filter(
    ([where, times]) =>
      plain.split(new RegExp(`\\b${where}\\\\u001b\\[(?:31|45)m\\\\u202e`)).length <= times.length,
  );
  return [
    ...obeyed(plain).map((character) => `U+${character.codePointAt(0)?.toString(16)} is obeyed`),
    ...begun.map((where) => `${where} begins a line`),
    ...missing.map(([where, times]) => `${where} is not there ${times.length} times`),
  ];
}
