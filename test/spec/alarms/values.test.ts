import { describe, expect, test } from "vitest";
import { loadStack } from "../../../src/spec/load.ts";
import { LEAST, load } from "../stacks.ts";

const fileWith = (alarms: object) =>
  `${LEAST}loadBalancer: {}\nnotify: { to: [ops@example.com] }\nalarms: ${JSON.stringify(alarms)}\n`;

function mistakeIn(alarms: object): string {
  const loaded = loadStack(fileWith(alarms), { file: "a.yaml" });
  if (!("errors" in loaded)) throw new Error("no error");
  return loaded.errors.map(({ path, message, help }) => `${path}: ${message} → ${help}`).join("\n");
}

describe("the time in which answers come", () => {
  const FORM = "use a whole number and ms or s: 500ms or 2s";

  test.each([
    ["1ms", 0.001],
    ["500ms", 0.5],
    ["1500ms", 1.5],
    ["2s", 2],
    ["3600s", 3600],
  ])("%s", (p95, seconds) => {
    expect(load(fileWith({ slow: { p95 } })).alarms.slow?.p95).toBe(seconds);
  });

  test.each([
    [2, "the time 2 has no unit → write 2s"],
    [0.25, "the time 0.25 has no unit → write 250ms"],
    [500, "the time 500 has no unit → write 500s"],
    [0, `the time 0 has no unit → ${FORM}`],
    [9999, `the time 9999 has no unit → ${FORM}`],
    ["0.5s", '"0.5s" is not a valid time → write 500ms'],
    ["1.25 s", '"1.25 s" is not a valid time → write 1250ms'],
    ["2 seconds", '"2 seconds" is not a valid time → write 2s'],
    ["500 milliseconds", '"500 milliseconds" is not a valid time → write 500ms'],
    ["500MS", '"500MS" is not a valid time → write 500ms'],
    ["1m", '"1m" is not a valid time → write 60s'],
    ["0ms", '"0ms" is too short → use a time between 1ms and 3600s'],
    ["0.1ms", '"0.1ms" is too short → use a time between 1ms and 3600s'],
    ["3601s", '"3601s" is too long → use a time between 1ms and 3600s'],
    ["2d", `expected a time, but this is "2d" → ${FORM}`],
    ["fast", `expected a time, but this is "fast" → ${FORM}`],
    ["", `expected a time, but this is "" → ${FORM}`],
    [true, `expected a time, but this is true → ${FORM}`],
    [["2s"], `expected a time, but this is a list → ${FORM}`],
  ])("%j is none", (p95, mistake) => {
    expect(mistakeIn({ slow: { p95 } })).toBe(`alarms.slow.p95: ${mistake}`);
  });

  test("must be there", () => {
    expect(mistakeIn({ slow: { for: "5m" } })).toBe(
      'alarms.slow.p95: "p95" is missing → for example p95: 2s. The time in which 95 of 100 requests get their answer, as 2s or 500ms.',
    );
  });
});

describe("how long something lasts", () => {
  test.each([
    ["90s", '"90s" is no number of whole minutes, which alarms count in → write 2m'],
    ["61s", '"61s" is no number of whole minutes, which alarms count in → write 1m'],
    ["59s", '"59s" is too short → use a duration between 1m and 24h'],
    ["25h", '"25h" is too long → use a duration between 1m and 24h'],
    [5, "the duration 5 has no unit → write 5s for seconds, 5m for minutes, or 5h for hours"],
  ])("%j is too fine, short or long", (lasting, mistake) => {
    for (const name of ["unhealthy", "errors", "launches"]) {
      expect(mistakeIn({ [name]: { for: lasting } })).toBe(`alarms.${name}.for: ${mistake}`);
    }
    expect(mistakeIn({ slow: { p95: "2s", for: lasting } })).toBe(`alarms.slow.for: ${mistake}`);
  });

  test("an hour is as good as sixty minutes", () => {
    const lasting = (text: string) => load(fileWith({ launches: { for: text } })).alarms.launches;
    expect(lasting("1h")).toEqual(lasting("60m"));
    expect(lasting("3600s")).toEqual(lasting("60m"));
  });
});

describe("how much there must be", () => {
  test.each([
    [{ unhealthy: { servers: 0 } }, "alarms.unhealthy.servers: 0 is less than the minimum, 1"],
    [{ unhealthy: { servers: 1.5 } }, "alarms.unhealthy.servers: expected a whole number"],
    [{ errors: { percent: 0 } }, "alarms.errors.percent: 0 is less than the minimum, 0.1"],
    [{ errors: { percent: 101 } }, "alarms.errors.percent: 101 is more than the maximum, 100"],
    [
      { errors: { percent: "5%" } },
      'alarms.errors.percent: expected a number, but this is "5%" → write the digits alone: 5',
    ],
  ])("%j is not possible", (alarms, mistake) => {
    expect(mistakeIn(alarms)).toContain(mistake);
  });

  test.each([0.1, 5, 100])("%d percent is", (percent) => {
    expect(load(fileWith({ errors: { percent } })).alarms.errors?.percent).toBe(percent);
  });
});
