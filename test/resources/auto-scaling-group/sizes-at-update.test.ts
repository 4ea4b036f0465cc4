import { describe, expect, test } from "vitest";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { openChanging } from "./changing-group.ts";
import { fields } from "./web-group.ts";
import { updated, writesOf } from "./web-group-parts.ts";

/** Runs four hours before the time of a stage begins. */
const nights = { name: "nights", at: "0 20 * * *", zone: "Etc/UTC", min: 1, max: 3, servers: null };

const wanted: AutoScalingGroupFields = {
  ...fields,
  desired: null,
  min: 1,
  max: 3,
  schedule: [nights],
  scheduledSizes: { min: 2, max: 8, also: { min: [1], max: [3] }, since: [] },
};

/** Updates the schedule of a group that has these sizes by then, and says which ones it gets. */
async function corrected(
  sizes: { MinSize: number; MaxSize: number },
  more: Partial<AutoScalingGroupFields> = {},
) {
  const stage = openChanging(sizes);
  await updated(stage, { ...wanted, ...more }, ["schedule"]);
  return { writes: writesOf(stage), sizes: stage.asked("autoscaling:UpdateAutoScalingGroup") };
}

describe("an update of the schedule of a group", () => {
  test.each([
    { MinSize: 5, MaxSize: 9 },
    { MinSize: 5, MaxSize: 3 },
    { MinSize: 1, MaxSize: 9 },
  ])("corrects the sizes that an old action set meanwhile: %j", async (sizes) => {
    const { writes, sizes: set } = await corrected(sizes);
    expect(writes).toEqual([
      "CreateOrUpdateTags tags",
      "PutScheduledUpdateGroupAction reconcile-nights",
      // After the old action is gone, which could set them again.
      "UpdateAutoScalingGroup",
    ]);
    expect(set).toEqual([{ AutoScalingGroupName: "afterpay-web", MinSize: 1, MaxSize: 3 }]);
  });

  test("leaves those of the new schedule, and corrects those of before an action that was put after its time", async () => {
    expect((await corrected({ MinSize: 1, MaxSize: 3 })).sizes).toEqual([]);
    // The time of a stage begins two minutes after this one ran.
    const lately = { schedule: [nights, { ...nights, name: "late", at: "58 23 * * *", min: 2 }] };
    expect((await corrected({ MinSize: 1, MaxSize: 3 }, lately)).sizes).toMatchObject([
      { MinSize: 2, MaxSize: 3 },
    ]);
    expect((await corrected({ MinSize: 2, MaxSize: 3 }, lately)).sizes).toEqual([]);
    expect((await corrected({ MinSize: 3, MaxSize: 3 }, lately)).sizes).toMatchObject([
      { MinSize: 2, MaxSize: 3 },
    ]);
  });

  test("leaves the sizes of a group that loses its schedule to their own update", async () => {
    const none = { schedule: [], scheduledSizes: null };
    expect((await corrected({ MinSize: 5, MaxSize: 9 }, none)).sizes).toEqual([]);
  });
});
