import type { ScheduleFiring } from "./firings.ts";

/** When an entry takes effect, on its own clock. In a week that repeats, the day of the week says it. */
export function showTime(
  { time, clock, entry: { zone } }: ScheduleFiring,
  isWeek: boolean,
): string {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: clock,
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const day = isWeek ? parts.get("weekday") : `${parts.get("day")} ${parts.get("month")}`;
  return `on ${day} at ${parts.get("hour")}:${parts.get("minute")} (${zone})`;
}
