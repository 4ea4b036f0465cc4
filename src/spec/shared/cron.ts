import { Cron } from "croner";
import { quote } from "../finding.ts";
import { CRON_FIELDS, type CronField, wrongCronField } from "./cron-field.ts";
import { Mistake } from "./scalar.ts";
import { text } from "./text.ts";

/** XmlStringMaxLen255 of PutScheduledUpdateGroupAction. */
const LONGEST = 255;

const EXAMPLE = "0 20 * * mon-fri";

/** Names of times that other programs read. AWS documents only the five fields. */
const NICKNAMES = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

/**
 * A time that comes again and again, as AWS reads it in the recurrence of a scheduled action: "traditional cron
 * syntax" of five fields ("Scheduled scaling", Amazon EC2 Auto Scaling User Guide).
 */
export function cronTime() {
  return text({
    what: "a time as cron writes it",
    pattern: /^\s*\S+(\s+\S+){4}\s*$/,
    longest: LONGEST,
    example: EXAMPLE,
    check: wrongCron,
  });
}

/** With one space between the fields. */
export function normaliseCron(at: string): string {
  return at.trim().split(/\s+/).join(" ");
}

/** Reads a time that passed its check. */
export function readCron(at: string, place: { readonly zone: string } | "wall clock"): Cron {
  const where = place === "wall clock" ? { utcOffset: 0 } : { timezone: place.zone };
  return new Cron(normaliseCron(at), { mode: "5-part", ...where });
}

/** The five fields of a time that passed its check, by their names. */
export function cronFields(at: string): Readonly<Record<CronField["name"], string>> {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = normaliseCron(at).split(" ");
  return { minute, hour, "day of the month": day, month, "day of the week": weekday };
}

function wrongCron(written: string): Mistake | undefined {
  // That it is too long is said elsewhere.
  if (written.length > LONGEST) return undefined;
  const parts = normaliseCron(written).split(" ");
  if (parts.length !== CRON_FIELDS.length) return wrongNumberOfFields(written, parts);
  for (const [index, field] of CRON_FIELDS.entries()) {
    const wrong = wrongCronField(parts[index] ?? "", field);
    if (wrong !== undefined) return wrong;
  }
  return neverComes(parts.join(" "));
}

function wrongNumberOfFields(written: string, parts: readonly string[]): Mistake {
  const nickname = NICKNAMES.get(written.trim().toLowerCase());
  if (nickname !== undefined) {
    return new Mistake(`AWS does not read ${quote(written)}`, `write at: "${nickname}"`);
  }
  const [, hour, minute] = /^\s*(\d{1,2}):(\d{2})\s*$/.exec(written) ?? [];
  if (hour !== undefined && Number(hour) < 24 && Number(minute) < 60) {
    return new Mistake(
      `expected a time as cron writes it, but this is ${quote(written)}`,
      `for this time of every day write at: "${Number(minute)} ${Number(hour)} * * *"`,
    );
  }
  const names = CRON_FIELDS.map(({ name }) => name).join(", ");
  return new Mistake(
    `${quote(written)} has ${parts.length} ${parts.length === 1 ? "field" : "fields"}, but AWS takes 5: ${names}`,
    `for example "${EXAMPLE}"`,
  );
}

/** A leap year, so that the 29th of February comes. */
const START = Date.parse("2028-01-01T00:00:00Z");

/** Fields that are right one by one may have no day in common: the 30th of February. */
function neverComes(at: string): Mistake | undefined {
  try {
    if (readCron(at, "wall clock").nextRun(new Date(START)) !== null) return undefined;
    return new Mistake(
      `the time ${quote(at)} never comes`,
      "choose a day that one of the months has",
    );
  } catch {
    return new Mistake(
      `${quote(at)} is not a valid time as cron writes it`,
      `for example "${EXAMPLE}"`,
    );
  }
}
