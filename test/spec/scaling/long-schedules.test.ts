import { expect, test } from "vitest";
import { loadStack } from "../../../src/spec/load.ts";
import { firingsOf } from "../../../src/spec/scaling/firings.ts";
import { LEAST } from "../stacks.ts";

/** As many entries, one each minute of the day. */
function entries(count: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `entry-${n}`,
      { at: `${n % 60} ${Math.floor(n / 60)} * * *`, zone: "Etc/UTC", min: 1 },
    ]),
  );
}

function said(schedule: object): readonly string[] {
  const text = LEAST.replace("min: 2", `min: 2, schedule: ${JSON.stringify(schedule)}`);
  const loaded = loadStack(text, { file: "a.yaml" });
  return "errors" in loaded ? loaded.errors.map(({ message }) => message) : [];
}

test("a schedule has as many entries as AWS takes", () => {
  expect(said(entries(125))).toEqual([]);
});

test("and no more", () => {
  expect(said(entries(126))).toEqual(["the schedule has 126 entries, but AWS allows at most 125"]);
});

test("a schedule that changes the sizes every minute is checked only as far as is quick", () => {
  const every = { at: "* * * * *", zone: "Etc/UTC", min: 1 };
  expect(firingsOf({ every }).within).toHaveLength(2000);
});

test("a week has each firing once, from its first minute to its last", () => {
  const { isWeek, before, within } = firingsOf({
    first: { at: "0 0 * * mon", zone: "Australia/Sydney", min: 1 },
    last: { at: "59 23 * * sun", zone: "Australia/Sydney", min: 1 },
  });
  expect(isWeek).toBe(true);
  expect(before.map(({ name, time }) => [name, time.toISOString()])).toEqual([
    ["first", "2027-12-27T00:00:00.000Z"],
    ["last", "2028-01-02T23:59:00.000Z"],
  ]);
  expect(within.map(({ name, time }) => [name, time.toISOString()])).toEqual([
    ["first", "2028-01-03T00:00:00.000Z"],
    ["last", "2028-01-09T23:59:00.000Z"],
  ]);
});

test("in several zones, it is a year of moments", () => {
  const { isWeek, within } = firingsOf({
    sydney: { at: "0 9 * * mon", zone: "Australia/Sydney", min: 1 },
    utc: { at: "0 22 * * sun", zone: "Etc/UTC", min: 1 },
  });
  expect(isWeek).toBe(false);
  expect(within.filter(({ name }) => name === "sydney")).toHaveLength(53);
  expect(
    within
      .filter(({ time }) => time < new Date("2028-01-10"))
      .map(({ name, time }) => [name, time.toISOString()]),
  ).toEqual([
    // Summer time in Sydney: 11 hours ahead. The Monday before began in 2027's last hours of UTC.
    ["sydney", "2028-01-09T22:00:00.000Z"],
    ["utc", "2028-01-09T22:00:00.000Z"],
  ]);
});
