import type { ScheduledUpdateGroupAction } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import type { ScheduledAction } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { refusal } from "../answers.ts";
import { fields } from "./web-group.ts";
import { discovered, openParts, updated, writesOf } from "./web-group-parts.ts";

const nights: ScheduledAction = {
  name: "nights",
  at: "0 20 * * mon-fri",
  zone: "Australia/Sydney",
  min: 1,
  max: 2,
  servers: null,
};
const days: ScheduledAction = { ...nights, name: "days", at: "0 7 * * mon-fri", min: 2, max: 8 };

/** The action as AWS tells it. */
function inAws({ name, at, zone, min, max, servers }: ScheduledAction): ScheduledUpdateGroupAction {
  return {
    AutoScalingGroupName: "afterpay-web",
    ScheduledActionName: `reconcile-${name}`,
    Recurrence: at,
    TimeZone: zone,
    StartTime: new Date("2026-01-05T09:00:00Z"),
    ...(min !== null && { MinSize: min }),
    ...(max !== null && { MaxSize: max }),
    ...(servers !== null && { DesiredCapacity: servers }),
  };
}

const theirs = { ...inAws(nights), ScheduledActionName: "nights" };

async function read(...actions: readonly Partial<ScheduledUpdateGroupAction>[]) {
  return (await discovered(openParts({ recorded: "schedule", actions }))).fields.schedule;
}

describe("the schedule of a group is read", () => {
  test("by name, whatever AWS's order is", async () => {
    expect(await read(inAws(nights), inAws(days))).toEqual([days, nights]);
    expect(await read(inAws(days), inAws(nights))).toEqual([days, nights]);
    expect(await read()).toEqual([]);
  });

  test("with every size, also 0, and what is not set as it is", async () => {
    const zeros = { ...nights, min: 0, max: 0, servers: 0 };
    expect(await read(inAws(zeros))).toEqual([zeros]);
    const none = { ...nights, min: null, max: null, servers: 3 };
    expect(await read(inAws(none))).toEqual([none]);
  });

  test("with AWS's default zone, which is UTC", async () => {
    expect(await read({ ...inAws(nights), TimeZone: undefined })).toEqual([
      { ...nights, zone: "Etc/UTC" },
    ]);
  });

  test("as a difference where somebody lets it end, or it runs but once", async () => {
    const EndTime = new Date("2026-06-01T00:00:00Z");
    const [ending] = await read({ ...inAws(nights), EndTime });
    expect(ending).toEqual({ ...nights, until: "2026-06-01T00:00:00.000Z" });
    expect(await read({ ...inAws(nights), Recurrence: undefined })).toEqual([
      { ...nights, at: "" },
    ]);
  });

  test("without those of other names, which are somebody else's", async () => {
    const alike = { ...theirs, ScheduledActionName: "our-reconcile-nights" };
    expect(await read(theirs, { ...theirs, ScheduledActionName: undefined }, alike)).toEqual([]);
  });

  test("on every page", async () => {
    const stage = openParts(
      { recorded: "schedule" },
      {
        "autoscaling:DescribeScheduledActions": ({ NextToken }) =>
          NextToken === undefined
            ? { ScheduledUpdateGroupActions: [inAws(nights)], NextToken: "more" }
            : { ScheduledUpdateGroupActions: [inAws(days)] },
      },
    );
    expect((await discovered(stage)).fields.schedule).toEqual([days, nights]);
    expect(stage.asked("autoscaling:DescribeScheduledActions")[0]).toEqual({
      AutoScalingGroupName: "afterpay-web",
      MaxRecords: 100,
    });
  });

  test.each([undefined, "policies"])(
    "only if the group's tag records one: %s",
    async (recorded) => {
      const actions = [inAws(nights)];
      const stage = openParts({ ...(recorded !== undefined && { recorded }), actions });
      expect((await discovered(stage)).fields.schedule).toEqual([]);
      expect(stage.calls).not.toContain("autoscaling:DescribeScheduledActions");
    },
  );
});

const scheduled = { ...fields, schedule: [days, nights] };
const changed = ["schedule"] as const;

