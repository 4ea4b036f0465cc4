import { quote } from "../finding.ts";
import { Mistake } from "./scalar.ts";

/** One of the five parts of a time that cron writes. */
export interface CronField {
  readonly name: "minute" | "hour" | "day of the month" | "month" | "day of the week";
  readonly least: number;
  readonly most: number;
  /** In the order of their numbers, from `least`. */
  readonly words?: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** crontab(5), in the order of the text. Sunday is both 0 and 7. */
export const CRON_FIELDS: readonly CronField[] = [
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, words: MONTHS },
  { name: "day of the week", least: 0, most: 7, words: WEEKDAYS },
];

/** What is wrong with one field: a list of values, ranges and steps. */
export function wrongCronField(written: string, field: CronField): Mistake | undefined {
  for (const item of written.split(",")) {
    const wrong = wrongItem(item, field);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongItem(item: string, field: CronField): Mistake | undefined {
  const what = `the ${field.name} ${quote(item)}`;
  if (item === "") return new Mistake(`the ${field.name} has a comma too many`, "remove it");
  if (item === "?") return new Mistake(`AWS does not read ${what}`, "write * for every value");
  if (/[#]|^L|[0-9]L$|W$/i.test(item) && numberOf(item, field) === undefined) {
    return new Mistake(
      `AWS does not read ${what}`,
      "use numbers, names, ranges (1-5), lists (1,5) and steps (*/2); it has no L, W and #",
    );
  }
  const [range = "", step, ...more] = item.split("/");
  const [from = "", to, ...others] = range.split("-");
  if (more.length > 0 || others.length > 0) return new Mistake(`${what} is not valid`, form(field));
  if (range !== "*") {
    for (const end of to === undefined ? [from] : [from, to]) {
      if (numberOf(end, field) === undefined) return wrongValue(end, field);
    }
    if (to !== undefined && Number(numberOf(from, field)) > Number(numberOf(to, field))) {
      return new Mistake(`${what} ends before it begins`, `write ${aroundTheEnd(from, to, field)}`);
    }
  }
  return step === undefined ? undefined : wrongStep(item, field);
}

function wrongStep(item: string, field: CronField): Mistake | undefined {
  const [range = "", step = ""] = item.split("/");
  const most = field.name === "day of the week" ? 7 : field.most - field.least + 1;
  if (!/^\d{1,2}$/.test(step) || Number(step) < 1 || Number(step) > most) {
    return new Mistake(
      `the step of the ${field.name} ${quote(item)} is not valid`,
      `use 1 to ${most}, for example */2`,
    );
  }
  if (range === "*" || range.includes("-")) return undefined;
  return new Mistake(
    `the ${field.name} ${quote(item)} has a step, but no range`,
    `write ${range}-${/^\d/.test(range) ? field.most : field.words?.at(-1)}/${step}, or remove the step`,
  );
}

function wrongValue(value: string, field: CronField): Mistake {
  const { name, words = [] } = field;
  const word = words.find((known) => value.length > 3 && value.toLowerCase().startsWith(known));
  if (word !== undefined) {
    return new Mistake(
      `${quote(value)} is not a valid ${name}`,
      `write its first three letters: ${word}`,
    );
  }
  return new Mistake(
    value === ""
      ? `the ${name} lacks one end of its range`
      : `${quote(value)} is not a valid ${name}`,
    form(field),
  );
}

function form({ least, most, words }: CronField): string {
  const named = words === undefined ? "" : `, or ${words[0]} to ${words.at(-1)}`;
  return `use ${least} to ${most}${named}; * is every one`;
}

/** The number of a value. */
function numberOf(value: string, { least, most, words = [] }: CronField): number | undefined {
  const index = words.indexOf(value.toLowerCase());
  if (index >= 0) return index + least;
  if (!/^\d{1,2}$/.test(value)) return undefined;
  const number = Number(value);
  return number < least || number > most ? undefined : number;
}

/** A range that passes the last value and begins again, as two. With names, Sunday is the first day only. */
function aroundTheEnd(from: string, to: string, { name, least, most, words }: CronField): string {
  const isNumber = /^\d/.test(from);
  const first = isNumber ? String(least) : (words?.[0] ?? "");
  const last = isNumber ? String(name === "day of the week" ? 6 : most) : (words?.at(-1) ?? "");
  const range = (start: string, end: string) => (start === end ? start : `${start}-${end}`);
  return `${range(from, last)},${range(first, to)}`;
}
