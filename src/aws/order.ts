/**
 * The order of texts, by code points. A collator (`localeCompare`) depends on the machine's language, and loads its
 * tables for 10 ms, a tenth of the time of a plan without differences.
 */
export function compareText(one = "", other = ""): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The same order, but by the values of the numbers in the texts: 2023.9 comes before 2023.10. */
export function compareNumbered(one: string, other: string): number {
  return compareText(withWideNumbers(one), withWideNumbers(other));
}

/** More digits than a number in a name or a version has. */
const WIDEST = 20;

function withWideNumbers(text: string): string {
  return text.replace(/\d+/g, (digits) => digits.padStart(WIDEST, "0"));
}
