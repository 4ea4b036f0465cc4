import { describe, expect, test } from "vitest";
import {
  activityLines,
  scalingActivities,
} from "../../../src/resources/auto-scaling-group/scaling-activities.ts";
import { beginning, openStage } from "../answers.ts";

describe("scaling activities", () => {
  const started = new Date(beginning);
  const ended = new Date(beginning + 5_000);

  test("tell what was launched, when, and why it failed, each in its words once", async () => {
    const failed = "Launching a new EC2 instance.  Status Reason: no capacity";
    const stage = openStage({
      "autoscaling:DescribeScalingActivities": {
        Activities: [
          {
            ActivityId: "a",
            StatusCode: "Failed",
            StartTime: started,
            EndTime: ended,
            Description: failed,
            StatusMessage: "no capacity",
          },
          {
            ActivityId: "b",
            StatusCode: "Cancelled",
            StartTime: started,
            Description: "Launching a new EC2 instance: i-1",
            StatusMessage: "abandoned",
          },
          {
            ActivityId: "c",
            StatusCode: "InProgress",
            Description: "Terminating EC2 instance after Launching one",
            StatusMessage: "",
            Cause: "a health check failed",
          },
          {},
        ],
      },
    });
    const common = { status: "Failed", startedAt: beginning, endedAt: undefined, isLaunch: true };
    expect(await scalingActivities(stage.context, "web")).toEqual([
      { ...common, id: "a", endedAt: ended.getTime(), words: "no capacity" },
      {
        ...common,
        id: "b",
        status: "Cancelled",
        words: "Launching a new EC2 instance: i-1: abandoned",
      },
      {
        ...common,
        id: "c",
        status: "InProgress",
        startedAt: 0,
        isLaunch: false,
        words: "Terminating EC2 instance after Launching one",
        cause: "a health check failed",
      },
      { ...common, id: "", status: "", startedAt: 0, isLaunch: false, words: "" },
    ]);
    expect(stage.asked("autoscaling:DescribeScalingActivities")).toEqual([
      { AutoScalingGroupName: "web", MaxRecords: 100 },
    ]);
  });

  test("end an error with the last five, and with nothing where there are none", () => {
    const activity = { id: "", startedAt: 0, endedAt: undefined, isLaunch: true };
    const several = Array.from({ length: 6 }, (_, number) => ({
      ...activity,
      status: "Failed",
      words: `no capacity (${number})`,
    }));
    expect(activityLines(several)).toBe(
      `\nlast scaling activities:\n${[0, 1, 2, 3, 4].map((number) => `  Failed: no capacity (${number})`).join("\n")}`,
    );
    expect(activityLines([])).toBe("");
  });
});
