import { Cron } from "croner";
import { validationError } from "./group.ts";

/** When a scheduled action recurs. */
export interface Recurrence {
  /** Minute, hour, day of month, month, day of week. */
  readonly recurrence: string;
  /** An IANA name. Undefined: UTC. */
  readonly timeZone: string | undefined;
}

/** The next time after `after`, both in milliseconds. Undefined: there is none. */
export function nextRecurrence(
  { recurrence, timeZone = "Etc/UTC" }: Recurrence,
  after: number,
): number | undefined {
  // AWS accepts `0/10`, too.
  const options = { mode: "5-part", timezone: timeZone, sloppyRanges: true } as const;
  return new Cron(recurrence, options).nextRun(new Date(after))?.getTime();
}

/**
 * @throws AwsError ValidationError for an expression without five fields, or with more than crontab has.
 * AWS does not document its messages.
 */
export function checkRecurrence(recurrence: string, timeZone: string | undefined): void {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw validationError(`Given time zone ${timeZone} is invalid`);
  }
  if (isCrontab(recurrence) && isReadable({ recurrence, timeZone })) return;
  throw validationError(`Given recurrence string: ${recurrence} is invalid`);
}

function isTimeZone(name: string): boolean {
  // An offset is no name of a zone.
  if (!/^[A-Z][\w+-]*(\/[\w+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Numbers and names alone. The library also knows `L`, `W`, `#`, `?` and `@daily`. */
function isCrontab(recurrence: string): boolean {
  const fields = recurrence.trim().split(/\s+/);
  const numbers = /^[\d*,/-]+$/;
  const months = /^([\d*,/-]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)+$/i;
  const weekdays = /^([\d*,/-]|MON|TUE|WED|THU|FRI|SAT|SUN)+$/i;
  const allowed = [numbers, numbers, numbers, months, weekdays];
  return (
    fields.length === allowed.length &&
    allowed.every((field, index) => field.test(fields[index] ?? ""))
  );
}

function isReadable(recurrence: Recurrence): boolean {
  try {
    return nextRecurrence(recurrence, 0) !== undefined;
  } catch {
    return false;
  }
}
