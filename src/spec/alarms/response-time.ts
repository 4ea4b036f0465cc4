import { quote } from "../finding.ts";
import { secondsOf } from "../shared/duration.ts";
import { Mistake, scalar } from "../shared/scalar.ts";

const MILLISECOND = 0.001;
/** A load balancer gives up long before, unless its idle timeout is at its longest. */
const MOST = 3600;

const FORM = "use a whole number and ms or s: 500ms or 2s";

/** `500ms` or `2s`. The parsed value is seconds. */
export function responseTime() {
  return scalar(
    { type: "string", pattern: "^[0-9]+(ms|s)$", examples: ["2s", "500ms"] },
    parseResponseTime,
  );
}

function parseResponseTime(value: unknown, written: string): number | Mistake {
  if (typeof value === "number") {
    return new Mistake(
      `the time ${quote(value, written)} has no unit`,
      value > 0 && value <= MOST ? `write ${show(value)}` : FORM,
    );
  }
  const [, count, unit] =
    typeof value === "string" ? (/^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(value.trim()) ?? []) : [];
  const seconds = count === undefined || unit === undefined ? undefined : inSeconds(+count, unit);
  if (seconds === undefined) {
    return new Mistake(`expected a time, but this is ${quote(value, written)}`, FORM);
  }
  if (seconds < MILLISECOND || seconds > MOST) {
    return new Mistake(
      `${quote(value)} is too ${seconds > MOST ? "long" : "short"}`,
      `use a time between ${show(MILLISECOND)} and ${show(MOST)}`,
    );
  }
  return typeof value === "string" && /^\d+(ms|s)$/.test(value)
    ? seconds
    : new Mistake(`${quote(value)} is not a valid time`, `write ${show(seconds)}`);
}

function inSeconds(count: number, unit: string): number | undefined {
  return /^(ms|msecs?|millis|milliseconds?)$/i.test(unit) ? count / 1000 : secondsOf(count, unit);
}

function show(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.max(1, Math.round(seconds * 1000))}ms`;
}
