import { oneOf, quote } from "../finding.ts";
import { secondsOf, showDuration } from "../shared/duration.ts";
import { Mistake, scalar } from "../shared/scalar.ts";

/** How many requests one address may send in a time. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

/** What AWS WAF can count ("RateBasedStatement", AWS WAFV2 API Reference): times in seconds. */
const TIMES = [60, 120, 300, 600] as const;
const FEWEST = 10;
const MOST = 2_000_000_000;

const EXAMPLE = "2000 in 5m";
const FORM = `write a number of requests and a time of ${oneOf(TIMES.map(showDuration))}: ${EXAMPLE}`;

/** What people may mean, in one of many forms: `2,000 requests per 5 minutes`, `2000/5m`. */
const MEANT = /^(\d[\d,_]*)(?: ?requests?)? ?(?:in|per|every|each|\/) ?(\d*) ?([a-z]*)$/i;

/** `2000 in 5m`. */
export function limit() {
  const pattern = `^[1-9][0-9]{1,9} in (${TIMES.map(showDuration).join("|")})$`;
  return scalar({ type: "string", pattern, examples: [EXAMPLE] }, parseLimit);
}

function parseLimit(value: unknown, written: string): Limit | Mistake {
  if (typeof value === "number") {
    return new Mistake(
      `the limit ${quote(value, written)} has no time`,
      isPossible(value) ? `write the time, too: ${value} in 5m` : FORM,
    );
  }
  // One space for many, because the time of a search with several runs of them grows with a power of their length.
  const text = typeof value === "string" ? value.trim().replace(/\s+/g, " ") : "";
  const [, digits, count = "", unit = ""] = MEANT.exec(text) ?? [];
  if (digits === undefined) {
    return new Mistake(`expected a limit, but this is ${quote(value, written)}`, FORM);
  }
  const requests = Number(digits.replaceAll(/[,_]/g, ""));
  if (!isPossible(requests)) {
    return new Mistake(
      `a limit of ${quote(digits)} requests is too ${requests < FEWEST ? "low" : "high"}`,
      `use ${FEWEST} to ${MOST}, for example ${EXAMPLE}`,
    );
  }
  const meant = secondsOf(count === "" ? 1 : Number(count), unit);
  const seconds = TIMES.find((time) => time === meant);
  if (seconds === undefined) {
    return new Mistake(`AWS WAF cannot count requests in the time of ${quote(value)}`, FORM);
  }
  const form = `${requests} in ${showDuration(seconds)}`;
  return value === form
    ? { requests, seconds }
    : new Mistake(`${quote(value)} is not a valid limit`, `write ${form}`);
}

function isPossible(requests: number): boolean {
  return Number.isInteger(requests) && requests >= FEWEST && requests <= MOST;
}
