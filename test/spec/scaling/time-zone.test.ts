import { expect, test } from "vitest";
import { entryOf, mistakeIn } from "./schedules.ts";

const at = "0 20 * * *";

test("AWS's own default is the default", () => {
  expect(entryOf({ at })?.zone).toBe("Etc/UTC");
});

test.each([
  ["a zone with an older name", "US/Pacific"],
  ["a zone that the runtime knows by an older name", "Asia/Kolkata"],
  ["a zone of three parts", "America/Argentina/Buenos_Aires"],
  ["a zone without clocks that change", "Etc/GMT+9"],
])("%s", (_why, zone) => {
  expect(entryOf({ at, zone })?.zone).toBe(zone);
});

test.each<[why: string, zone: unknown, said: string]>([
  [
    "a misspelled zone",
    "Australia/Sidney",
    '"Australia/Sidney" is not a time zone of the IANA database → did you mean Australia/Sydney?',
  ],
  [
    "a zone in lower case",
    "australia/sydney",
    '"australia/sydney" is not a time zone of the IANA database → write zone: Australia/Sydney',
  ],
  [
    "a zone in lower case that the runtime knows by an older name",
    "asia/kolkata",
    '"asia/kolkata" is not a time zone of the IANA database → write zone: Asia/Kolkata',
  ],
  [
    "an older name in lower case",
    "us/pacific",
    '"us/pacific" is not a time zone of the IANA database → write zone: America/Los_Angeles',
  ],
  [
    "a city",
    "New York",
    '"New York" is not a time zone of the IANA database → did you mean America/New_York?',
  ],
  ["UTC", "utc", '"utc" is not a name that AWS documents → write zone: Etc/UTC'],
  [
    "an abbreviation",
    "AEST",
    '"AEST" is not a time zone of the IANA database → use a name with an area and a city: Australia/Sydney, Europe/Berlin, or Etc/UTC',
  ],
  [
    "an abbreviation that the runtime reads",
    "EST",
    '"EST" is not a time zone of the IANA database → use a name with an area and a city: Australia/Sydney, Europe/Berlin, or Etc/UTC',
  ],
  [
    "an offset",
    "+10:00",
    'expected the name of a time zone, but this is "+10:00" → write the name of a place, such as Australia/Sydney, or Etc/GMT-10: in these names, the sign is the other way round',
  ],
  [
    "an offset of UTC",
    "UTC-3",
    'expected the name of a time zone, but this is "UTC-3" → write the name of a place, such as Australia/Sydney, or Etc/GMT+3: in these names, the sign is the other way round',
  ],
  [
    "an offset of half an hour",
    "+09:30",
    'expected the name of a time zone, but this is "+09:30" → write the name of a place with this time, in the form Australia/Adelaide',
  ],
  [
    "an offset that no place has",
    "+23:00",
    'expected the name of a time zone, but this is "+23:00" → write the name of a place with this time, in the form Australia/Adelaide',
  ],
  [
    "a number as a zone",
    10,
    "expected a time zone, but YAML reads 10 as a number → use a name with an area and a city: Australia/Sydney, Europe/Berlin, or Etc/UTC",
  ],
  [
    "a zone of nowhere",
    "Middle/Earth",
    '"Middle/Earth" is not a time zone of the IANA database → use a name with an area and a city: Australia/Sydney, Europe/Berlin, or Etc/UTC',
  ],
])("%s", (_why, zone, said) => {
  expect(mistakeIn({ at, zone })).toBe(`scaling.schedule.nights.zone: ${said}`);
});

test("each zone that the runtime lists is one", () => {
  const zones = Intl.supportedValuesOf("timeZone").filter((zone) => zone.includes("/"));
  expect(zones.length).toBeGreaterThan(300);
  for (const zone of zones) expect(entryOf({ at, zone })?.zone).toBe(zone);
});