describe("the schedule of a group is set", () => {
  test("after the tag that records it, each action with its sizes and no others", async () => {
    const stage = openParts({});
    const schedule = [
      { ...days, servers: 4 },
      { ...nights, max: null },
    ];
    await updated(stage, { ...fields, schedule }, changed);
    expect(writesOf(stage)).toEqual([
      "CreateOrUpdateTags tags",
      "PutScheduledUpdateGroupAction reconcile-days",
      "PutScheduledUpdateGroupAction reconcile-nights",
    ]);
    expect(stage.asked("autoscaling:CreateOrUpdateTags")).toMatchObject([
      { Tags: [{ Key: "reconcile:parts", Value: "schedule", PropagateAtLaunch: false }] },
    ]);
    expect(stage.asked("autoscaling:PutScheduledUpdateGroupAction")).toEqual([
      {
        AutoScalingGroupName: "afterpay-web",
        ScheduledActionName: "reconcile-days",
        Recurrence: "0 7 * * mon-fri",
        TimeZone: "Australia/Sydney",
        MinSize: 2,
        MaxSize: 8,
        DesiredCapacity: 4,
      },
      {
        AutoScalingGroupName: "afterpay-web",
        ScheduledActionName: "reconcile-nights",
        Recurrence: "0 20 * * mon-fri",
        TimeZone: "Australia/Sydney",
        MinSize: 1,
      },
    ]);
  });

  test("in what differs alone", async () => {
    const stage = openParts({ recorded: "schedule", actions: [inAws(days), inAws(nights)] });
    await updated(stage, scheduled, changed);
    expect(writesOf(stage)).toEqual([]);
    const more = openParts({ recorded: "schedule", actions: [inAws(days)] });
    await updated(more, scheduled, changed);
    expect(writesOf(more)).toEqual(["PutScheduledUpdateGroupAction reconcile-nights"]);
  });

  test.each<[what: string, before: ScheduledUpdateGroupAction]>([
    ["a size more", inAws({ ...nights, servers: 1 })],
    ["another time", inAws({ ...nights, at: "0 21 * * mon-fri" })],
    ["another zone", inAws({ ...nights, zone: "Etc/UTC" })],
    ["an end", { ...inAws(nights), EndTime: new Date(0) }],
  ])("once the earlier one is deleted, whose update would keep %s", async (_what, before) => {
    const stage = openParts({ recorded: "schedule", actions: [before, inAws(days)] });
    await updated(stage, scheduled, changed);
    expect(writesOf(stage)).toEqual([
      "DeleteScheduledAction reconcile-nights",
      "PutScheduledUpdateGroupAction reconcile-nights",
    ]);
  });

  test("once all that differ are deleted, because two may exchange their times", async () => {
    const exchanged = [
      { ...days, at: nights.at },
      { ...nights, at: days.at },
    ];
    const stage = openParts({ recorded: "schedule", actions: exchanged.map(inAws) });
    await updated(stage, scheduled, changed);
    expect(writesOf(stage)).toEqual([
      "DeleteScheduledAction reconcile-days",
      "DeleteScheduledAction reconcile-nights",
      "PutScheduledUpdateGroupAction reconcile-days",
      "PutScheduledUpdateGroupAction reconcile-nights",
    ]);
  });

  test("and what the stack file drops is deleted", async () => {
    const stage = openParts({ recorded: "schedule", actions: [inAws(days), inAws(nights)] });
    await updated(stage, { ...fields, schedule: [nights] }, changed);
    expect(writesOf(stage)).toEqual(["DeleteScheduledAction reconcile-days"]);
    expect(stage.asked("autoscaling:DeleteScheduledAction")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ScheduledActionName: "reconcile-days" },
    ]);
  });

  test.each([
    ["schedule", "DeleteTags tags"],
    ["policies schedule", "CreateOrUpdateTags tags"],
  ])("and with the last of them what the tag says of it: %s", async (recorded, last) => {
    const stage = openParts({ recorded, actions: [inAws(nights), theirs] });
    await updated(stage, fields, changed);
    expect(writesOf(stage)).toEqual(["DeleteScheduledAction reconcile-nights", last]);
    const kept = stage.asked("autoscaling:CreateOrUpdateTags").map(({ Tags }) => Tags);
    expect(kept).toMatchObject(recorded === "schedule" ? [] : [[{ Value: "policies" }]]);
  });

  test("and other people's actions stay", async () => {
    const stage = openParts({ recorded: "schedule", actions: [theirs, inAws(nights)] });
    await updated(stage, { ...fields, schedule: [{ ...nights, min: 0 }] }, changed);
    expect(writesOf(stage)).toEqual([
      "DeleteScheduledAction reconcile-nights",
      "PutScheduledUpdateGroupAction reconcile-nights",
    ]);
  });

  test("though somebody has deleted one meanwhile, and not where AWS refuses it", async () => {
    const deletion = async (error: object) => {
      const stage = openParts(
        { recorded: "schedule", actions: [inAws(nights)] },
        { "autoscaling:DeleteScheduledAction": error },
      );
      await updated(stage, fields, changed);
      return writesOf(stage);
    };
    const gone = refusal("ValidationError", "Scheduled action name not found");
    expect(await deletion(gone)).toHaveLength(2);
    await expect(deletion(refusal("AccessDenied"))).rejects.toMatchObject({ kind: "denied" });
  });
});

test("a plan shows each scheduled action as one line", () => {
  const until = "2026-06-01T00:00:00.000Z";
  const schedule = [
    { ...days, servers: 4 },
    { ...nights, max: null, until },
  ];
  expect(autoScalingGroup.fields.schedule.shown?.({ ...fields, schedule }, fields)).toEqual([
    "days: 0 7 * * mon-fri (Australia/Sydney): min 2, max 8, servers 4",
    `nights: 0 20 * * mon-fri (Australia/Sydney): min 1, until ${until}`,
  ]);
});
