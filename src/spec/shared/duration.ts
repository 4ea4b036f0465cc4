import { quote, shown } from "../finding.ts";
import { Mistake, scalar } from "./scalar.ts";

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** `30s`, `5m`, `1h`, within limits given in seconds. The parsed value is seconds. */
export function duration(limits: { readonly least: number; readonly most: number }) {
  return scalar({ type: "string", pattern: "^[0-9]+[smh]$", examples: ["30s"] }, (value, written) =>
    parseDuration(value, written, limits),
  );
}

function parseDuration(
  value: unknown,
  written: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | Mistake {
  const between = `between ${showDuration(least)} and ${showDuration(most)}`;
  if (typeof value === "number") {
    return new Mistake(
      `the duration ${shown(written)} has no unit`,
      /^[1-9]\d*$/.test(written)
        ? `write ${written}s for seconds, ${written}m for minutes, or ${written}h for hours`
        : `use a whole number and a unit, ${between}: 30s, 5m or 1h`,
    );
  }
  // Trimmed first: with one run of spaces before the word and one after it, the time grows with their square.
  const match =
    typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value.trim()) : null;
  const [, count, word] = match ?? [];
  if (count === undefined || word === undefined) {
    return new Mistake(
      `expected a duration, but this is ${quote(value, written)}`,
      `use a whole number and a unit, ${between}: 30s, 5m or 1h`,
    );
  }
  const unit = unitOf(word);
  if (unit !== word || !/^\d+$/.test(count) || value !== `${count}${word}`) {
    const meant =
      unit === undefined ? "30s, 5m or 1h" : showDuration(Number(count) * SECONDS[unit]);
    return new Mistake(`${quote(value)} is not a valid duration`, `write ${meant}`);
  }
  const seconds = Number(count) * SECONDS[unit];
  if (seconds < least || seconds > most) {
    return new Mistake(
      `${quote(value)} is ${seconds < least ? "too short" : "too long"}`,
      `use a duration ${between}`,
    );
  }
  return seconds;
}

/** The shortest exact way to write it. */
export function showDuration(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60}m`;
  return `${Math.round(seconds)}s`;
}

/** A time in a unit that people may write in other ways: 5 of `min`, `minutes` or `M`. */
export function secondsOf(count: number, word: string): number | undefined {
  const unit = unitOf(word);
  return unit === undefined ? undefined : count * SECONDS[unit];
}

function unitOf(word: string): keyof typeof SECONDS | undefined {
  if (/^s(ec(ond)?s?)?$/i.test(word)) return "s";
  if (/^m(in(ute)?s?)?$/i.test(word)) return "m";
  if (/^h(r|ours?)?s?$/i.test(word)) return "h";
  return undefined;
}
