import { expect, test } from "vitest";
import { readCron } from "../../../src/spec/shared/cron.ts";
import fc from "../../fast-check.ts";
import { entryOf, mistakeIn } from "./schedules.ts";

test.each([
  ["a name in the day of the week", "0 20 * * MON-FRI"],
  ["Sunday as 7", "0 20 * * 7"],
  ["lists, ranges and steps", "*/15 8-18/2,20 1,15 jan-mar,dec 1-5"],
  ["the longest step", "0 */24 * * *"],
  ["a day that only some years have", "0 20 29 2 *"],
  ["a day that the month does not have, or any Friday", "0 20 30 2 fri"],
  [
    "as long as AWS takes",
    "0 20 * * mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,05",
  ],
])("%s", (_why, at) => {
  expect(entryOf({ at })?.at).toBe(at);
});

test.each<[why: string, at: unknown, said: string]>([
  [
    "a time of the day",
    "20:05",
    'expected a time as cron writes it, but this is "20:05" → for this time of every day write at: "5 20 * * *"',
  ],
  [
    "a time of the day that no day has",
    "24:00",
    '"24:00" has 1 field, but AWS takes 5: minute, hour, day of the month, month, day of the week → for example "0 20 * * mon-fri"',
  ],
  [
    "an hour alone",
    20,
    'expected a time as cron writes it, but YAML reads 20 as a number → for example "0 20 * * mon-fri"',
  ],
  ["a nickname", "@Daily", 'AWS does not read "@Daily" → write at: "0 0 * * *"'],
  [
    "a nickname without a time",
    "@reboot",
    '"@reboot" has 1 field, but AWS takes 5: minute, hour, day of the month, month, day of the week → for example "0 20 * * mon-fri"',
  ],
  [
    "seconds",
    "0 0 20 * * *",
    '"0 0 20 * * *" has 6 fields, but AWS takes 5: minute, hour, day of the month, month, day of the week → for example "0 20 * * mon-fri"',
  ],
  [
    "too few fields",
    "0 20 *",
    '"0 20 *" has 3 fields, but AWS takes 5: minute, hour, day of the month, month, day of the week → for example "0 20 * * mon-fri"',
  ],
  [
    "EventBridge's form",
    "cron(0 20 * * ? *)",
    '"cron(0 20 * * ? *)" has 6 fields, but AWS takes 5: minute, hour, day of the month, month, day of the week → for example "0 20 * * mon-fri"',
  ],
  [
    "a question mark",
    "0 20 ? * *",
    'AWS does not read the day of the month "?" → write * for every value',
  ],
  [
    "the last day of the month",
    "0 20 L * *",
    'AWS does not read the day of the month "L" → use numbers, names, ranges (1-5), lists (1,5) and steps (*/2); it has no L, W and #',
  ],
  [
    "the last Friday",
    "0 20 * * 5L",
    'AWS does not read the day of the week "5L" → use numbers, names, ranges (1-5), lists (1,5) and steps (*/2); it has no L, W and #',
  ],
  [
    "a weekday near a day",
    "0 20 15W * *",
    'AWS does not read the day of the month "15W" → use numbers, names, ranges (1-5), lists (1,5) and steps (*/2); it has no L, W and #',
  ],
  [
    "the second Friday",
    "0 20 * * fri#2",
    'AWS does not read the day of the week "fri#2" → use numbers, names, ranges (1-5), lists (1,5) and steps (*/2); it has no L, W and #',
  ],
  ["a minute too many", "60 20 * * *", '"60" is not a valid minute → use 0 to 59; * is every one'],
  ["an hour too many", "0 24 * * *", '"24" is not a valid hour → use 0 to 23; * is every one'],
  ["day 0", "0 20 0 * *", '"0" is not a valid day of the month → use 1 to 31; * is every one'],
  [
    "a day too many",
    "0 20 32 * *",
    '"32" is not a valid day of the month → use 1 to 31; * is every one',
  ],
  [
    "a month too many",
    "0 20 * 13 *",
    '"13" is not a valid month → use 1 to 12, or jan to dec; * is every one',
  ],
  [
    "a day of the week too many",
    "0 20 * * 8",
    '"8" is not a valid day of the week → use 0 to 7, or sun to sat; * is every one',
  ],
  [
    "a word",
    "0 20 * foo *",
    '"foo" is not a valid month → use 1 to 12, or jan to dec; * is every one',
  ],
  [
    "a whole name",
    "0 20 * * monday",
    '"monday" is not a valid day of the week → write its first three letters: mon',
  ],
  [
    "a whole name of a month",
    "0 20 * september *",
    '"september" is not a valid month → write its first three letters: sep',
  ],
  ["a range backwards", "0 22-2 * * *", 'the hour "22-2" ends before it begins → write 22-23,0-2'],
  [
    "a range backwards from the last value",
    "0 23-2 * * *",
    'the hour "23-2" ends before it begins → write 23,0-2',
  ],
  [
    "days backwards",
    "0 20 * * fri-mon",
    'the day of the week "fri-mon" ends before it begins → write fri-sat,sun-mon',
  ],
  [
    "the weekend as a range",
    "0 20 * * sat-sun",
    'the day of the week "sat-sun" ends before it begins → write sat,sun',
  ],
  [
    "days backwards as numbers",
    "0 20 * * 5-1",
    'the day of the week "5-1" ends before it begins → write 5-6,0-1',
  ],
  [
    "half of a range",
    "0 20-  * * *",
    "the hour lacks one end of its range → use 0 to 23; * is every one",
  ],
  [
    "three ends",
    "0 20 1-2-3 * *",
    'the day of the month "1-2-3" is not valid → use 1 to 31; * is every one',
  ],
  [
    "two steps",
    "0 20 1-9/2/3 * *",
    'the day of the month "1-9/2/3" is not valid → use 1 to 31; * is every one',
  ],
  [
    "a step of nothing",
    "0 */0 * * *",
    'the step of the hour "*/0" is not valid → use 1 to 24, for example */2',
  ],
  [
    "a step without a number",
    "0 */ * * *",
    'the step of the hour "*/" is not valid → use 1 to 24, for example */2',
  ],
  [
    "a step too long",
    "0 */25 * * *",
    'the step of the hour "*/25" is not valid → use 1 to 24, for example */2',
  ],
  [
    "a step without a range",
    "5/15 20 * * *",
    'the minute "5/15" has a step, but no range → write 5-59/15, or remove the step',
  ],
  [
    "a step of a name",
    "0 20 * * mon/2",
    'the day of the week "mon/2" has a step, but no range → write mon-sat/2, or remove the step',
  ],
  ["two commas", "0 8,,20 * * *", "the hour has a comma too many → remove it"],
  [
    "a step that no week has",
    "0 20 * * */8",
    'the step of the day of the week "*/8" is not valid → use 1 to 7, for example */2',
  ],
  [
    "a day that the month does not have",
    "0 20 30 feb *",
    'the time "0 20 30 feb *" never comes → choose a day that one of the months has',
  ],
  [
    "no text",
    " ",
    "expected a time as cron writes it, but the text is empty → for example 0 20 * * mon-fri",
  ],
  [
    "longer than AWS takes",
    "0 20 * * mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,mon,fri",
    "a time as cron writes it can have at most 255 characters, but this one has 256 → shorten it by 1",
  ],
])("%s", (_why, at, said) => {
  expect(mistakeIn({ at })).toBe(`scaling.schedule.nights.at: ${said}`);
});

