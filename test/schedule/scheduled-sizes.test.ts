import { describe, expect, test } from "vitest";
import { type ScheduledSizes, sizesAt } from "../../src/schedule/scheduled-sizes.ts";

const zone = "Australia/Sydney";
const nights: ScheduledSizes = { name: "nights", at: "0 20 * * mon-fri", zone, min: 1, max: 2 };
const days: ScheduledSizes = { name: "days", at: "0 7 * * mon-fri", zone, min: 2, max: 8 };
const base = { min: 3, max: 6 };

function at(time: string, schedule: readonly ScheduledSizes[] = [nights, days]) {
  return sizesAt(base, schedule, Date.parse(time));
}

describe("the sizes of a group with a schedule", () => {
  test("are the file's own without a schedule", () => {
    const sizes = at("2026-11-30T00:00:00Z", []);
    expect(sizes).toMatchObject({ ...base, setBy: {}, also: { min: [3], max: [6] } });
  });

  // Sydney is 11 hours ahead in its summer.
  test.each([
    ["Monday noon", "2026-11-30T01:00:00Z", { min: 2, max: 8 }, "days"],
    ["Monday night", "2026-11-30T10:00:00Z", { min: 1, max: 2 }, "nights"],
    ["Sunday noon, since Friday evening", "2026-11-29T01:00:00Z", { min: 1, max: 2 }, "nights"],
  ])("follow the entry that fired last: %s", (_, time, sizes, name) => {
    expect(at(time)).toMatchObject({
      ...sizes,
      setBy: { min: { name }, max: { name } },
      also: { min: [sizes.min], max: [sizes.max] },
    });
  });

  // Clocks go forward on 2026-10-04 at 2:00 (16:00 UTC), and back on 2027-04-04 at 3:00.
  test.each([
    ["the day before, 7:00", "2026-10-02T21:00:00Z", 1],
    ["in winter, 7:01 of a Friday", "2026-10-01T21:01:00Z", 2],
    ["in summer, 6:59 of a Monday", "2026-10-04T19:59:00Z", 1],
    ["in summer, 7:00 of a Monday", "2026-10-04T20:00:00Z", 2],
    ["after summer, 6:59 of a Monday", "2027-04-04T20:59:00Z", 1],
    ["after summer, 7:00 of a Monday", "2027-04-04T21:00:00Z", 2],
  ])("follow the local time when clocks change: %s", (_, time, min) => {
    expect(at(time).min).toBe(min);
  });

  test("are of either kind for three minutes after a firing and one before", () => {
    const both = { min: [1, 2], max: [2, 8] };
    const sorted = (time: string) => {
      const { also } = at(time);
      return { min: also.min.toSorted(), max: also.max.toSorted() };
    };
    expect(sorted("2026-11-30T08:59:00Z")).toEqual(both);
    expect(sorted("2026-11-30T09:02:59Z")).toEqual(both);
    expect(sorted("2026-11-30T08:58:59Z")).toEqual({ min: [2], max: [8] });
    expect(sorted("2026-11-30T09:03:01Z")).toEqual({ min: [1], max: [2] });
  });

  test("know each of several firings within minutes", () => {
    const steps = [1, 2, 3].map(
      (minute): ScheduledSizes => ({
        name: `step-${minute}`,
        at: `${minute} 9 * * *`,
        zone: "Etc/UTC",
        min: minute,
        max: null,
      }),
    );
    const { min, max, also } = at("2026-11-30T09:03:30Z", steps);
    expect({ min, max }).toEqual({ min: 3, max: 6 });
    expect(also.min.toSorted()).toEqual([1, 2, 3]);
    expect(also.max).toEqual([6]);
  });

  test("keep what no entry sets", () => {
    const onlyMin = { ...nights, max: null };
    const sizes = at("2026-11-30T10:00:00Z", [onlyMin]);
    expect(sizes).toMatchObject({ min: 1, max: 6 });
    expect(sizes.setBy.max).toBeUndefined();
    expect(sizes.setBy.min).toEqual({ name: "nights", at: Date.parse("2026-11-30T09:00:00Z") });
  });

  test("are the file's own with an entry that never fires", () => {
    expect(at("2026-11-30T10:00:00Z", [{ ...nights, at: "0 0 30 2 *" }])).toMatchObject(base);
  });
});
