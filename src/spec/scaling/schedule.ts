import { z } from "zod";
import { cronTime } from "../shared/cron.ts";
import { mappingKey } from "../shared/mapping-key.ts";
import { parseText } from "../shared/text.ts";
import { timeZone, UTC } from "../shared/time-zone.ts";
import { serverCount } from "./sizes.ts";

const entryName = mappingKey((key) =>
  parseText(key, {
    what: "a schedule entry's name",
    pattern: /^[a-z][a-z0-9-]*$/,
    allowed: "lowercase letters, digits and hyphens, starting with a letter",
    longest: 50,
    example: "nights",
  }),
);

const entry = z
  .strictObject({
    at: cronTime().meta({
      description:
        "When it takes effect, as cron writes it: minute, hour, day of the month, month and day of the week. Days and months may have their English names (`mon`, `jan`). Ranges (`mon-fri`), lists (`8,20`) and steps (`*/2`) are allowed. If both the day of the month and the day of the week are given, either is enough. AWS may be up to 2 minutes late.",
    }),
    zone: timeZone()
      .prefault(UTC)
      .meta({
        description:
          "The time zone of `at`, by its IANA name. AWS follows the zone's daylight saving time.",
        examples: ["Australia/Sydney"],
      }),
    min: serverCount()
      .optional()
      .meta({
        description: "The minimum number of servers from then on.",
        examples: [1],
      }),
    max: serverCount()
      .optional()
      .meta({
        description: "The maximum number of servers from then on.",
        examples: [2],
      }),
    servers: serverCount()
      .optional()
      .meta({
        description:
          "The number of servers at that moment. After it, demand decides, between the minimum and the maximum.",
        examples: [2],
      }),
  })
  .meta({ examples: [{ at: "0 20 * * mon-fri", zone: "Australia/Sydney", min: 1 }] });

/** The times at which the group's sizes change. */
export const scheduleSchema = z
  .record(entryName, entry)
  .prefault({})
  .meta({
    description:
      "Times at which the sizes of the group change, each with a name. An entry has at least one of `min`, `max` and `servers`. What an entry sets holds until another entry sets it, and an apply keeps to it. `min` and `max` of this section hold where no entry sets them. A schedule excludes `desired`.",
    examples: [{ nights: { at: "0 20 * * mon-fri", zone: "Australia/Sydney", min: 1, max: 2 } }],
  });

export type ScheduleEntryFile = z.output<typeof entry>;
export type ScheduleFile = Exclude<z.output<typeof scheduleSchema>, undefined>;