test("spaces between the fields are one in AWS", () => {
  expect(entryOf({ at: " 0  20 * \t* mon-fri " })?.at).toBe("0 20 * * mon-fri");
});

/** A field of cron that is all right, between its least and its most value. */
function fieldOf(least: number, most: number): fc.Arbitrary<string> {
  const value = fc.integer({ min: least, max: most });
  const range = fc
    .tuple(value, value)
    .map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`);
  const stepped = fc
    .tuple(fc.oneof(fc.constant("*"), range), fc.integer({ min: 1, max: most - least }))
    .map(([start, step]) => `${start}/${step}`);
  const item = fc.oneof(value.map(String), range, stepped);
  const list = fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.join(","));
  return fc.oneof(fc.constant("*"), list);
}

const good = fc
  .tuple(fieldOf(0, 59), fieldOf(0, 23), fieldOf(1, 28), fieldOf(1, 12), fieldOf(0, 6))
  .map((fields) => fields.join(" "));

test("every time of numbers, ranges, lists and steps comes at some time", () => {
  fc.assert(
    fc.property(good, (at) => {
      const entry = entryOf({ at });
      expect(entry?.at).toBe(at);
      const start = new Date("2031-06-01T00:00:00Z");
      expect(readCron(at, { zone: "Etc/UTC" }).nextRun(start)).not.toBeNull();
    }),
    { numRuns: 100 },
  );
});

test("a long time is answered in no time that grows with its square", () => {
  expect(mistakeIn({ at: `0 20 * *${" ".repeat(200_000)}!` })).toContain("at most 255 characters");
  expect(mistakeIn({ at: `${" ".repeat(200_000)}!` })).toContain("is not a valid time");
});

test("any damage to a time is a mistake in words, or a time", () => {
  const damage = fc.record({
    at: good,
    from: fc.nat({ max: 30 }),
    length: fc.nat({ max: 3 }),
    put: fc.string({ unit: fc.constantFrom(..."*/-,?#LW@:0159 afmns"), maxLength: 3 }),
  });
  fc.assert(
    fc.property(damage, ({ at, from, length, put }) => {
      const damaged = at.slice(0, from) + put + at.slice(from + length);
      let said = "";
      try {
        said = mistakeIn({ at: damaged });
      } catch {
        const start = new Date("2031-06-01T00:00:00Z");
        expect(readCron(damaged, { zone: "Etc/UTC" }).nextRun(start)).not.toBeNull();
      }
      expect(said).not.toMatch(/CronPattern|undefined/);
      expect(said.length).toBeLessThan(400);
    }),
    { numRuns: 300 },
  );
});
