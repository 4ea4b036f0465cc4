import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openWatch, putAlarm, putMinutes, stateOf } from "./watch.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/**
 * The tables of "How alarm state is evaluated when data is missing" (CloudWatch User Guide), with the row of "Avoiding
 * premature transitions to alarm state". `0` does not breach, `X` does, `-` is missing. Each example begins in
 * another state than it ends in, unless the state is retained.
 */
const columns = ["missing", "ignore", "breaching", "notBreaching"] as const;
const INSUFFICIENT = "INSUFFICIENT_DATA";

const threeOfThree = {
  "0-X-X": ["OK", "OK", "OK", "OK"],
  "0----": ["OK", "OK", "OK", "OK"],
  "-----": [INSUFFICIENT, "retain", "ALARM", "OK"],
  "0XX-X": ["ALARM", "ALARM", "ALARM", "ALARM"],
  "----X": [INSUFFICIENT, "retain", "ALARM", "OK"],
  "---X-": [INSUFFICIENT, "retain", "ALARM", "OK"],
  "--X--": ["ALARM", "retain", "ALARM", "OK"],
  "X----": ["ALARM", "retain", "ALARM", "OK"],
};

const twoOfThree = {
  "0-X-X": ["ALARM", "ALARM", "ALARM", "ALARM"],
  "00X0X": ["ALARM", "ALARM", "ALARM", "ALARM"],
  "0-X--": ["OK", "OK", "ALARM", "OK"],
  "----0": ["OK", "OK", "ALARM", "OK"],
  "----X": [INSUFFICIENT, "retain", "ALARM", "OK"],
  "---X-": ["ALARM", "retain", "ALARM", "OK"],
};

const cases = [
  ...Object.entries(threeOfThree).map(([points, states]) => ({ needed: 3, points, states })),
  ...Object.entries(twoOfThree).map(([points, states]) => ({ needed: 2, points, states })),
].flatMap(({ needed, points, states }) =>
  columns.map((treatment, index) => ({ needed, points, treatment, state: states[index] ?? "" })),
);

describe("the examples of AWS", () => {
  test.each(cases)("$needed of 3, $points, $treatment: $state", async (example) => {
    const watch = await openWatch();
    const present = example.state === "retain" ? "OK" : example.state === "OK" ? "ALARM" : "OK";
    await putAlarm(watch, { DatapointsToAlarm: example.needed });
    // The state before comes from data that are out of the range later.
    await putMinutes(watch, present === "OK" ? [0, 0, 0] : [99, 99, 99]);
    watch.pass(60);
    expect(await stateOf(watch)).toBe(present);
    await putAlarm(watch, {
      DatapointsToAlarm: example.needed,
      TreatMissingData: "ignore",
    });
    watch.pass(20 * 60);
    expect(await stateOf(watch)).toBe(present);
    await putMinutes(
      watch,
      [...example.points].map((point) => ({ "0": 10, X: 90 })[point]),
    );
    await putAlarm(watch, {
      DatapointsToAlarm: example.needed,
      TreatMissingData: example.treatment,
    });
    watch.pass(60);
    expect(await stateOf(watch)).toBe(example.state === "retain" ? present : example.state);
  });
});
