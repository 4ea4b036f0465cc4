import { describe, expect, test } from "vitest";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { theOnly } from "../account.ts";
import { openChanging } from "./changing-group.ts";
import { openGroupWith } from "./sandbox-group.ts";
import { fields, target } from "./web-group.ts";
import { discovered, writesOf } from "./web-group-parts.ts";

/** Runs four hours before the time of a stage begins. */
const nights = { name: "nights", at: "0 20 * * *", zone: "Etc/UTC", min: 1, max: 3, servers: null };

/** Runs five minutes after the time of a stage begins, and has last run a year before. */
const soon = { ...nights, name: "soon", at: "5 0 1 1 *", min: 6, max: 9 };

/** The sizes of a group with a schedule, planned when none of it had run. */
function sizesOfPlan(schedule: AutoScalingGroupFields["schedule"]) {
  return {
    desired: null,
    min: 2,
    max: 8,
    schedule,
    scheduledSizes: { min: 2, max: 8, also: { min: [2], max: [8] }, since: [] },
  };
}

function planned(...schedule: AutoScalingGroupFields["schedule"]): AutoScalingGroupFields {
  return { ...fields, ...sizesOfPlan(schedule) };
}

/** An account where a group has the sizes of its create call, which takes so many minutes. */
function openNew({ minutes = 0, ...more }: { minutes?: number; DesiredCapacity?: number } = {}) {
  const stage = openChanging(more, (current) => ({
    "autoscaling:CreateAutoScalingGroup": ({ MinSize, MaxSize }) => {
      // A wait of this stage lasts ten times as long, and passes at once.
      void stage.context.clock.sleep(minutes * 6000);
      // The servers of this stage are two.
      current.group = { ...current.group, ...({ MinSize, MaxSize } as object), DesiredCapacity: 2 };
      return {};
    },
  }));
  return stage;
}

type Opened = ReturnType<typeof openNew>;

const createdWith = (stage: Opened) => {
  const [input] = stage.asked("autoscaling:CreateAutoScalingGroup");
  const { MinSize, MaxSize, DesiredCapacity } = input ?? {};
  return { MinSize, MaxSize, DesiredCapacity };
};

describe("a group with a schedule is created", () => {
  test("with the sizes of the moment, not with those of the plan", async () => {
    const stage = openNew();
    await autoScalingGroup.create(stage.context, target, planned(nights));
    expect(createdWith(stage)).toEqual({ MinSize: 1, MaxSize: 3, DesiredCapacity: 1 });
    expect(writesOf(stage)).toEqual([
      "CreateAutoScalingGroup tags",
      "CreateOrUpdateTags tags",
      "PutScheduledUpdateGroupAction reconcile-nights",
    ]);
  });

  test("with those of the plan where it has no schedule", async () => {
    const stage = openNew();
    const without = { ...planned(), scheduledSizes: null };
    await autoScalingGroup.create(stage.context, target, without);
    expect(createdWith(stage)).toEqual({ MinSize: 2, MaxSize: 8, DesiredCapacity: 2 });
    expect(writesOf(stage)).toEqual(["CreateAutoScalingGroup tags"]);
  });

  test("and gets other sizes where an action would have run before AWS knew it", async () => {
    const stage = openNew({ minutes: 6 });
    await autoScalingGroup.create(stage.context, target, planned(nights, soon));
    expect(createdWith(stage)).toMatchObject({ MinSize: 1, MaxSize: 3 });
    expect(writesOf(stage).slice(-1)).toEqual(["UpdateAutoScalingGroup"]);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", MinSize: 6, MaxSize: 9 },
    ]);
  });

  test.each<[capacity: number, servers: number, schedule: AutoScalingGroupFields["schedule"]]>([
    [5, 3, [nights]],
    [2, 2, [nights]],
    [5, 6, [{ ...nights, min: 6, max: 9 }]],
    [9, 9, [{ ...nights, min: 6, max: 9 }]],
  ])(
    "in the place of one of %i servers with %i, which the sizes of the moment allow",
    async (DesiredCapacity, servers, schedule) => {
      const stage = openNew({ DesiredCapacity });
      const context = { ...stage.context, found: [await discovered(stage)] };
      await autoScalingGroup.create(context, target, planned(...schedule));
      expect(createdWith(stage)).toMatchObject({ DesiredCapacity: servers });
    },
  );

  test("in the sandbox, whose servers are as many as the schedule says", async () => {
    const { account } = await openGroupWith(sizesOfPlan([nights]));
    const { fields: live } = await theOnly(account, autoScalingGroup);
    expect(live).toMatchObject({ min: 1, max: 3, desired: 1, schedule: [nights] });
  });
});
